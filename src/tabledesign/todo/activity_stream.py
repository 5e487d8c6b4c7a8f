"""The function that reads the to-do table's stream, and keeps each list's feed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from tabledesign.errors import AlreadyExists
from tabledesign.observing import Observer
from tabledesign.streams import On, Poison, StreamRecord, Streams
from tabledesign.todo.activity import Activity, ParkedRecord
from tabledesign.todo.entities import AccessRecord, Task, TaskList, table
from tabledesign.todo.happenings import of_access, of_list, of_task
from tabledesign.todo.repository import TodoRepository

__all__ = ["activity_stream"]

WATCHED: Final = Observer(service="todo-activity")

_PARKED_FOR: Final = timedelta(days=30)


def activity_stream(
    repositories: Callable[[str], TodoRepository], *, observer: Observer = WATCHED
) -> Streams:
    """The handler of the table's stream; ``repositories`` gives the repository of a tenant.

    ``activity_stream(TodoRepository(client, tenant="any", trace=trace).scoped)``.
    """

    def todo_of(told: StreamRecord[Any] | Poison) -> TodoRepository:
        # Every key starts with a tenant: what tells none is refused, and stays in the stream.
        return repositories(told.tenant or "").within(told.deadline)

    def task(record: StreamRecord[Task]) -> None:
        todo = todo_of(record)
        # A list that is deleted takes its tasks along, thousands of them, and its feed is gone.
        if record.new is not None or _is_read(todo, record.latest.list_id):
            _tell(todo, of_task(record))

    def listed(record: StreamRecord[TaskList]) -> None:
        _tell(todo_of(record), of_list(record))

    def access(record: StreamRecord[AccessRecord]) -> None:
        _tell(todo_of(record), of_access(record))

    def park(poison: Poison) -> None:
        todo_of(poison).put(ParkedRecord.of(poison, until=poison.at + _PARKED_FOR))

    return Streams(
        table,
        [On(Task, task), On(TaskList, listed), On(AccessRecord, access)],
        poison=park,
        observer=observer,
    )


def _tell(todo: TodoRepository, activities: Iterable[Activity]) -> None:
    """Write what is not there yet: a record that comes again writes nothing twice."""
    for activity in activities:
        with suppress(AlreadyExists):
            todo.create(activity)


def _is_read(todo: TodoRepository, list_id: str) -> bool:
    """Whether anybody reads the feed of a list: it is there, and not being deleted."""
    found = todo.get(TaskList.by_id(list_id=list_id))
    return found is not None and found.deleted_at is None
