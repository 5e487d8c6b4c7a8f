"""The contract of each route of lists, and of their members."""

from __future__ import annotations

from typing import Final

from tabledesign.api.operation import Operation
from tabledesign.todo.http.models import ShownTask
from tabledesign.todo.http.models_lists import (
    Grant,
    NewList,
    NewMember,
    ShownAccess,
    ShownList,
    ShownListOfMine,
    ShownMember,
    ShownOnBoard,
)

__all__ = [
    "ACCESS",
    "ADD_MEMBER",
    "BOARD",
    "CHANGE_MEMBER",
    "CREATE",
    "DELETE",
    "LEAVE",
    "LIST",
    "MEMBERS",
    "READ",
    "REMOVE_MEMBER",
    "REPLACE",
    "TASKS",
]

_TAG: Final = "lists"
_OF_MEMBERS: Final = "members"

LIST: Final = Operation(
    "listLists",
    "Lists that are one's own or shared with one",
    _TAG,
    {200: ShownListOfMine},
    problems=(403,),
)
CREATE: Final = Operation(
    "createList",
    "Create a list",
    _TAG,
    {201: ShownList},
    body=NewList,
    problems=(403, 409),
    keyed=True,
    headers=("ETag", "Location"),
    description="Its creator owns it, and is its first member.",
)
READ: Final = Operation(
    "readList", "One list", _TAG, {200: ShownList}, problems=(403,), headers=("ETag",)
)
REPLACE: Final = Operation(
    "replaceList",
    "Replace a list as a whole",
    _TAG,
    {200: ShownList},
    body=NewList,
    problems=(403,),
    match=True,
    headers=("ETag",),
)
DELETE: Final = Operation(
    "deleteList",
    "Delete a list and what stands on it",
    _TAG,
    {204: None},
    problems=(403,),
    match=True,
    description="However much is on it, it is gone at once, and cannot be undone.",
)
TASKS: Final = Operation(
    "listTasksOfList", "Tasks of a list", _TAG, {200: ShownTask}, problems=(403,)
)
BOARD: Final = Operation(
    "readBoard",
    "A list with its members and tasks, in one answer",
    _TAG,
    {200: ShownOnBoard},
    problems=(403,),
)
MEMBERS: Final = Operation(
    "listMembers", "Members of a list", _OF_MEMBERS, {200: ShownMember}, problems=(403,)
)
ADD_MEMBER: Final = Operation(
    "addMember",
    "Share a list with a user",
    _OF_MEMBERS,
    {201: ShownMember},
    body=NewMember,
    problems=(403, 409),
    keyed=True,
    headers=("ETag", "Location"),
)
CHANGE_MEMBER: Final = Operation(
    "changeMember",
    "Replace a member's grant",
    _OF_MEMBERS,
    {200: ShownMember},
    body=Grant,
    problems=(403, 409),
    match=True,
    headers=("ETag",),
    description="If-Match is the member's etag, as lists of members tell it.",
)
REMOVE_MEMBER: Final = Operation(
    "removeMember",
    "Take a list away from a member",
    _OF_MEMBERS,
    {204: None},
    problems=(403, 409),
    match=True,
    description="The grant gives nothing from then on. Administrators may do it on any list.",
)
LEAVE: Final = Operation(
    "leaveList",
    "Leave a list that is shared with one",
    _OF_MEMBERS,
    {204: None},
    problems=(403, 409),
)
ACCESS: Final = Operation(
    "readAccess",
    "Who may do what on a list, since when, by whom and what for",
    _OF_MEMBERS,
    {200: ShownAccess},
    problems=(403,),
    description="With show=record it is what became of grants, oldest first, and never changed.",
)
