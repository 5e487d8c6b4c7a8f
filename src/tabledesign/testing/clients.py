"""Clients whose operations are stopped before each request, so that a test can interleave them.

Each client runs the repository's own verbs on a thread of its own; of all threads one runs at a
time, and the test says which goes on. What happens is therefore a function of the test's choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import ClassVar, TypeAlias

from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import Capabilities, Clock, Engine, capabilities_of, clock_of
from tabledesign.wire import Request, Response

__all__ = ["Client", "Crashed", "Raised", "Returned", "Seen", "interleave"]


class Crashed(BaseException):
    """The client's process ends here: no code of it runs on, as after a kill."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call gave back."""

    value: object


@dataclass(frozen=True, slots=True)
class Raised:
    """What a call raised; a crash is raised too, and nobody caught it."""

    error: BaseException


Seen: TypeAlias = Returned | Raised

_END = object()


class Client:
    """An engine that stops its thread before each request, until the test lets it go on.

    ``requests`` counts the requests of the running call, ``instants`` are the times it was told.
    """

    thread_safe: ClassVar[bool] = False

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.requests = 0
        self.instants: list[datetime] = []
        self.clock: Clock = _Watched(clock_of(engine), self.instants)
        self.seen: Seen | None = None
        self._go: SimpleQueue[object] = SimpleQueue()
        self._stopped: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._run, daemon=True, name="tabledesign-client")
        self._thread.start()

    @property
    def name(self) -> str:
        """That of the engine behind it."""
        return str(getattr(self.engine, "name", type(self.engine).__name__))

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return capabilities_of(self.engine)

    def send(self, request: Request) -> Response:
        """Wait for the test, then carry the request."""
        self.requests += 1
        self._stopped.put(None)
        self._go.get()
        return self.engine.send(request)

    def start(self, call: Callable[[], object]) -> None:
        """Begin a call and run it to its first request, or to its end."""
        self.requests = 0
        self.instants.clear()
        self.seen = None
        self._go.put(call)
        self._stopped.get()

    def step(self) -> None:
        """Let the call send the request it stands before, and run to the next or to its end."""
        self._go.put(None)
        self._stopped.get()

    def close(self) -> None:
        """End the thread."""
        self._go.put(_END)
        self._thread.join()

    def _run(self) -> None:
        while (call := self._go.get()) is not _END:
            assert callable(call), "a client is started with a call"
            try:
                self.seen = Returned(call())
            except BaseException as error:  # noqa: BLE001 - handed to the test as it is
                self.seen = Raised(error)
            self._stopped.put(None)


class _Watched:
    """The engine's clock; it notes what time it told."""

    def __init__(self, clock: Clock, instants: list[datetime]) -> None:
        self._clock = clock
        self._instants = instants

    def now(self) -> datetime:
        instant = self._clock.now()
        if instant not in self._instants:
            self._instants.append(instant)
        return instant

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        await self._clock.asleep(seconds)

    def new_id(self) -> str:
        return self._clock.new_id()

    def fraction(self) -> float:
        return self._clock.fraction()


def interleave(
    calls: Sequence[tuple[Client, Callable[[], object]]], order: Sequence[int]
) -> list[Seen]:
    """Run calls of different clients at once; each number picks who sends the next request.

    When the numbers are used up, the clients end their calls one after the other.
    """
    for client, call in calls:
        client.start(call)
    numbers = iter(order)
    while waiting := [client for client, _ in calls if client.seen is None]:
        waiting[next(numbers, 0) % len(waiting)].step()
    return [seen for client, _ in calls if (seen := client.seen) is not None]
