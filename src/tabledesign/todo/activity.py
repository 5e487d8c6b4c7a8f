"""What happened on a list, told to its members for a while."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from pydantic import AwareDatetime

from tabledesign.codec.markers import EpochSeconds, Stored
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import Key
from tabledesign.streams import Parked
from tabledesign.todo.entities import table

__all__ = ["Activity", "Happening", "ParkedRecord"]


class Happening(Enum):
    """What can happen on a list."""

    LIST_CREATED = "list_created"
    LIST_RENAMED = "list_renamed"
    TASK_CREATED = "task_created"
    TASK_CHANGED = "task_changed"
    TASK_COMPLETED = "task_completed"
    TASK_REOPENED = "task_reopened"
    TASK_MOVED_IN = "task_moved_in"
    TASK_MOVED_OUT = "task_moved_out"
    TASK_DELETED = "task_deleted"
    MEMBER_ADDED = "member_added"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    MEMBER_LEFT = "member_left"


class Activity(Entity, table=table):
    """One happening on a list, made from one record of the table's stream.

    ``at`` and ``sequence`` are the record's, so that a record told twice makes the same item.
    ``by`` is who did it where what was written tells: a task tells its creator and who completed
    it, a grant who gave it. ``title`` is what the task or the list was called then.
    """

    list_id: str
    at: AwareDatetime
    sequence: str
    kind: Happening
    by: str | None = None
    task_id: str | None = None
    user_id: str | None = None
    title: str | None = None
    changed: tuple[str, ...] = ()
    until: Annotated[AwareDatetime, EpochSeconds(), Stored("ttl")]

    # A record may tell that a task was completed and changed: the kind tells the two apart.
    by_list = Key(partition="list_id", sort=("at", "sequence", "kind"))


class ParkedRecord(Parked, table=table):
    """A record that no feed could be made from; it waits for somebody to look at it."""

    until: Annotated[AwareDatetime, EpochSeconds(), Stored("ttl")]
