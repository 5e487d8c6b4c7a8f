"""What a client may send of a task, and what it is shown.

What the server owns has no field here: ids, the owner, the times, who completed it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from tabledesign.todo.entities import Priority, Status, Task

__all__ = ["NewTask", "ShownTask", "TaskPatch", "shown"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """A date as a text of one form: 0 would be taken for a day of 1970."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise ValueError("give a date as YYYY-MM-DD")
    return date.fromisoformat(value)


def _open(value: Status) -> Status:
    if value is Status.DONE:
        raise ValueError("POST to the completion of the task to mark it done")
    return value


Title = Annotated[str, Field(min_length=1, max_length=500)]
Notes = Annotated[str, Field(max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=128)]
# What a path can name later on.
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Tag = Annotated[str, Field(min_length=1, max_length=50)]
Tags = Annotated[frozenset[Tag], Field(max_length=20)]
Day = Annotated[date, BeforeValidator(_day)]
OpenStatus = Annotated[Status, AfterValidator(_open)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewTask(_Sent):
    """A task as it is created, or as a PUT replaces it."""

    title: Title
    list_id: Id
    notes: Notes | None = None
    tags: Tags = frozenset()
    priority: Priority = Priority.NORMAL
    due: Day | None = None
    assignee: Id | None = None


class TaskPatch(_Sent):
    """What of a task is to change; null takes away what may be absent.

    A task is done by completing it, which is a resource of its own.
    """

    title: Title = ""
    list_id: Id = ""
    notes: Notes | None = None
    tags: Tags = frozenset()
    priority: Priority = Priority.NORMAL
    due: Day | None = None
    assignee: Id | None = None
    status: OpenStatus = Status.TODO


class ShownTask(BaseModel):
    """A task as it is answered: every field is there, null where there is nothing."""

    task_id: Name
    list_id: Name
    user_id: Name
    title: str
    notes: str | None
    tags: list[str]
    status: Status
    priority: Priority
    due: date | None
    created_at: AwareDatetime
    completed_at: AwareDatetime | None
    completed_by: Name | None
    assignee: Name | None
    kind: str | None
    source: str | None


def shown(task: Task) -> dict[str, Any]:
    """A task as it is answered: every field, null where there is nothing."""
    fields = task.model_dump(mode="json")
    fields["tags"] = sorted(task.tags)
    return fields
