"""A fault at request n, once and from then on, for every n of every scenario."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tabledesign import Change, ItemMissing, OutcomeUnknown, TabledesignError, Transaction
from tabledesign.engine.scripted import Lost, ScriptedEngine
from tabledesign.errors import Throttled, TransactionConflict
from tabledesign.wire import Item, Request

from ..evidence import FAULTS as FAULTS_SWEPT
from ..evidence import Evidence
from .design import TENANT_NAME, House, Lease, Person, Task, check_truth
from .memory import Memory

A, B = Person.by_id(person_id="a"), Person.by_id(person_id="b")
TASK = Task.by_id(task_id="a")

Scenario = Callable[[House], object]

SCENARIOS: dict[str, Scenario] = {
    "create": lambda h: h.create(Person(person_id="c", email="c@y")),
    "create alone": lambda h: h.create(Task(task_id="c", user_id="u", due=1)),
    "put": lambda h: h.put(Person(person_id="c", nick="bo")),
    "put over": lambda h: h.put(Lease(desk="a", number=1, holder="z")),
    "update": lambda h: h.update(A, Change().add(rank=1).append(log=["l"])),
    "update alone": lambda h: h.update(TASK, Change().add(visits=1)),
    "rebuild": lambda h: h.update(TASK, Change().set(done=5)),
    "rules": lambda h: h.update(A, Change().set(email="new@y", team="blue").add(rank=1)),
    "upsert": lambda h: h.upsert(Person(person_id="a", email="up@y")),
    "delete": lambda h: h.delete(A),
    "delete alone": lambda h: h.delete(TASK),
    "delete if exists": lambda h: h.delete_if_exists(A),
    "move": lambda h: h.move(A, person_id="c"),
    "swap": lambda h: h.commit(
        Transaction()
        .update("a", A, Change().set(email="b@y"))
        .update("b", B, Change().set(email="a@y"))
    ),
    "once": lambda h: h.once(
        "key", Transaction().update("a", A, Change().add(rank=1)), content="c"
    ),
}
FAULTS: dict[str, Callable[[], Exception | Lost]] = {
    "dropped before": lambda: OutcomeUnknown("lost; read it", code="outcome.unknown"),
    "applied, answer dropped": lambda: Lost(
        OutcomeUnknown("lost; read it", code="outcome.unknown")
    ),
    "throttled": lambda: Throttled("slow down", code="request.throttled"),
    "conflict": lambda: TransactionConflict("conflict; again", code="transaction.conflict"),
}


def prepared() -> Memory:
    memory = Memory()
    house = House(memory, tenant=TENANT_NAME)
    house.create(Person(person_id="a", email="a@y", nick="al", rank=0))
    house.create(Person(person_id="b", email="b@y"))
    house.create(Lease(desk="a", number=1, holder="h"))
    house.create(Task(task_id="a", user_id="u", due=1))
    return memory


def state(memory: Memory) -> list[Any]:
    """All items but for the moments and the request keys."""
    kept: list[Item] = []
    for at in sorted(memory.items):
        item = memory.items[at]
        kept.append({n: v for n, v in item.items() if n not in ("created_at", "updated_at")})
    return [item for item in kept if item["entity"] != {"S": "idempotency"}]


def run(scenario: Scenario, fault: Callable[[int], Exception | Lost | None]) -> tuple[Any, ...]:
    memory = prepared()
    engine = ScriptedEngine(memory, fault=lambda _, n: fault(n), clock=memory.clock)
    error: TabledesignError | None = None
    try:
        scenario(House(engine, tenant=TENANT_NAME))
    except TabledesignError as raised:
        error = raised
    check_truth(list(memory.items.values()), memory.clock.now())
    return error, state(memory), len(engine.requests)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_fault_at_any_request_leaves_all_of_a_write_or_nothing_and_never_twice(
    scenario: str, fault: str, evidence: Evidence
) -> None:
    write, before = SCENARIOS[scenario], state(prepared())
    error, after, requests = run(write, lambda n: None)
    assert error is None
    for n in range(1, requests + 1):
        for lasting in (False, True):
            error, found, _ = run(
                write,
                lambda at, n=n, lasting=lasting: (  # type: ignore[misc]
                    FAULTS[fault]() if at == n or (lasting and at > n) else None
                ),
            )
            assert found in (before, after), (n, lasting)
            if error is None:
                assert found == after, (n, lasting)
            elif error.retry != "unknown_outcome":
                assert found == before or scenario == "upsert", (n, lasting, error)
    evidence(FAULTS_SWEPT, 2 * requests)


@pytest.mark.parametrize("scenario", ["create", "rules", "move", "swap", "once", "delete"])
def test_a_transaction_whose_answer_was_lost_once_is_told_as_done(scenario: str) -> None:
    def fault(request: Request, number: int, lost: list[int] = []) -> Lost | None:  # noqa: B006
        if request.operation != "TransactWriteItems" or lost:
            return None
        lost.append(number)
        return Lost(OutcomeUnknown("lost; read it", code="outcome.unknown"))

    lost: list[int] = []
    memory = prepared()
    engine = ScriptedEngine(memory, fault=lambda r, n: fault(r, n, lost), clock=memory.clock)
    SCENARIOS[scenario](House(engine, tenant=TENANT_NAME))

    assert lost
    assert state(memory) == run(SCENARIOS[scenario], lambda n: None)[1]


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
