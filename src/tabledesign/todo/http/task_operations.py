"""The contract of each route of tasks."""

from __future__ import annotations

from typing import Final

from tabledesign.api.bodies import MERGE_PATCH
from tabledesign.api.operation import Operation
from tabledesign.todo.http.models import NewTask, ShownTask, TaskPatch

__all__ = ["CHANGE", "COMPLETE", "CREATE", "DELETE", "LIST", "READ", "REOPEN", "REPLACE"]

_TAG: Final = "tasks"

LIST: Final = Operation(
    "listTasks",
    "Tasks of yours, or assigned to you",
    _TAG,
    {200: ShownTask},
    problems=(403,),
    description="With ids: those tasks that the caller may read, at most 50 at once.",
)
CREATE: Final = Operation(
    "createTask",
    "Create a task",
    _TAG,
    {201: ShownTask},
    body=NewTask,
    problems=(403,),
    keyed=True,
    headers=("ETag", "Location"),
)
READ: Final = Operation(
    "readTask", "One task", _TAG, {200: ShownTask}, problems=(403,), headers=("ETag",)
)
REPLACE: Final = Operation(
    "replaceTask",
    "Replace a task as a whole",
    _TAG,
    {200: ShownTask},
    body=NewTask,
    problems=(403,),
    match=True,
    headers=("ETag",),
)
CHANGE: Final = Operation(
    "changeTask",
    "Change some of a task",
    _TAG,
    {200: ShownTask},
    body=TaskPatch,
    body_types=MERGE_PATCH,
    problems=(403, 409),
    match=True,
    headers=("ETag",),
    description="A merge patch (RFC 7396): null takes away, what is absent stays as it is.",
)
DELETE: Final = Operation(
    "deleteTask", "Delete a task", _TAG, {204: None}, problems=(403,), match=True
)
COMPLETE: Final = Operation(
    "completeTask",
    "Mark a task done",
    _TAG,
    {200: ShownTask},
    problems=(403, 409),
    keyed=True,
    headers=("ETag",),
    description="A task that is done already stays as it was completed first.",
)
REOPEN: Final = Operation(
    "reopenTask",
    "Mark a task not done",
    _TAG,
    {200: ShownTask},
    problems=(403, 409),
    headers=("ETag",),
)
