"""The contract of each route of users."""

from __future__ import annotations

from typing import Final

from tabledesign.api.bodies import MERGE_PATCH
from tabledesign.api.operation import Operation
from tabledesign.todo.http.models_users import NewUser, ShownUser, UserPatch

__all__ = ["CHANGE_ME", "CREATE", "DELETE_ME", "LIST", "READ", "READ_ME"]

_TAG: Final = "users"

LIST: Final = Operation(
    "listUsers",
    "The directory, for administrators",
    _TAG,
    {200: ShownUser},
    problems=(403,),
    description="Support may look up one address while naming a purpose.",
)
CREATE: Final = Operation(
    "createUser",
    "Add a user to the directory",
    _TAG,
    {201: ShownUser},
    body=NewUser,
    problems=(403, 409),
    keyed=True,
    headers=("ETag", "Location"),
)
READ_ME: Final = Operation(
    "readMe",
    "One's own record",
    _TAG,
    {200: ShownUser},
    problems=(403, 404),
    headers=("ETag",),
)
CHANGE_ME: Final = Operation(
    "changeMe",
    "Change some of one's own record",
    _TAG,
    {200: ShownUser},
    body=UserPatch,
    body_types=MERGE_PATCH,
    problems=(403, 404, 409),
    match=True,
    headers=("ETag",),
    description="A merge patch (RFC 7396): null takes away, what is absent stays as it is.",
)
DELETE_ME: Final = Operation(
    "deleteMe",
    "Delete one's own record and what hangs on it",
    _TAG,
    {204: None},
    problems=(403, 404),
    match=True,
    description="Needs a sign-in with a second factor. It is gone at once, and cannot be undone.",
)
READ: Final = Operation(
    "readUser", "One user", _TAG, {200: ShownUser}, problems=(403,), headers=("ETag",)
)
