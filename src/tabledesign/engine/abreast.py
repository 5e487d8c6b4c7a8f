"""Several requests at once: by threads where their answers are waited for, one by one otherwise.

A thread overlaps waiting with work, and handing requests over costs CPU: two tenths of a
millisecond each, measured, where the answers come at once. So the calling thread carries them
itself, and has company only where an engine lets it wait, as one over a network does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context

from tabledesign import clock
from tabledesign.engine.allowance import Allowance
from tabledesign.engine.effects import Outcome
from tabledesign.engine.protocol import WORTH_A_THREAD, Engine, is_thread_safe, waits_of
from tabledesign.errors import RequestError
from tabledesign.wire import Request

__all__ = ["send_abreast"]


def send_abreast(
    requests: tuple[Request, ...], limit: int, engine: Engine, allowance: Allowance
) -> tuple[Outcome, ...]:
    """The outcomes in the order of the requests, of which ``limit`` at most are under way.

    A `RequestError` stands in its request's place. Whatever else an engine raises ends the work:
    what is under way comes to its end, nothing more is sent, and the error is raised.
    """
    work = _Work(requests, engine, allowance)
    workers = min(limit, len(requests)) if is_thread_safe(engine) else 1
    if workers < 2:
        work.go_on()
        return work.outcomes()
    waits = waits_of(engine)
    company = _Company(workers - 1, work.go_on)
    try:
        if waits.worth_a_thread:
            company.begin()
        while (wait := work.do_one()) is not None:
            if wait > WORTH_A_THREAD:
                company.begin()
    finally:
        work.stop()
        company.end()
    waits.seconds = work.shortest_wait
    return work.outcomes()


class _Work:
    """The requests that are left, which all threads take from, and what came of the others."""

    def __init__(self, requests: tuple[Request, ...], engine: Engine, allowance: Allowance) -> None:
        self._requests = requests
        self._engine = engine
        self._allowance = allowance
        self._left = deque(range(len(requests)))  # its popleft is one step for all threads
        self._found: dict[int, Outcome] = {}
        self._failed: dict[int, BaseException] = {}
        self.shortest_wait: float | None = None

    def go_on(self) -> None:
        """Send one after another until none is left."""
        while self.do_one() is not None:
            pass

    def do_one(self) -> float | None:
        """Send the next request; the seconds its answer was waited for, None if none is left."""
        try:
            place = self._left.popleft()
        except IndexError:
            return None
        since, worked = clock.monotonic(), clock.worked()
        try:
            self._allowance.check(self._engine)
            self._found[place] = self._engine.send(self._requests[place])
        except RequestError as error:
            self._found[place] = error
        except BaseException as error:  # noqa: BLE001 - raised in the thread that called
            self._failed[place] = error
            self.stop()
        wait = (clock.monotonic() - since) - (clock.worked() - worked)
        if self.shortest_wait is None or wait < self.shortest_wait:
            self.shortest_wait = wait
        return wait

    def stop(self) -> None:
        """Send nothing more."""
        self._left.clear()

    def outcomes(self) -> tuple[Outcome, ...]:
        """All of them; raises what was not a `RequestError`."""
        if self._failed:
            raise self._failed[min(self._failed)]
        return tuple(self._found[place] for place in range(len(self._requests)))


class _Company:
    """Threads that help, begun when they are needed."""

    def __init__(self, most: int, work: Callable[[], None]) -> None:
        self._most = most
        self._work = work
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Let all of them help; does nothing when they do already."""
        if self._threads:
            return
        for number in range(1, self._most + 1):
            # Tracers keep their segment in a context variable, so each gets a copy of ours.
            run, name = copy_context().run, f"tabledesign-{number}"
            thread = threading.Thread(target=run, args=(self._work,), name=name)
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """Wait for them."""
        for thread in self._threads:
            thread.join()
