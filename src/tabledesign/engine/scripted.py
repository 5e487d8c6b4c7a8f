"""The test driver: records every request, injects faults, and never really waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar

from tabledesign.dataclass import dataclass, field
from tabledesign.engine.asynchronous import AsyncClientEngine
from tabledesign.engine.drivers import adrive, drive
from tabledesign.engine.effects import Operation
from tabledesign.engine.protocol import ALL_CAPABILITIES, Capabilities, Engine, capabilities_of
from tabledesign.wire import Request, Response

__all__ = ["FakeClock", "Fault", "Lost", "ScriptedDriver", "ScriptedEngine"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lost:
    """The request is carried out, then its answer is lost: ``error`` is raised instead."""

    error: Exception


Fault = Callable[[Request, int], Response | Exception | Lost | None]
"""Decides the n-th request, counted from 1: an answer given instead, an error raised
instead of sending, a `Lost` answer, or None to let it through."""


@dataclass(slots=True)
class FakeClock:
    """A clock that moves only when told to, ids that count up, and chance that is ``drawn``.

    >>> time = FakeClock()
    >>> time.sleep(1.5)
    >>> time.now().isoformat(), time.slept
    ('2026-01-01T00:00:01.500000+00:00', [1.5])
    """

    instant: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    slept: list[float] = field(default_factory=list[float])
    ids: int = 0
    drawn: float = 0.5

    def now(self) -> datetime:
        """The present instant of this clock."""
        return self.instant

    def sleep(self, seconds: float) -> None:
        """Move the clock on, at once."""
        self.slept.append(seconds)
        self.instant += timedelta(seconds=seconds)

    async def asleep(self, seconds: float) -> None:
        """Move the clock on, at once."""
        self.sleep(seconds)

    def new_id(self) -> str:
        """The next id: 32 hexadecimal digits, counted up from 1."""
        self.ids += 1
        return f"{self.ids:032x}"

    def fraction(self) -> float:
        """What this clock draws, until it is told to draw something else."""
        return self.drawn


class ScriptedEngine:
    """An engine that records every request and may fail before, after or instead of another.

    Without an engine behind it, every request must be decided by ``fault``. It brings a
    `FakeClock` along, so that a repository over it never really waits either.

    >>> engine = ScriptedEngine(fault=lambda request, n: {"Count": n})
    >>> engine.send(Request("Query", {"TableName": "todo"}))
    {'Count': 1}
    >>> [request.operation for request in engine.requests]
    ['Query']
    """

    name: ClassVar[str] = "scripted"
    thread_safe: ClassVar[bool] = False

    def __init__(
        self,
        engine: Engine | None = None,
        *,
        fault: Fault | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.engine = engine
        self.fault = fault
        self.clock = clock or FakeClock()
        self.requests: list[Request] = []

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return ALL_CAPABILITIES if self.engine is None else capabilities_of(self.engine)

    def send(self, request: Request) -> Response:
        """Record the request, then answer it as the script says."""
        self.requests.append(request)
        decided = self.fault(request, len(self.requests)) if self.fault else None
        if isinstance(decided, Exception):
            raise decided
        if isinstance(decided, Lost):
            self._forward(request)
            raise decided.error
        return self._forward(request) if decided is None else decided

    def _forward(self, request: Request) -> Response:
        if self.engine is None:
            raise AssertionError(
                f"nothing answers {request.operation}, request {len(self.requests)}; "
                "give the script an engine or a fault that decides it"
            )
        return self.engine.send(request)


class ScriptedDriver:
    """Runs operations on a `ScriptedEngine` and a `FakeClock`, one request after another.

    >>> from tabledesign.engine.effects import send, sleep
    >>> def twice() -> Operation[int]:
    ...     yield from send(Request("Query", {}))
    ...     yield from sleep(60)
    ...     yield from send(Request("Query", {}))
    ...     return 2
    >>> driver = ScriptedDriver(fault=lambda request, n: {})
    >>> driver.drive(twice()), len(driver.requests), driver.clock.slept
    (2, 2, [60])
    """

    def __init__(
        self,
        engine: Engine | None = None,
        *,
        fault: Fault | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.engine = ScriptedEngine(engine, fault=fault, clock=clock)
        self.clock = self.engine.clock

    @property
    def requests(self) -> list[Request]:
        """Every request sent so far, the failed ones included."""
        return self.engine.requests

    def drive(self, operation: Operation[T]) -> T:
        """Run an operation to its end."""
        return drive(operation, self.engine)

    async def adrive(self, operation: Operation[T]) -> T:
        """Run an operation to its end from a coroutine."""
        return await adrive(operation, AsyncClientEngine(self.engine))
