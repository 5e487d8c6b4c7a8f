"""The function that reads the to-do table's stream, and keeps each list's feed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import AwareDatetime

from tabledesign.codec.markers import EpochSeconds, Stored
from tabledesign.errors import AlreadyExists
from tabledesign.observing import Observer
from tabledesign.patterns.pattern import access_pattern
from tabledesign.repository.repository import Repository
from tabledesign.schema.query import Query
from tabledesign.streams import On, Parked, Poison, StreamRecord, Streams
from tabledesign.todo.activity import Activity
from tabledesign.todo.entities import AccessRecord, Task, TaskList, table
from tabledesign.todo.happenings import of_access, of_list, of_task

__all__ = ["ActivityFeed", "ParkedRecord", "activity_stream"]

WATCHED: Final = Observer(service="todo-activity")

_PARKED_FOR: Final = timedelta(days=30)


class ParkedRecord(Parked, table=table):
    """A record that no feed could be made from; it waits for somebody to look at it."""

    until: Annotated[AwareDatetime, EpochSeconds(), Stored("ttl")]


class ActivityFeed(Repository, table=table):
    """What the function writes, in one organisation."""

    @access_pattern
    def parked_records(self) -> Query[ParkedRecord]:
        """Records of the stream that could not be handled, as they came."""
        return ParkedRecord.by_time.query()

    def tell(self, activities: Iterable[Activity]) -> None:
        """Write what is not there yet: a record that comes again writes nothing twice."""
        for activity in activities:
            with suppress(AlreadyExists):
                self.create(activity)

    def park(self, poison: Poison) -> None:
        """Keep a record that cannot be handled, for a month."""
        self.put(ParkedRecord.of(poison, until=poison.at + _PARKED_FOR))

    def is_read(self, list_id: str) -> bool:
        """Whether anybody reads the feed of a list: it is there, and not being deleted."""
        found = self.get(TaskList.by_id(list_id=list_id))
        return found is not None and found.deleted_at is None


def activity_stream(
    feeds: Callable[[str], ActivityFeed], *, observer: Observer = WATCHED
) -> Streams:
    """The handler of the table's stream; ``feeds`` gives the feed of a tenant.

    ``activity_stream(ActivityFeed(client, tenant="any", trace=trace).scoped)``.
    """

    def feed_of(told: StreamRecord[Any] | Poison) -> ActivityFeed:
        # Every key starts with a tenant: what tells none is refused, and stays in the stream.
        return feeds(told.tenant or "").within(told.deadline)

    def task(record: StreamRecord[Task]) -> None:
        feed = feed_of(record)
        # A list that is deleted takes its tasks along, thousands of them, and its feed is gone.
        if record.new is not None or feed.is_read(record.latest.list_id):
            feed.tell(of_task(record))

    def listed(record: StreamRecord[TaskList]) -> None:
        feed_of(record).tell(of_list(record))

    def access(record: StreamRecord[AccessRecord]) -> None:
        feed_of(record).tell(of_access(record))

    return Streams(
        table,
        [On(Task, task), On(TaskList, listed), On(AccessRecord, access)],
        poison=lambda poison: feed_of(poison).park(poison),
        observer=observer,
    )
