"""The problems of the to-do API: those of every API, and its own."""

from __future__ import annotations

from typing import Final

from tabledesign.api.problem_types import PROBLEM_TYPES, ProblemType

__all__ = ["TODO_PROBLEM_TYPES"]

_TASKS: Final = frozenset({"tasks"})
_MEMBERS: Final = frozenset({"members"})
_USERS: Final = frozenset({"users"})

TODO_PROBLEM_TYPES: Final = (
    *PROBLEM_TYPES,
    ProblemType(
        "access.purpose",
        403,
        "A purpose that is missing or cannot be read",
        "Support reads what belongs to others only while it names a purpose, which is kept in the "
        "record. A purpose is one line of at most 200 characters.",
        "Send what you are working on in the header `Purpose`.",
        others=(400,),
    ),
    ProblemType(
        "access.second_factor",
        403,
        "A second factor is needed",
        "What cannot be taken back wants more than a password.",
        "Sign in with a second factor, and send the request again.",
        tags=_USERS,
    ),
    ProblemType(
        "list.unknown",
        422,
        "No such list to put a task on",
        "There is no list under this id, or none that you may put tasks on: the two are never "
        "told apart.",
        "Choose a list that you own or edit.",
        "body",
        _TASKS,
    ),
    ProblemType(
        "task.done",
        409,
        "The task is done",
        "A task that is done keeps its status until it is reopened.",
        "Reopen it by DELETE of its completion, then change it.",
        "body",
        _TASKS,
    ),
    ProblemType(
        "member.exists",
        409,
        "A member already",
        "The list is shared with this user already.",
        "Change the membership that is there.",
        "body",
        _MEMBERS,
    ),
    ProblemType(
        "member.expired",
        422,
        "A grant that would be over",
        "A grant ends in the future; this one would have ended before it began.",
        "Give a later time, or none.",
        "body",
        _MEMBERS,
    ),
    ProblemType(
        "list.owner_stays",
        409,
        "A list keeps its owner",
        "Without its owner a list would belong to nobody.",
        "Delete the list instead.",
        tags=_MEMBERS,
    ),
    ProblemType(
        "user.unknown",
        422,
        "No such user to share with",
        "There is no user under this id.",
        "Check the id.",
        "body",
        _MEMBERS,
    ),
    ProblemType(
        "user.unregistered",
        409,
        "You are not registered yet",
        "Who signs in is not yet a user of the organisation: an administrator makes one.",
        "Ask an administrator to create your user.",
        "body",
        frozenset({"lists"}),
    ),
    ProblemType(
        "user.exists",
        409,
        "A user already",
        "There is a user under this id.",
        "Choose another id.",
        "body",
        _USERS,
    ),
    ProblemType(
        "user.email_taken",
        409,
        "An e-mail address that is taken",
        "The address belongs to another user.",
        "Give another address.",
        "body",
        _USERS,
    ),
)
