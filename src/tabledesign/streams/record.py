"""What a handler is told of one write, and what is told of a record that cannot be handled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from tabledesign.dataclass import dataclass, field
from tabledesign.engine.deadline import Deadline
from tabledesign.schema.entity import Entity

__all__ = ["Poison", "Reason", "StreamRecord"]

E = TypeVar("E", bound=Entity)

Reason = Literal["unreadable", "handler"]
"""``unreadable``: an image is not what its entity says. ``handler``: its handler failed on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRecord(Generic[E]):
    """One entity as it was before and after a write; it may be told more than once.

    ``old`` is None where it was created, ``new`` where it was removed. ``changed`` are the
    fields that differ; all of them where there is only one of the two. ``event_id`` and
    ``sequence_number`` are the same each time the record is told, numbers of one item ascend.
    ``at`` is about when it was written, to the second. ``expired`` says that DynamoDB removed it
    because its TTL had passed. ``tenant`` is None in a table without tenants.
    """

    entity: type[E]
    old: E | None = field(repr=False)
    new: E | None = field(repr=False)
    changed: frozenset[str]
    tenant: str | None
    event_id: str
    sequence_number: str
    at: datetime
    expired: bool
    deadline: Deadline

    @property
    def latest(self) -> E:
        """The entity after the write, or before it where it was removed."""
        latest = self.new if self.new is not None else self.old
        assert latest is not None, "a record without either image is not handed out"
        return latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """A record that will not be handled however often it comes, and ``record``, all of it.

    ``entity`` is the name it is stored under, where it says one; ``tenant`` is None where its
    key tells none. ``fault`` names fields and kinds, or the class and code of the handler's
    error, and no value; ``attempts`` is how often the handler failed.
    """

    reason: Reason
    fault: str
    attempts: int
    entity: str | None
    tenant: str | None
    event_id: str
    sequence_number: str
    at: datetime
    deadline: Deadline
    record: Mapping[str, Any] = field(repr=False)
