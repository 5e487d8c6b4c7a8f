"""One history in progress: clients on an engine, the model beside it, checked after every round.

A round is one call, or several of different clients at once. After it there must be an order of
its calls that explains everything the clients saw and everything the table now holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, cast

from tabledesign.dataclass import dataclass, field, replace
from tabledesign.design.provision import provision
from tabledesign.engine.drivers import drive
from tabledesign.engine.protocol import Engine, capabilities_of, name_of
from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import InputError
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.testing.awaiting import Awaited
from tabledesign.testing.broken import Broken
from tabledesign.testing.calls import Ask, Call, Moment, Write, explain
from tabledesign.testing.clients import Client, Raised, Returned, Seen, interleave
from tabledesign.testing.explaining import Search
from tabledesign.testing.model import Done, Identified, Row, Rows
from tabledesign.testing.showing import shown
from tabledesign.testing.truth import TableReader
from tabledesign.testing.verbs import PUT, write_of
from tabledesign.testing.walks import Walk
from tabledesign.wire import Request

__all__ = ["Round", "World", "Wrap"]

CURSOR_KEY = b"a key that signs cursors in tests"

Wrap: TypeAlias = Callable[[Engine, str | None], Engine]
"""Puts an engine of the test between a client of a tenant and the real engine."""


@dataclass(frozen=True, slots=True)
class Round:
    """Calls of different clients at once; ``order`` picks who sends the next request."""

    calls: tuple[Call, ...]
    order: tuple[int, ...] = ()
    seconds: int = 0

    def __str__(self) -> str:
        lines = [f"    {call}" for call in self.calls]
        waited = [f"    {self.seconds} seconds pass"] if self.seconds else []
        together = ["  at once, in the order " + " ".join(map(str, self.order))]
        return "\n".join(waited + (together if len(lines) > 1 else []) + lines)


@dataclass(slots=True)
class World:
    """A fresh table, its clients, and what must be in it."""

    repository: type[Repository]
    engine: Engine
    table_name: str
    clients: int = 3
    tenants: tuple[str | None, ...] = ()
    wrap: Wrap | None = None
    awaited: bool = False
    moment: Moment | None = None
    settle: Callable[[], None] | None = None
    clock: FakeClock = field(default_factory=FakeClock)
    rows: Rows = field(default_factory=dict[Identified, Row])
    hits: Counter[str] = field(default_factory=Counter[str])
    walks: dict[int, Walk] = field(default_factory=dict[int, Walk])
    earlier: dict[str, list[tuple[Any, ...]]] = field(
        default_factory=dict[str, list[tuple[Any, ...]]]
    )
    repositories: list[Any] = field(default_factory=list[Any])
    reader: TableReader = field(init=False)

    def open(self) -> None:
        """Create the table and start the clients."""
        table = self.repository.__table__
        if not self.tenants:
            self.tenants = ("t", "t1") if table.tenants else (None,)
        drive(provision(table, table_name=self.table_name), self.engine)
        self.reader = TableReader(table, self.table_name, self.tenants)
        for number in range(self.clients):
            tenant = self.tenants[number % len(self.tenants)]
            inner: Engine = _Timed(self.engine, self.clock)
            if self.wrap is not None:
                inner = self.wrap(inner, tenant)
            self.repositories.append(self._repository(Client(inner), tenant))

    def _repository(self, client: Client, tenant: str | None) -> Any:
        def make(engine: object) -> Repository:
            return self.repository(
                engine, tenant=tenant, table_name=self.table_name, cursor_keys=CURSOR_KEY
            )

        return Awaited(make, client) if self.awaited else make(client)

    def finish(self) -> None:
        """Look at the table once more; raises `Broken` where it is not as it must be.

        Where indexes lag they are settled first: from then on only the truth will do.
        """
        if self.settle is not None and self.moment is not None:
            self.settle()
            self.moment = replace(self.moment, lag=False)
            self.walks.clear()
        actual = self._read()
        if actual != self.rows:
            raise Broken(_unexplained([], self.rows, actual))

    def close(self) -> None:
        """End the clients and drop the table."""
        for repository in self.repositories:
            self._client(repository).close()
        self.repositories.clear()
        self.engine.send(Request("DeleteTable", {"TableName": self.table_name}))

    def tenant(self, client: int) -> str | None:
        """The tenant a client works for."""
        tenant: str | None = self.repositories[client].context.tenant
        return tenant

    def stored(self, client: int) -> list[Entity]:
        """What the model holds of the client's tenant."""
        tenant = self.tenant(client)
        return [
            row.entity
            for at, row in self.rows.items()
            if at.tenant == tenant and not isinstance(row.entity, Done)
        ]

    def fill(self, entities: Sequence[tuple[int, Entity]]) -> None:
        """Put entities, each by a client; the model takes over what is then stored."""
        for client, entity in entities:
            version = type(entity).__settings__.version
            unread = {} if version is None else {version: 0}
            write = write_of(PUT, client, (entity.model_copy(update=unread),))
            interleave([(self._client(self.repositories[client]), self._running(write))], ())
        if self.settle is not None:
            self.settle()
        self.rows = self._read()

    def play(self, played: Round) -> None:
        """Carry out one round; raises `Broken` for whatever must not be."""
        self.clock.sleep(played.seconds)
        began = self.clock.now()
        calls = [self._with_cursor(call) for call in played.calls]
        running = [(self._client(self.repositories[c.client]), self._running(c)) for c in calls]
        seen = interleave(running, played.order)
        moment = replace(
            self.moment or Moment(began), now=self.clock.now(), together=len(calls) > 1
        )
        for call, outcome in zip(calls, seen, strict=True):
            self._count(call, outcome)
        # Questions write nothing: `finish` looks at the table once more.
        writes = any(isinstance(call, Write) for call in calls)
        actual = self._read() if writes else self.rows
        last, states = self._explained(calls, seen, actual, moment)
        done = {at: row for at, row in last.items() if isinstance(row.entity, Done)}
        self.rows = {**actual, **done}
        self._remember(states, calls, seen, moment)

    def _read(self) -> Rows:
        return self.reader.read(self.engine, self.clock.now())

    @staticmethod
    def _client(repository: Any) -> Client:
        engine = repository.engine
        assert isinstance(engine, Client), "the repositories of a world are its clients'"
        return engine

    def _running(self, call: Call) -> Callable[[], object]:
        return lambda: call.run(self.repositories[call.client])

    def _with_cursor(self, call: Call) -> Call:
        """A page call continues its walk where that stands now."""
        if isinstance(call, Ask) and call.walk in self.walks:
            return replace(call, cursor=self.walks[call.walk].cursor)
        return call

    def _count(self, call: Call, seen: Seen) -> None:
        name = call.verb if isinstance(call, Write) else call.pattern
        self.hits[name] += 1
        if isinstance(call, Write):
            self.earlier.setdefault(name, []).append(call.arguments)
        if isinstance(seen, Returned) and isinstance(call, Ask) and call.how == "all":
            self.hits["rows answered"] += len(cast("list[object]", seen.value))
        if isinstance(seen, Raised):
            error = seen.error
            self.hits[f"{name}: {getattr(error, 'code', type(error).__name__)}"] += 1
            if isinstance(error, InputError):
                self.hits["refused"] += 1

    def _explained(
        self,
        calls: Sequence[Call],
        seen: Sequence[Seen],
        actual: Rows,
        moment: Moment,
    ) -> tuple[Rows, list[Rows]]:
        """What is stored, with the states on the way there; raises `Broken` where no order leads.

        Of calls made at once these are the states of every order that explains them: which of
        them it was, nobody can tell.
        """
        parts: list[tuple[Call, Seen]] = []
        for call, outcome in zip(calls, seen, strict=True):
            parts += call.split(outcome) if isinstance(call, Write) else [(call, outcome)]
        search = Search(
            parts, actual, lambda call, seen, rows: self._after(call, seen, rows, moment)
        )
        path = search.path(self.rows)
        if path is None:
            raise Broken(_unexplained(parts, search.nearest, actual))
        several = len(calls) > 1 and (moment.lag or self.walks)
        return path[-1], [*path, *search.passed(self.rows)] if several else path

    def _after(self, call: Call, seen: Seen, rows: Rows, moment: Moment) -> Iterator[Rows]:
        """What the call may leave, at whichever of the times that it was told it took place."""
        client = self._client(self.repositories[call.client])
        found: list[Rows] = []
        for now in reversed(client.instants or [moment.now]):
            for after in explain(
                call,
                rows,
                seen,
                tenant=self.tenant(call.client),
                requests=client.requests,
                moment=replace(moment, now=now),
                repository=self.repository,
            ):
                if after not in found:
                    found.append(after)
                    yield after

    def _remember(
        self, states: list[Rows], calls: Sequence[Call], seen: Sequence[Seen], moment: Moment
    ) -> None:
        if moment.lag:
            for rows in states:
                for at, row in rows.items():
                    versions = moment.versions.setdefault(at, [])
                    if row.entity not in reversed(versions):  # most often it is the last one
                        versions.append(row.entity)
        for call, outcome in zip(calls, seen, strict=True):
            if isinstance(call, Ask) and call.walk is not None:
                fresh = Walk(call, self.tenant(call.client))
                walk = self.walks.setdefault(call.walk, fresh)
                walk.take(outcome)
        for number, walk in list(self.walks.items()):
            walk.see(states, self.repository, moment)
            if walk.ended:
                walk.check(lag=moment.lag)
                del self.walks[number]
                self.hits["walks ended"] += 1


class _Timed:
    """The engine with the clock of the history."""

    def __init__(self, engine: Engine, clock: FakeClock) -> None:
        self.engine = engine
        self.clock = clock
        self.name = name_of(engine)
        self.capabilities = capabilities_of(engine)

    def send(self, request: Request) -> Any:
        """Carry the request."""
        return self.engine.send(request)


def _unexplained(parts: Sequence[tuple[Call, Seen]], expected: Rows | None, actual: Rows) -> str:
    lines = ["no order of these calls explains what was seen and what is stored:"]
    lines += [f"    {call}\n        gave {_shown(seen)}" for call, seen in parts]
    if expected is None:
        return "\n".join([*lines, "  what a client saw is wrong in every order"])
    for at in sorted({*expected, *actual}, key=str):
        if expected.get(at) != actual.get(at):
            lines.append(f"  stored for {at}:\n        {_row(actual.get(at))}")
            lines.append(f"    must be:\n        {_row(expected.get(at))}")
    return "\n".join(lines)


def _shown(seen: Seen) -> str:
    if isinstance(seen, Raised):
        return f"{type(seen.error).__name__}: {seen.error}"
    return shown(seen.value)


def _row(row: Row | None) -> str:
    if row is None:
        return "nothing"
    return f"{row.entity!r}, without {', '.join(sorted(row.absent)) or 'nothing'}"
