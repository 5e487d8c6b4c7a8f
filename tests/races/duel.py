"""Two requests at once, stopped before each of their requests to the table, in every order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from tabledesign.api.answering import Carrier
from tabledesign.api.events import from_rest
from tabledesign.api.exchange import Answer
from tabledesign.api.principal import Claims
from tabledesign.api.routing import Route
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.observing import Observer
from tabledesign.testing.clients import Client, Crashed, Returned
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.repository import TodoRepository

from ..api.shapes import Context, Sent, rest_event
from ..writes.memory import Memory

__all__ = ["Arena", "Outcome"]

Key = tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a client saw: an answer, or the end of its process."""

    answer: Answer | None

    @property
    def status(self) -> int:
        return 0 if self.answer is None else self.answer.status

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if self.status >= 400 else ""

    @property
    def body(self) -> Mapping[str, Any]:
        body: Any = None if self.answer is None else self.answer.body
        return cast("dict[str, Any]", body) if isinstance(body, dict) else {}

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def unknown(self) -> bool:
        """Whether it may have been carried out, for all the client knows."""
        return self.answer is None or self.code == "outcome.unknown"


class Arena:
    """A table in memory, and two clients of the API that meet on it."""

    def __init__(self, fill: Callable[[TodoRepository], None]) -> None:
        self.memory = Memory()
        self.clients = [Client(self.memory), Client(self.memory)]
        engines: list[Engine] = [*self.clients, self.memory]
        self.routes = [self._routes(engine) for engine in engines]
        self.base = TodoRepository(self.memory, tenant="acme")
        fill(self.base)
        self.first = deepcopy(self.memory.items)
        self.carrier = Carrier(
            from_rest, Claims().from_rest, self.memory.clock, Observer(namespace=None)
        )

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def alone(self, sent: Sent) -> Outcome:
        """One request that nobody disturbs."""
        return Outcome(self._answer(2, sent))

    def count(self, sent: Sent) -> int:
        """How many requests to the table it takes, where nothing disturbs it."""
        self.reset()
        counting = ScriptedEngine(self.memory, clock=self.memory.clock)
        self._answer_by(self._routes(counting), sent)
        return len(counting.requests)

    def reset(self) -> None:
        """The table as it was at first; the time goes on, and tokens are forgotten."""
        self.memory.items = deepcopy(self.first)
        self.memory.tokens.clear()

    def every(
        self, sent: Sequence[Sent], fault: Fault | None = None, *, most: int = 1_000
    ) -> Iterator[tuple[Outcome, Outcome]]:
        """The outcomes of every order in which the two can be carried out, on the table as at
        first each time; the fault strikes requests of the first client. Of very many orders it
        is the ``most`` that differ the earliest."""
        untried: deque[tuple[int, ...]] = deque([()])
        for _ in range(most):
            if not untried:
                return
            start = untried.popleft()
            self.reset()
            choices, outcomes = self._meet(sent, start, fault)
            for at in range(len(start), len(choices)):
                if choices[at] > 1:
                    untried.append((*start, *[0] * (at - len(start)), 1))
            yield outcomes

    def _meet(
        self, sent: Sequence[Sent], start: Sequence[int], fault: Fault | None
    ) -> tuple[list[int], tuple[Outcome, Outcome]]:
        """Between how many there was a choice each time, and what both saw."""
        engines: list[Engine] = [ScriptedEngine(self.memory, fault=fault, clock=self.memory.clock)]
        engines.append(self.memory)
        for number, (client, engine) in enumerate(zip(self.clients, engines, strict=True)):
            client.engine = engine
            client.start(partial(self._answer, number, sent[number]))
        choices: list[int] = []
        chosen = iter(start)
        while waiting := [client for client in self.clients if client.seen is None]:
            choices.append(len(waiting))
            waiting[next(chosen, 0)].step()
        return choices, (self._seen(0), self._seen(1))

    def _seen(self, number: int) -> Outcome:
        seen = self.clients[number].seen
        if isinstance(seen, Returned):
            assert isinstance(seen.value, Answer)
            return Outcome(seen.value)
        assert seen is not None
        assert isinstance(seen.error, Crashed), repr(seen.error)
        return Outcome(None)

    def _answer(self, number: int, sent: Sent) -> Answer:
        return self._answer_by(self.routes[number], sent)

    def _answer_by(self, routes: Sequence[Route], sent: Sent) -> Answer:
        for route in routes:
            if route.method == sent.method and route.fits(sent.path):
                return self.carrier.answer(
                    route, rest_event(sent), Context(), _parameters(route, sent.path)
                )
        raise AssertionError(f"there is no route for {sent.method} {sent.path}")

    def _routes(self, engine: Engine) -> Sequence[Route]:
        return todo_routes(TodoRepository(engine, tenant="acme").scoped)


def _parameters(route: Route, path: str) -> dict[str, str]:
    pairs = zip(route.path.split("/"), path.split("/"), strict=True)
    return {part[1:-1]: given for part, given in pairs if part.startswith("{")}
