"""One write at a time under a fault, on any engine, and what may be in the table after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, cast

from tabledesign.clock import new_id
from tabledesign.design.definition import table_definition
from tabledesign.engine.allowance import within
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import FakeClock, Fault, ScriptedEngine
from tabledesign.errors import TabledesignError
from tabledesign.testing import faults
from tabledesign.testing.awaiting import Awaited
from tabledesign.testing.clients import Crashed
from tabledesign.testing.truth import scan
from tabledesign.wire import Item, Request, Response

from .design import TENANT_NAME, check_truth
from .scenarios import BATCH, Domain

__all__ = ["TROUBLES", "Bench", "Case", "Trouble", "state"]

ALLOWED_SECONDS = 10.0
"""The caller's deadline, where there is one."""

BATCHES = frozenset({"BatchWriteItem"})
START = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[str, ...]
_runs = count(int(new_id()[:12], 16))
_DRAWN = re.compile(r"[0-9a-f]{32}")  # an id of a run's clock


@dataclass(frozen=True)
class Trouble:
    """A fault by the clock and the engine of a run; ``hurried`` callers have a deadline.

    ``then`` is what strikes later requests, where that is another one, and ``only`` the
    operations that the fault knows.
    """

    make: Callable[[FakeClock, Engine], Fault]
    hurried: bool = False
    then: Fault | None = None
    only: frozenset[str] | None = None


def _plain(fault: Fault, only: frozenset[str] | None = None) -> Trouble:
    return Trouble(lambda clock, engine: fault, only=only)


def _half_taken(engine: Engine) -> Fault:
    """A batch of which the table takes every other item, and hands the rest back."""

    def fault(request: Request, number: int) -> Response | None:
        if request.operation not in BATCHES:
            return None
        ((table, writes),) = cast(
            "dict[str, list[Any]]", request.parameters["RequestItems"]
        ).items()
        if taken := writes[::2]:
            engine.send(Request("BatchWriteItem", {"RequestItems": {table: taken}}))
        left = writes[1::2]
        return {"UnprocessedItems": {table: left} if left else {}}

    return fault


def _none_taken(request: Request, number: int) -> Response | None:
    if request.operation not in BATCHES:
        return None
    return {"UnprocessedItems": request.parameters["RequestItems"]}


TROUBLES: Mapping[str, Trouble] = {
    "dropped": _plain(faults.dropped),
    "answer lost": _plain(faults.answer_lost),
    "throttled": _plain(faults.throttled),
    "conflict": _plain(faults.conflicts, faults.WRITES),
    "server error before": _plain(faults.server_error(applied=False)),
    "server error after": _plain(faults.server_error(applied=True)),
    "crash": _plain(faults.crash),
    "too late": Trouble(lambda c, e: faults.delayed(c, 2 * ALLOWED_SECONDS), hurried=True),
    "slow": Trouble(lambda c, e: faults.delayed(c, 6, lost=False), hurried=True),
    "lost, then throttled": Trouble(lambda c, e: faults.answer_lost, then=faults.throttled),
    "dropped, then throttled": Trouble(lambda c, e: faults.dropped, then=faults.throttled),
    "lost, then a crash": Trouble(lambda c, e: faults.answer_lost, then=faults.crash),
    "clock ahead": Trouble(lambda c, e: faults.clock_jumps(c, 3600)),
    "clock back": Trouble(lambda c, e: faults.clock_jumps(c, -3600)),
    "half taken": Trouble(lambda c, e: _half_taken(e), only=BATCHES),
    "none taken": _plain(_none_taken, BATCHES),
}
"""Every fault of the kit, and batches of which a share is left."""


@dataclass(frozen=True)
class Case:
    """One write, one fault, and the request it strikes: that one alone, or every later one too."""

    scenario: str
    trouble: str
    number: int
    lasting: bool


@dataclass(frozen=True)
class Run:
    """What a write gave or raised, what it sent, and what is then stored."""

    value: object
    error: BaseException | None
    operations: tuple[str, ...]
    state: Mapping[Key, Item]


class Bench:
    """A table on an engine that is as at first before each run.

    ``awaited`` lets the writes be carried out by the awaited verbs.
    """

    def __init__(self, domain: Domain[Any], engine: Engine, *, awaited: bool = False) -> None:
        self.domain = domain
        self.engine = engine
        self.awaited = awaited
        self.table = domain.repository.__table__
        self.name = f"{self.table.name}-{next(_runs):x}"
        engine.send(Request("CreateTable", table_definition(self.table, table_name=self.name)))
        domain.fill(self._repository(ScriptedEngine(engine, clock=_clock())))
        self.first = self._scan()
        self.held = self.first
        self.before = state(self.first)
        self.true = [self.before]
        check_truth(list(self.first.values()), START, where=self.table)
        self.clean = {name: self._clean_run(name) for name in domain.scenarios}

    def close(self) -> None:
        """Drop the table."""
        self.engine.send(Request("DeleteTable", {"TableName": self.name}))

    def cases(self) -> Iterator[Case]:
        """Every fault at every request of every scenario, once and from then on."""
        for scenario, run in self.clean.items():
            for name, trouble in TROUBLES.items():
                for number, operation in enumerate(run.operations, start=1):
                    if trouble.only is not None and operation not in trouble.only:
                        continue
                    for lasting in (True,) if trouble.then else (False, True):
                        yield Case(scenario, name, number, lasting)

    def check(self, case: Case) -> None:
        """Run the case; raises `AssertionError` for what must not be."""
        run = self.run(case)
        after = self.clean[case.scenario].state
        if case.scenario in self.domain.batches:
            self._check_batch(case, run, after)
            return
        assert run.state in (self.before, after), case
        if run.error is None:
            assert after == run.state, case
        elif not _may_be_applied(run.error):
            assert self.before == run.state, (case, run.error)
        if case.scenario in self.domain.repeatable:
            again = self._run(case.scenario, _clock(), None, anew=False)
            assert (None, after) == (again.error, again.state), case

    def run(self, case: Case) -> Run:
        """Carry out one write under a fault, on the table as it was at first."""
        trouble = TROUBLES[case.trouble]
        clock = _clock()
        fault = _striking(case, trouble.make(clock, self.engine), trouble.then)
        return self._run(case.scenario, clock, fault, hurried=trouble.hurried)

    def _clean_run(self, scenario: str) -> Run:
        run = self._run(scenario, _clock(), None)
        assert run.error is None, scenario
        return run

    def _run(
        self,
        scenario: str,
        clock: FakeClock,
        fault: Fault | None,
        *,
        hurried: bool = False,
        anew: bool = True,
    ) -> Run:
        if anew:
            self._reset()
        engine = ScriptedEngine(self.engine, fault=fault, clock=clock)
        sends: Any = engine
        if hurried:
            sends = within(engine, Deadline.after(ALLOWED_SECONDS, clock=clock))
        value: object = None
        error: BaseException | None = None
        try:
            value = self.domain.scenarios[scenario](self._repository(sends))
        except (TabledesignError, Crashed) as raised:
            error = raised
        self.held = self._scan()
        found = state(self.held)
        if found not in self.true:
            check_truth(list(self.held.values()), clock.now(), where=self.table)
            self.true.append(found)
        operations = tuple(request.operation for request in engine.requests)
        return Run(value, error, operations, found)

    def _check_batch(self, case: Case, run: Run, after: Mapping[Key, Item]) -> None:
        """Each item is as before or as after; what is told as done is as after."""
        wrong = 0
        for at in self.before.keys() | after.keys() | run.state.keys():
            old, new, found = (each.get(at) for each in (self.before, after, run.state))
            is_entity = (new or old or {}).get("entity", {}).get("S") in self.table.entities
            wrong += is_entity and found != new
            assert found in (old, new) or not is_entity, (case, at)
        if run.error is None:
            result = cast("Any", run.value)
            assert BATCH == result.done + len(result.left), case
            assert wrong <= len(result.left), (case, result)

    def _repository(self, engine: Engine) -> Any:
        def make(used: object) -> Any:
            return self.domain.repository(used, tenant=TENANT_NAME, table_name=self.name)

        return Awaited(make, engine) if self.awaited else make(engine)

    def _scan(self) -> dict[Key, Item]:
        return {self._key(item): item for item in scan(self.engine, self.name)}

    def _key(self, item: Item) -> Key:
        return tuple(str(item[name]["S"]) for name in self._key_names())

    def _key_names(self) -> list[str]:
        return [name for name in (self.table.partition_key, self.table.sort_key) if name]

    def _reset(self) -> None:
        writes: list[Any] = [
            {"DeleteRequest": {"Key": {name: item[name] for name in self._key_names()}}}
            for at, item in self.held.items()
            if at not in self.first
        ]
        writes += [
            {"PutRequest": {"Item": item}}
            for at, item in self.first.items()
            if self.held.get(at) != item
        ]
        for start in range(0, len(writes), 25):
            part = {self.name: writes[start : start + 25]}
            self.engine.send(Request("BatchWriteItem", {"RequestItems": part}))
        self.held = self.first


def _striking(case: Case, fault: Fault, then: Fault | None) -> Fault:
    if not case.lasting:
        return faults.at_request(case.number, fault)
    later = faults.from_request(case.number + 1, then or fault)
    return lambda request, number: (
        fault(request, number) if number == case.number else later(request, number)
    )


def state(items: Mapping[Key, Item]) -> dict[Key, Item]:
    """The items by key, but for moments and request keys; equal values are equal.

    An id is told by which of its run's it is, since no two runs draw the same.
    """
    return {
        tuple(map(_of_any_run, at)): {
            n: _equal(v) for n, v in item.items() if n not in ("created_at", "updated_at")
        }
        for at, item in items.items()
        if item["entity"] != {"S": "idempotency"}
    }


def _of_any_run(text: str) -> str:
    return _DRAWN.sub(lambda found: found[0][-8:], text)


def _equal(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, held),) = value.items()
    if kind == "N":
        return {kind: Decimal(held)}
    if kind == "S":
        return {kind: _of_any_run(held)}
    return {kind: sorted(held) if kind in ("SS", "NS", "BS") else held}


def _clock() -> FakeClock:
    """Tokens of no two runs are equal: an engine remembers them."""
    return FakeClock(START, ids=next(_runs) << 32)


def _may_be_applied(error: BaseException) -> bool:
    return isinstance(error, Crashed) or getattr(error, "retry", "") == "unknown_outcome"
