"""A design with a stream that no part of the library knows, and what writes to it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime

from tabledesign import (
    Counter,
    Entity,
    EpochSeconds,
    Key,
    Query,
    Repository,
    Stored,
    Table,
    Unique,
    access_pattern,
)
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import FakeClock, ScriptedEngine
from tabledesign.streams import Parked, StreamRecord
from tabledesign.testing.recorder import Recorder

__all__ = ["Context", "Heard", "House", "Plain", "Room", "Waiting", "World", "house", "opened"]

house = Table("house", tenants=True, ttl="until")


class Room(Entity, table=house, version=2, upcasters={1: lambda old: {**old, "floor": 0}}):
    """Read by its handler; has every kind of value that an image may hold."""

    room_id: str
    floor: int
    seal: bytes = b""
    seals: frozenset[bytes] = frozenset()
    doors: frozenset[str] = frozenset()
    chairs: tuple[dict[str, bytes], ...] = ()
    until: Annotated[datetime, EpochSeconds()] | None = None
    label: Annotated[str | None, Stored("l")] = None

    by_id = Key(partition="room_id")


class Plain(Entity, table=house):
    """Has no handler, but rules, whose items are in the stream as well."""

    plain_id: str
    code: str

    by_id = Key(partition="plain_id")
    one_code = Unique("code")
    all_of_it = Counter("code")


class Waiting(Parked, table=house):
    """Where poison waits."""

    seen_at: AwareDatetime | None = None


class House(Repository, table=house):
    @access_pattern
    def waiting(self) -> Query[Waiting]:
        """What is parked."""
        return Waiting.by_time.query()


@dataclass
class Context:
    """The context of a Lambda call; the time it has left is what its clock has left."""

    clock: FakeClock
    until: float = 10.0

    def __post_init__(self) -> None:
        self._started = self.clock.now()

    def get_remaining_time_in_millis(self) -> int:
        gone = (self.clock.now() - self._started).total_seconds()
        return int((self.until - gone) * 1000)


@dataclass
class Heard:
    """A handler that keeps what it is told, and fails as it is told to."""

    records: list[StreamRecord[Any]] = field(default_factory=list[StreamRecord[Any]])
    failing: dict[str, Exception] = field(default_factory=dict[str, Exception])

    def __call__(self, record: StreamRecord[Any]) -> None:
        error = self.failing.get(record.sequence_number)
        if error is not None:
            raise error
        self.records.append(record)

    @property
    def numbers(self) -> list[str]:
        return [record.sequence_number for record in self.records]


@dataclass
class World:
    """An engine whose writes are recorded, and a repository over it for each tenant."""

    recorder: Recorder
    clock: FakeClock

    def __post_init__(self) -> None:
        self.base = House(self.recorder, tenant="acme", cursor_keys=b"k" * 32)

    def of(self, tenant: str | None) -> House:
        return self.base.scoped(tenant or "")

    def context(self, seconds: float = 10.0) -> Context:
        return Context(self.clock, seconds)


@contextmanager
def opened() -> Generator[World]:
    with embedded() as engine:
        create_table(house, engine)
        scripted = ScriptedEngine(engine)
        yield World(Recorder(scripted, house), scripted.clock)
