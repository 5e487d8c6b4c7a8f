"""Conformance cases: what this library needs of an engine, each case a fact of DynamoDB.

``run_conformance(engine)`` gives one result a case; the same cases run under pytest:

    pytest --pyargs tabledesign.testing.test_conformance --tabledesign-engine URL
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import Capability, Engine, capabilities_of
from tabledesign.testing.conformance_reads import READS
from tabledesign.testing.conformance_table import TABLE, Bench
from tabledesign.testing.conformance_writes import WRITES
from tabledesign.wire import Request

__all__ = ["CASES", "Case", "Result", "run_case", "run_conformance"]


@dataclass(frozen=True, slots=True)
class Case:
    """One fact: its name is the sentence that must be true, ``run`` asserts it."""

    name: str
    run: Callable[[Bench], None]
    capability: Capability | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case: ``fault`` of None is a pass; ``skipped`` lacks a capability."""

    name: str
    fault: str | None = None
    skipped: bool = False


def _cases() -> tuple[Case, ...]:
    return tuple(
        Case(
            function.__name__.replace("_", " "),
            function,
            "transactions" if "transaction" in function.__name__ else None,
        )
        for function in (*READS, *WRITES)
    )


CASES: tuple[Case, ...] = _cases()
"""Every case, in the order they run."""

_numbers = count(1)


def run_case(engine: Engine, case: Case) -> Result:
    """Run one case on a fresh table of the engine."""
    if case.capability is not None and case.capability not in capabilities_of(engine):
        return Result(case.name, skipped=True)
    name = f"conformance-{next(_numbers)}"
    engine.send(Request("CreateTable", {**TABLE, "TableName": name}))
    try:
        case.run(Bench(engine, name))
    except Exception as error:  # noqa: BLE001 - whatever it is, the engine did not conform
        return Result(case.name, f"{type(error).__name__}: {error}")
    finally:
        engine.send(Request("DeleteTable", {"TableName": name}))
    return Result(case.name)


def run_conformance(engine: Engine, cases: Sequence[Case] = CASES) -> list[Result]:
    """Run the cases; the engine conforms where no result has a fault."""
    return [run_case(engine, case) for case in cases]
