"""Answers dropped after the write was applied: what is counted is what was done, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tabledesign import Change, Transaction
from tabledesign.engine.scripted import Fault, Lost, ScriptedEngine
from tabledesign.errors import OutcomeUnknown
from tabledesign.wire import Request

from ..evidence import EFFECTS, Evidence
from .design import TENANT_NAME, House, Person, Task, check_truth
from .memory import Memory

PERSON, TASK = Person.by_id(person_id="a"), Task.by_id(task_id="a")
ROUND = 50  # writes on one table, so that a list that is appended to stays short

EFFECT_OF: dict[str, Callable[[House, int], object]] = {
    "visits": lambda house, n: house.update(TASK, Change().add(visits=1)),
    "due": lambda house, n: house.update(TASK, Change().subtract(due=1)),
    "rank": lambda house, n: house.update(PERSON, Change().add(rank=1)),
    "nick": lambda house, n: house.update(PERSON, Change().increment("rank", at_most=10**6)),
    "log": lambda house, n: house.update(PERSON, Change().append(log=[str(n)])),
    "people": lambda house, n: house.create(Person(person_id=str(n), nick=str(n))),
    "moved": lambda house, n: house.commit(
        Transaction().update("add", TASK, Change().add(visits=1)).require("person", PERSON)
    ),
    "once": lambda house, n: house.once(
        str(n), Transaction().update("add", TASK, Change().add(visits=1)), content="c"
    ),
}


def dropping(source: Random, percent: int) -> Fault:
    """So many of a hundred requests are applied and their answer is lost."""

    def fault(request: Request, number: int) -> Lost | None:
        if source.randrange(100) >= percent:
            return None
        return Lost(OutcomeUnknown("lost; read it", code="outcome.unknown"))

    return fault


def effects_of(house: House) -> Counter[str]:
    """What the table says was done."""
    person, task = house.get(PERSON, consistent=True), house.get(TASK, consistent=True)
    assert person is not None
    assert task is not None
    return Counter(
        visits=task.visits,
        due=-(task.due or 0),
        rank=person.rank,
        log=len(person.log),
        people=house.counted(Person.all_of_them()) - 1,
    )


def played(seed: int) -> int:
    """A round of writes; gives how many could not say what became of them."""
    source, memory = Random(seed), Memory()
    plain = House(memory, tenant=TENANT_NAME)
    plain.create(Person(person_id="a", rank=0))
    plain.create(Task(task_id="a", user_id="u", due=0))
    engine = ScriptedEngine(memory, fault=dropping(source, 20), clock=memory.clock)
    house = House(engine, tenant=TENANT_NAME)
    expected: Counter[str] = Counter()
    unknown = 0
    for number in range(ROUND):
        name = source.choice(list(EFFECT_OF))
        sent = len(engine.requests)
        try:
            EFFECT_OF[name](house, number)
        except OutcomeUnknown:
            # A write whose answer is lost was applied; a read that is lost did nothing.
            unknown += 1
            if engine.requests[-1].operation == "GetItem":
                continue
            assert len(engine.requests) > sent
        counted = {"nick": "rank", "moved": "visits", "once": "visits"}.get(name, name)
        expected[counted] += 1
    assert expected == effects_of(plain), seed
    check_truth(list(memory.items.values()), memory.clock.now())
    return unknown


def test_each_write_that_was_reported_is_there_once_and_an_unknown_one_too(
    evidence: Evidence,
) -> None:
    unknown = sum(played(seed) for seed in range(10))

    assert unknown > 10
    evidence(EFFECTS, 10 * ROUND)


@pytest.mark.full
@pytest.mark.timeout(1_800)
def test_10000_writes_whose_answers_are_dropped_are_counted_exactly(evidence: Evidence) -> None:
    for seed in range(1_000, 1_200):
        played(seed)
    evidence(EFFECTS, 200 * ROUND)


def test_a_write_that_is_sent_again_in_silence_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Any = House.update

    def twice(*args: object, **options: object) -> Any:
        try:
            return whole(*args, **options)
        except OutcomeUnknown:
            return whole(*args, **options)

    monkeypatch.setattr(House, "update", twice)
    with pytest.raises(AssertionError):
        [played(seed) for seed in range(10)]
