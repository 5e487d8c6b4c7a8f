"""What a client may send of a task, and what it is shown.

What the server owns has no field here: ids, the owner, the times, who completed it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel

from tabledesign.todo.entities import Priority, Status, Task
from tabledesign.todo.http.models_fields import (
    Day,
    Id,
    Name,
    Notes,
    OpenStatus,
    Sent,
    Tags,
    Title,
)

__all__ = ["NewTask", "ShownTask", "TaskPatch", "shown"]


class NewTask(Sent):
    """A task as it is created, or as a PUT replaces it."""

    title: Title
    list_id: Id
    notes: Notes | None = None
    tags: Tags = frozenset()
    priority: Priority = Priority.NORMAL
    due: Day | None = None
    assignee: Id | None = None


class TaskPatch(Sent):
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
