"""Each operation by each side, against the stub; every side is held to the same work first.

Every answer is a clean 200 that comes at once: nothing is shown of a network, of retries, of
conditions that fail, or of a table that throttles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.harness import paired
from benchmarks.results import Measured
from benchmarks.side import OPERATIONS, Operation, Side
from benchmarks.stub import Stub

__all__ = ["measured"]


def measured(
    sides: Sequence[Side],
    stub: Stub,
    *,
    rounds: int,
    prefix: str,
    where: str = "",
    operations: Iterable[Operation] = tuple(OPERATIONS),
) -> list[Measured]:
    """A table for each operation, with the sides that have it."""
    tables: list[Measured] = []
    for operation in operations:
        work = OPERATIONS[operation]
        able = [side for side in sides if operation in side.does]
        for side in able:
            _check(side, operation, stub)
        contenders = [side.contender(operation) for side in able]
        lines = paired(contenders, calls=work.calls, rounds=rounds)
        tables.append(
            Measured(f"{prefix}.{operation}", f"{work.title}{where}", "a call", rounds, lines)
        )
    return tables


def _check(side: Side, operation: Operation, stub: Stub) -> None:
    """One call of the second time sends what it must and finds what is there."""
    work, contender = OPERATIONS[operation], side.contender(operation)
    contender.run(1)
    before = stub.counts().requests
    answer: Any = contender.run(1)
    sent = stub.counts().requests - before - 1
    if sent != work.requests:
        raise RuntimeError(f"{side.name}, {work.title}: {sent} requests, not {work.requests}")
    if operation == "get" and not answer:
        raise RuntimeError(f"{side.name} found no item")
    if work.rows is not None and len(answer) != work.rows:
        raise RuntimeError(f"{side.name} found {len(answer)} rows, not {work.rows}")
