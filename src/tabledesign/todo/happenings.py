"""From a record of the stream to what happened: the same record always makes the same items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from tabledesign.streams import StreamRecord
from tabledesign.todo.activity import Activity, Happening
from tabledesign.todo.entities import AccessEvent, AccessRecord, Task, TaskList

__all__ = ["LIFETIME", "of_access", "of_list", "of_task"]

LIFETIME: Final = timedelta(days=90)

# Numbers of a stream have up to 40 digits; filled up, they are in order as texts.
_DIGITS: Final = 40

_TOLD: Final = frozenset(
    {"title", "notes", "tags", "status", "priority", "due", "assignee", "user_id"}
)
"""Fields of a task whose change is worth telling."""

_OF_ACCESS: Final = {
    AccessEvent.LIST_CREATED: Happening.LIST_CREATED,
    AccessEvent.GRANTED: Happening.MEMBER_ADDED,
    AccessEvent.CHANGED: Happening.MEMBER_CHANGED,
    AccessEvent.REVOKED: Happening.MEMBER_REMOVED,
    AccessEvent.LEFT: Happening.MEMBER_LEFT,
}
"""Nobody reads of a list that is deleted."""


def of_task(record: StreamRecord[Task]) -> Iterator[Activity]:
    """What happened to a task, on each list that it concerns."""
    old, new = record.old, record.new
    if new is None:
        yield _task(record, record.latest, Happening.TASK_DELETED)
        return
    if old is None:
        yield _task(record, new, Happening.TASK_CREATED, by=new.user_id)
        if new.completed_at is not None:
            yield _task(record, new, Happening.TASK_COMPLETED, by=new.completed_by)
        return
    if old.list_id != new.list_id:
        yield _task(record, old, Happening.TASK_MOVED_OUT)
        yield _task(record, new, Happening.TASK_MOVED_IN)
    changed = record.changed & _TOLD
    if (old.completed_at is None) != (new.completed_at is None):
        # Being done is a status, and is told once.
        changed -= {"status"}
        if new.completed_at is not None:
            yield _task(record, new, Happening.TASK_COMPLETED, by=new.completed_by)
        else:
            yield _task(record, new, Happening.TASK_REOPENED)
    if changed:
        yield _task(record, new, Happening.TASK_CHANGED, changed=tuple(sorted(changed)))


def of_list(record: StreamRecord[TaskList]) -> Iterator[Activity]:
    """A list's new name; that it was created is told with its first grant, by whom."""
    new = record.new
    if record.old is not None and new is not None and "title" in record.changed:
        yield _made(record, new.list_id, Happening.LIST_RENAMED, title=new.title)


def of_access(record: StreamRecord[AccessRecord]) -> Iterator[Activity]:
    """What became of a grant; a record of it is written once and never changed."""
    new = record.new
    kind = None if new is None else _OF_ACCESS.get(new.event)
    if record.old is None and new is not None and kind is not None:
        yield _made(record, new.list_id, kind, by=new.by, user_id=new.user_id)


def _task(record: StreamRecord[Task], task: Task, kind: Happening, **more: Any) -> Activity:
    about = {"task_id": task.task_id, "title": task.title}
    return _made(record, task.list_id, kind, **about, **more)


def _made(record: StreamRecord[Any], list_id: str, kind: Happening, **more: Any) -> Activity:
    return Activity(
        list_id=list_id,
        at=record.at,
        sequence=record.sequence_number.rjust(_DIGITS, "0"),
        kind=kind,
        until=record.at + LIFETIME,
        **more,
    )
