"""Many entities at once: what is taken, what is left, what is refused."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tabledesign import InputError, UniqueTaken
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.wire import Request, Response

from ..evidence import BATCHES, Evidence
from .design import TENANT_NAME, House, Lease, Person, Task, check_truth
from .memory import Memory


def test_batches_refuse_entities_with_rules_naming_them(house: House) -> None:
    with pytest.raises(InputError, match=r"unique one_email.*put_all\(\)"):
        house.put_many([Person(person_id="a")])
    with pytest.raises(InputError, match="unique one_holder"):
        house.delete_many([Lease.by_id(desk="a", number=1)])


def unprocessed(memory: Memory, source: Random, share: float) -> Fault:
    """Takes each put by chance only, and answers with the others."""

    def fault(request: Request, number: int) -> Response:
        puts = request.parameters["RequestItems"]["house"]
        drawn = [(put, source.random() < share) for put in puts]
        left = [put for put, stays in drawn if stays]
        taken = {"house": [put for put, stays in drawn if not stays]}
        memory.send(Request(request.operation, {"RequestItems": taken}))
        assert number > 0
        return {"UnprocessedItems": {"house": left}} if left else {}

    return fault


def batches(seeds: range) -> None:
    for seed in seeds:
        source, memory = Random(seed), Memory()
        share = source.choice((0.0, 0.3, 0.9, 1.0))

        fault = unprocessed(memory, source, share)
        engine = ScriptedEngine(memory, fault=fault, clock=memory.clock)
        tasks = [
            Task(task_id=str(source.randrange(40)), user_id="u")
            for _ in range(source.randrange(60))
        ]
        deadline = timedelta(seconds=20)
        started = memory.clock.now()
        result = House(engine, tenant=TENANT_NAME).put_many(tasks, deadline=deadline)
        assert result.done + len(result.left) == len(tasks)
        distinct = {task.task_id for task in tasks}
        assert len(memory.items) + len(result.left) == len(distinct)
        assert memory.clock.now() - started <= deadline
        assert not result.left or share > 0.8


def test_done_and_left_are_what_was_handed_in_whatever_share_is_unprocessed(
    evidence: Evidence,
) -> None:
    batches(range(500))
    evidence(BATCHES, 500)


@pytest.mark.full
@pytest.mark.timeout(1_800)
def test_done_and_left_are_what_was_handed_in_over_10000_batches(evidence: Evidence) -> None:
    batches(range(500, 10_500))
    evidence(BATCHES, 10_000)


def test_entities_with_rules_and_without_are_stored_together(house: House, memory: Memory) -> None:
    people = [Person(person_id=f"{n % 90}", email=f"{n % 90}@y") for n in range(100)]
    tasks = [Task(task_id=f"{n}", user_id="u") for n in range(40)]
    result = house.put_all([*people, *tasks])

    assert (140, ()) == (result.done, result.left)
    assert 90 == house.counted(Person.all_of_them())
    check_truth(list(memory.items.values()), memory.clock.now())


def test_storing_ends_at_a_value_that_is_taken_and_says_what_is_left(house: House) -> None:
    house.create(Person(person_id="a", email="x@y"))
    taken, task = Person(person_id="b", email="x@y"), Task(task_id="t", user_id="u")
    result = house.put_all([taken, task])

    assert isinstance(result.error, UniqueTaken)
    assert (0, (taken, task)) == (result.done, result.left)


def test_many_are_deleted(house: House, memory: Memory) -> None:
    house.put_many([Task(task_id=str(n), user_id="u") for n in range(60)])
    result = house.delete_many([Task.by_id(task_id=str(n)) for n in range(70)])

    assert (70, ()) == (result.done, result.left)
    assert not memory.items
