"""A fault at request n, once and from then on, for every n of every scenario."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tabledesign import Change, ItemMissing, OutcomeUnknown, Transaction
from tabledesign.engine import retry
from tabledesign.engine.scripted import Lost, ScriptedEngine

from ..evidence import FAULTS, Evidence
from .design import TENANT_NAME, House, Person
from .memory import Memory
from .scenarios import DOMAINS, HOUSE, A, B
from .sweep import Bench, Case


def prepared() -> Memory:
    memory = Memory()
    HOUSE.fill(House(memory, tenant=TENANT_NAME))
    return memory


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_fault_at_any_request_leaves_all_of_a_write_or_nothing_and_never_twice(
    domain: str, evidence: Evidence
) -> None:
    bench = Bench(DOMAINS[domain], Memory())
    cases = list(bench.cases())
    for case in cases:
        bench.check(case)
    evidence(FAULTS, len(cases))


@pytest.mark.parametrize("some", [60, pytest.param(None, marks=pytest.mark.full)])
def test_a_fault_at_any_request_of_an_awaited_write_leaves_all_of_it_or_nothing(
    some: int | None, evidence: Evidence
) -> None:
    bench = Bench(HOUSE, Memory(), awaited=True)
    cases = list(bench.cases())
    chosen = cases if some is None else Random("some faults").sample(cases, some)
    for case in chosen:
        bench.check(case)
    evidence(f"{FAULTS}, by awaited verbs", len(chosen))


def test_a_write_that_is_sent_again_against_the_rule_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench(HOUSE, Memory())

    def always(_error: object, _request: object, _elapsed: float) -> bool:
        return True

    monkeypatch.setattr(retry, "_may_repeat", always)

    with pytest.raises(AssertionError):
        bench.check(Case("update alone", "answer lost", 1, lasting=False))


def test_a_transaction_whose_answer_was_lost_once_is_told_as_done() -> None:
    bench = Bench(HOUSE, Memory())
    for scenario in ("create", "rules", "move", "swap", "once", "delete"):
        clean = bench.clean[scenario]
        number = clean.operations.index("TransactWriteItems") + 1
        run = bench.run(Case(scenario, "answer lost", number, lasting=False))

        assert (None, clean.state) == (run.error, run.state)


def test_once_after_a_lost_answer_asked_again_does_nothing_more() -> None:
    memory = prepared()
    engine = ScriptedEngine(
        memory,
        fault=lambda r, n: (
            Lost(OutcomeUnknown("lost; read", code="outcome.unknown"))
            if r.operation == "TransactWriteItems"
            else None
        ),
        clock=memory.clock,
    )
    work = Transaction().update("a", A, Change().add(rank=1)).delete("b", B)
    House(engine, tenant=TENANT_NAME).once("k", work, content="c")
    house = House(memory, tenant=TENANT_NAME)
    again = house.once("k", work, content="c")

    assert again["b"] is None
    assert again["a"] == house.get(A)
    found = house.get(A)
    assert found is not None
    assert found.rank == 1


@pytest.mark.parametrize("trouble", ["too late", "lost, then throttled"])
def test_a_request_key_whose_record_cannot_be_read_back_leaves_the_outcome_unknown(
    trouble: str,
) -> None:
    bench = Bench(HOUSE, Memory())
    number = bench.clean["once"].operations.index("TransactWriteItems") + 1
    run = bench.run(Case("once", trouble, number, lasting=True))

    assert isinstance(run.error, OutcomeUnknown)
    assert bench.clean["once"].state == run.state


def test_a_request_key_is_new_once_it_has_expired() -> None:
    memory = prepared()
    house = House(memory, tenant=TENANT_NAME)
    work = Transaction().update("a", A, Change().add(rank=1))
    house.once("k", work, content="c", lifetime=timedelta(minutes=1))
    memory.clock.sleep(62)
    left = house.once("k", work, content="other", lifetime=timedelta(minutes=1))["a"]

    assert isinstance(left, Person)
    assert left.rank == 2


def test_a_request_key_whose_step_was_refused_is_free_again() -> None:
    house = House(prepared(), tenant=TENANT_NAME)
    gone = Transaction().delete("gone", Person.by_id(person_id="nobody"))
    with pytest.raises(ItemMissing):
        house.once("k", gone, content="c")

    assert {"b": None} == house.once("k", Transaction().delete("b", B), content="d")
