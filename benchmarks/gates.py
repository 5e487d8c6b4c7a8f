"""What must be reached: each figure's row, what it may be at most, and what is aimed at.

A figure is the median of paired ratios: the CPU of one side to that of the base of its table,
which is the boto3 client returning wire dicts unless the row names another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.results import Results

__all__ = ["GATES", "Gate", "Verdict", "verdicts"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One figure: where it is found, and its bounds."""

    title: str
    table: str
    name: str
    must: float
    aim: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A gate with what was measured; None where it was not."""

    gate: Gate
    measured: float | None

    @property
    def passed(self) -> bool:
        """Whether it is within its bound; what was not measured is not."""
        return self.measured is not None and round(self.measured, 3) <= self.gate.must

    @property
    def word(self) -> str:
        """One word for a reader."""
        if self.measured is None:
            return "not measured"
        if not self.passed:
            return "FAIL"
        return "pass, aim reached" if round(self.measured, 3) <= self.gate.aim else "pass"


FAST, COMPATIBLE = "tabledesign, fast", "tabledesign, compatible"
DIRECT, ASYNC = "tabledesign, direct", "tabledesign, asyncio"
ONE_PASS = "tabledesign, decoded"
READY, WITH_CLIENT = "tabledesign, no client yet", "tabledesign with its boto3 client"
MIXED = "three entity types, tabledesign"

GATES = (
    Gate("Query, 100 items, fast", "stub.query", FAST, 0.20, 0.12),
    Gate("Query, 1 MB page, fast", "stub.page", FAST, 0.25, 0.17),
    Gate("GetItem, fast", "stub.get", FAST, 0.25, 0.17),
    Gate("PutItem (model in), fast", "stub.put", FAST, 0.25, 0.17),
    Gate("batch write of 1,000 models, fast", "stub.batch", FAST, 0.15, 0.09),
    Gate("compatible lane: query 100", "stub.query", COMPATIBLE, 0.40, 0.28),
    Gate("compatible lane: get", "stub.get", COMPATIBLE, 1.05, 0.85),
    Gate("compatible lane: put", "stub.put", COMPATIBLE, 1.05, 0.85),
    Gate("compatible lane: batch", "stub.batch", COMPATIBLE, 0.40, 0.29),
    Gate("direct lane: query 100", "stub.query", DIRECT, 0.13, 0.10),
    Gate("direct lane: get", "stub.get", DIRECT, 0.13, 0.10),
    Gate("direct lane: put", "stub.put", DIRECT, 0.13, 0.10),
    Gate("direct lane: batch", "stub.batch", DIRECT, 0.08, 0.06),
    Gate("asyncio: get", "stub.get", ASYNC, 0.28, 0.20),
    Gate("asyncio: put", "stub.put", ASYNC, 0.28, 0.20),
    Gate("asyncio: query 100", "stub.query", ASYNC, 0.22, 0.13),
    Gate(
        "a page of 100 decoded, per item, against botocore's parse of it",
        "decoding",
        ONE_PASS,
        0.16,
        0.12,
    ),
    Gate(
        "cold start: entity and repository ready, no client yet, against "
        '`boto3.client("dynamodb")`',
        "cold",
        READY,
        0.85,
        0.70,
    ),
    Gate("cold start with a boto3 client made by the library", "cold", WITH_CLIENT, 1.45, 1.34),
    Gate(
        "collection of three entity types, against a page of one type, per item",
        "collection",
        MIXED,
        1.10,
        1.00,
    ),
)


def verdicts(results: Results) -> Iterator[Verdict]:
    """Each gate with what the run measured."""
    found = {(table.key, line.name): line.ratio for table in results.tables for line in table.lines}
    for gate in GATES:
        yield Verdict(gate, found.get((gate.table, gate.name)))
