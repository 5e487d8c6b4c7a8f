"""What must hold of writes in a table with every rule: they do what a plain model does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Protocol

from tabledesign.errors import TabledesignError

from ..writes.design import TENANT_NAME, House, check_truth
from ..writes.memory import Memory
from ..writes.steps import History
from .check import Check, Shortest, source_of
from .ledger import Ledger

__all__ = ["WRITE_CHECKS", "histories"]

STEPS = 12


class Played(Protocol):
    """A table in use; a step follows from its number and what is there."""

    def step(self, number: int) -> str: ...


class Truth:
    """The histories that check keys, claims and counts in the raw table."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.history = History(House(self.memory, tenant=TENANT_NAME), 0)

    def step(self, number: int) -> str:
        self.history.random = Random(number)
        self.history.step()
        check_truth(list(self.memory.items.values()), self.memory.clock.now())
        return f"step {number}"


def histories(make: Callable[[], Played], name: str) -> Callable[[int], Iterator[None]]:
    """Seeded sequences of steps; one that breaks is cut down to the shortest that still does."""

    def examples(seed: int) -> Iterator[None]:
        number = 0
        while True:
            random = source_of(name, seed, number)
            number += 1
            steps = [random.getrandbits(32) for _ in range(STEPS)]
            failed = _failure(make, steps)
            if failed is not None:
                steps, _ = _shortest(make, steps[: failed[0]], type(failed[1]))
                raise _told(make, steps)
            yield

    return examples


def _failure(make: Callable[[], Played], steps: list[int]) -> tuple[int, BaseException] | None:
    """After how many steps it breaks, and how."""
    played = make()
    for number, step in enumerate(steps, start=1):
        try:
            played.step(step)
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            return number, error
    return None


def _shortest(
    make: Callable[[], Played], steps: list[int], kind: type[BaseException]
) -> tuple[list[int], bool]:
    """Leave out steps as long as what is left breaks in the same way."""
    for place in range(len(steps) - 1, -1, -1):
        fewer = steps[:place] + steps[place + 1 :]
        failed = _failure(make, fewer)
        if failed is not None and type(failed[1]) is kind:
            return _shortest(make, fewer[: failed[0]], kind)
    return steps, True


def _told(make: Callable[[], Played], steps: list[int]) -> Exception:
    played, lines = make(), list[str]()
    try:
        for step in steps:
            lines.append(played.step(step))
    except (AssertionError, TabledesignError) as error:
        said = "\n  ".join([*lines, f"{type(error).__name__}: {error}"])
        return Shortest(len(steps), said)
    except Exception as error:  # noqa: BLE001 - an accident is no violation
        return error
    return Shortest(len(steps), "not seen again")


WRITE_CHECKS = (
    Check("writes.model", "writes do what a plain model does", histories(Ledger, "model"), 200),
    Check(
        "writes.truth", "keys, claims and counts follow from the items",
        histories(Truth, "truth"), 200,
    ),
)  # fmt: skip
