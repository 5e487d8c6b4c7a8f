"""Paired timing: the contenders take turns, and each is compared with the base of its own round.

Absolute times on a shared machine swing by 40 %; the median of paired ratios holds within a few.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Ratio", "paired"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One contender: its least time a call, and its median CPU ratio to the base."""

    name: str
    least_us: float
    ratio: float


def paired(
    contenders: Mapping[str, Callable[[], object]], *, calls: int, rounds: int = 25
) -> list[Ratio]:
    """Time all contenders round by round; the first is the base.

    ``calls`` are made in a row; the figure is process CPU time, in microseconds a call.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()
    for _ in range(rounds):
        for name, contender in contenders.items():
            started = time.process_time()
            for _ in range(calls):
                contender()
            times[name].append((time.process_time() - started) / calls * 1e6)
    base = next(iter(times.values()))
    return [
        Ratio(
            name,
            min(taken),
            statistics.median(t / b for t, b in zip(taken, base, strict=True)),
        )
        for name, taken in times.items()
    ]
