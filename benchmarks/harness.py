"""Paired timing: the contenders take turns, and each is compared with the base of its own round.

Absolute times on a shared machine swing by 40 %; the median of paired ratios holds within a few.
What a contender leaves behind is collected before the next one's turn, and who begins a round
changes from round to round, so that nobody always follows the same one.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

__all__ = ["Contender", "Ratio", "awaited", "by_name", "in_turns", "paired", "repeated"]

ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Contender:
    """Who does the work: ``run(calls)`` does it so many times, and gives the last answer."""

    name: str
    run: Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One contender: least CPU and wall time of a call in us, and the median ratios to the base."""

    name: str
    least_us: float
    ratio: float
    wall_us: float
    wall_ratio: float


def repeated(name: str, call: Callable[[], object]) -> Contender:
    """A contender that is called."""

    def run(calls: int) -> object:
        answer: object = None
        for _ in range(calls):
            answer = call()
        return answer

    return Contender(name, run)


def awaited(
    name: str,
    loop: asyncio.AbstractEventLoop,
    call: Callable[[], Coroutine[Any, Any, object]],
) -> Contender:
    """A contender that is awaited: all calls of a turn in one coroutine, one loop's run."""

    async def in_a_row(calls: int) -> object:
        answer: object = None
        for _ in range(calls):
            answer = await call()
        return answer

    return Contender(name, lambda calls: loop.run_until_complete(in_a_row(calls)))


def by_name(calls: Mapping[str, Callable[[], object]]) -> list[Contender]:
    """Contenders that are called, by their names."""
    return [repeated(name, call) for name, call in calls.items()]


def paired(
    contenders: Sequence[Contender], *, calls: int, rounds: int = ROUNDS, units: int = 1
) -> list[Ratio]:
    """Time all contenders in this process round by round; the first is the base.

    ``calls`` are made in a row, each of which does ``units`` of work: times are those of a unit.
    """
    for contender in contenders:
        contender.run(calls)
    gc.collect()
    gc.freeze()
    found = in_turns(
        [(contender.name, partial(_turn, contender, calls)) for contender in contenders],
        rounds=rounds,
        units=calls * units,
    )
    gc.unfreeze()
    return found


def in_turns(
    turns: Sequence[tuple[str, Callable[[], tuple[float, float]]]], *, rounds: int, units: int = 1
) -> list[Ratio]:
    """Have each take its turn in every round; a turn gives the CPU and wall seconds it took."""
    cpu: list[list[float]] = [[] for _ in turns]
    wall: list[list[float]] = [[] for _ in turns]
    order = list(range(len(turns)))
    for _ in range(rounds):
        for place in order:
            spent, passed = turns[place][1]()
            cpu[place].append(spent / units * 1e6)
            wall[place].append(passed / units * 1e6)
        order.append(order.pop(0))
    return [
        Ratio(
            name,
            min(cpu[place]),
            _median_ratio(cpu[place], cpu[0]),
            min(wall[place]),
            _median_ratio(wall[place], wall[0]),
        )
        for place, (name, _) in enumerate(turns)
    ]


def _turn(contender: Contender, calls: int) -> tuple[float, float]:
    gc.collect()
    started, began = time.process_time(), time.perf_counter()
    contender.run(calls)
    return time.process_time() - started, time.perf_counter() - began


def _median_ratio(times: Sequence[float], base: Sequence[float]) -> float:
    return statistics.median(taken / of_base for taken, of_base in zip(times, base, strict=True))
