"""Clients whose operations are carried out one effect at a time, in an order the test chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tabledesign.engine.allowance import Allowance
from tabledesign.engine.effects import (
    Allowed,
    Fraction,
    NewId,
    Now,
    Operation,
    Send,
    SendMany,
    Sleep,
)
from tabledesign.errors import RequestError, TabledesignError

from .memory import Memory

__all__ = ["Outcome", "all_orders", "interleaved"]


@dataclass(frozen=True)
class Outcome:
    """What an operation gave, or the error it raised."""

    value: Any = None
    error: TabledesignError | None = None


class _Client:
    """One operation, stopped before each of its requests."""

    def __init__(self, operation: Operation[Any], memory: Memory) -> None:
        self.operation = operation
        self.memory = memory
        self.allowance = Allowance.of(memory)
        self.outcome: Outcome | None = None
        self.waiting: Any = None
        self._go(lambda: next(self.operation))

    def step(self) -> None:
        """Send what it stands before, and run to the next request or to the end."""
        try:
            answer = self._answer(self.waiting)
        except RequestError as error:
            failure = error
            self._go(lambda: self.operation.throw(failure))
        else:
            self._go(lambda: self.operation.send(answer))

    def _go(self, on: Callable[[], Any]) -> None:
        try:
            effect = on()
            while not isinstance(effect, Send | SendMany):
                effect = self.operation.send(self._told(effect))
            self.waiting = effect
        except StopIteration as done:
            self.outcome = Outcome(done.value)
        except TabledesignError as error:
            self.outcome = Outcome(error=error)

    def _told(self, effect: Any) -> Any:
        match effect:
            case Sleep():
                return None
            case Now():
                return self.memory.clock.now()
            case NewId():
                return self.memory.clock.new_id()
            case Fraction():
                return 0.5
            case Allowed():
                return self.allowance
            case _:
                raise AssertionError(effect)

    def _answer(self, effect: Any) -> Any:
        if isinstance(effect, Send):
            return self.memory.send(effect.request)
        return tuple(self.memory.send(request) for request in effect.requests)


def interleaved(
    operations: Sequence[Operation[Any]], memory: Memory, order: Sequence[int]
) -> list[Outcome]:
    """Carry out the operations at once; each number says whose request is next.

    When the numbers are used up, or name one that has ended, the first one goes on.
    """
    clients = [_Client(operation, memory) for operation in operations]
    numbers = iter(order)
    while waiting := [client for client in clients if client.outcome is None]:
        wanted = clients[next(numbers, 0)]
        (wanted if wanted in waiting else waiting[0]).step()
    return [client.outcome for client in clients if client.outcome is not None]


def all_orders(clients: int, steps: int) -> Iterator[tuple[int, ...]]:
    """Every order of so many requests of so many clients."""
    return product(range(clients), repeat=steps)
