"""A check: examples of something that must hold, none of which knows of any planted bug."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from tabledesign.errors import TabledesignError
from tabledesign.schema.page import UnreadableWarning
from tabledesign.testing.histories import Failure

__all__ = ["MOST_EXAMPLES", "Check", "Found", "Shortest", "source_of"]

MOST_EXAMPLES = 1_000


class Shortest(AssertionError):
    """A sequence of writes that broke a promise, cut down; ``steps`` of them are left."""

    def __init__(self, steps: int, said: str) -> None:
        self.steps = steps
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Found:
    """A violation: at which example, and of how many steps where it is a history."""

    examples: int
    error: BaseException
    steps: int | None = None

    @property
    def is_fair(self) -> bool:
        """Whether it is the check that speaks, not an accident on the way."""
        error: BaseException = self.error
        reason = error.reason if isinstance(error, Failure) else error
        return isinstance(reason, AssertionError | TabledesignError)


@dataclass(frozen=True, slots=True)
class Check:
    """``examples`` gives an iterator for a seed; each step of it is one example that held.

    It raises at the first that does not hold, and `budget` bounds how many are looked at.
    """

    name: str
    says: str
    examples: Callable[[int], Iterator[None]]
    budget: int

    def __post_init__(self) -> None:
        assert 0 < self.budget <= MOST_EXAMPLES, f"{self.name}: a budget up to {MOST_EXAMPLES}"

    def run(self, seed: int, budget: int | None = None) -> tuple[int, Found | None]:
        """How many examples were looked at, and the violation, if there is one."""
        seen = 0
        examples: Any = self.examples(seed)
        with closing(examples), warnings.catch_warnings():
            # A check counts the rows that an answer without a place for them leaves out.
            warnings.simplefilter("ignore", UnreadableWarning)
            try:
                for _ in islice(examples, budget or self.budget):
                    seen += 1
            except Exception as error:  # noqa: BLE001 - `Found.is_fair` judges it
                return seen + 1, Found(seen + 1, error, _steps(error))
        return seen, None


def _steps(error: BaseException) -> int | None:
    if isinstance(error, Failure):
        return len(error.history.rounds)
    return error.steps if isinstance(error, Shortest) else None


def source_of(*parts: object) -> Random:
    """A random source for these parts, the same in every process."""
    return Random("/".join(map(str, parts)))
