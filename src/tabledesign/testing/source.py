"""Where choices come from: a seed, which is fast, or hypothesis, which shrinks.

Every generator of the kit draws whole numbers from a `Source` and nothing else, so one generator
serves a seeded loop and a hypothesis strategy alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

__all__ = ["Seeded", "Source", "chance", "choice", "some", "weighted"]

T = TypeVar("T")


class Source(Protocol):
    """Draws whole numbers."""

    def integer(self, low: int, high: int) -> int:
        """A number from ``low`` to ``high``, both included."""
        ...


class Seeded:
    """The choices of a seed.

    >>> [Seeded(7).integer(1, 100), Seeded(7).integer(1, 100)]
    [42, 42]
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


def choice(source: Source, values: Sequence[T]) -> T:
    """One of the values."""
    return values[source.integer(0, len(values) - 1)]


def chance(source: Source, percent: int) -> bool:
    """True in so many of a hundred cases."""
    return source.integer(1, 100) > 100 - percent


def weighted(source: Source, weights: Sequence[tuple[T, int]]) -> T:
    """One of the values, each as often as its weight says."""
    number = source.integer(1, sum(weight for _, weight in weights))
    for value, weight in weights:
        number -= weight
        if number <= 0:
            return value
    raise ValueError("weights are positive whole numbers; give at least one")


def some(source: Source, values: Sequence[T], *, percent: int) -> list[T]:
    """Each of the values in so many of a hundred cases, in their order."""
    return [value for value in values if chance(source, percent)]
