"""Two clients at once, in every order of their requests: nothing is lost, nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tabledesign import (
    AlreadyExists,
    Change,
    ConditionFailed,
    ItemMissing,
    StaleVersion,
    Transaction,
    UniqueTaken,
    field,
)
from tabledesign.errors import Contended
from tabledesign.patterns.step import step_of
from tabledesign.repository.once import once
from tabledesign.repository.writing import commit_all, upsert, write

from ..evidence import INTERLEAVINGS, Evidence
from .design import TENANT_NAME, House, Person, Task, check_truth
from .memory import Memory
from .stepping import Outcome, all_orders, interleaved

A, B = Person.by_id(person_id="a"), Person.by_id(person_id="b")
Operations = Callable[[House], list[Any]]


def each_order(
    prepare: Callable[[House], None],
    operations: Operations,
    steps: int = 8,
    *,
    tells_items: bool = True,
) -> list[tuple[House, list[Outcome]]]:
    """The outcomes of all orders; the truth of the table is checked after each."""
    runs: list[tuple[House, list[Outcome]]] = []
    for order in all_orders(2, steps):
        memory = Memory(tells_items=tells_items)
        house = House(memory, tenant=TENANT_NAME)
        prepare(house)
        outcomes = interleaved(operations(house), memory, order)
        check_truth(list(memory.items.values()), memory.clock.now())
        runs.append((house, outcomes))
    return runs


def kinds(outcomes: list[Outcome]) -> list[type[Exception] | None]:
    return [None if each.error is None else type(each.error) for each in outcomes]


def test_of_two_changes_to_one_version_one_is_accepted_in_every_order(evidence: Evidence) -> None:
    def operations(house: House) -> list[Any]:
        read = house.get(A)
        assert read is not None
        changes = (Change().set(team="blue"), Change().set(rank=1))
        return [write(house.context, step_of("update", read, change=c)) for c in changes]

    runs = each_order(lambda h: void(h.create(Person(person_id="a"))), operations)

    for house, outcomes in runs:
        assert sorted(map(str, kinds(outcomes))) == sorted(map(str, (None, StaleVersion)))
        found = house.get(A)
        assert found is not None
        assert found.version == 2
    evidence(INTERLEAVINGS, len(runs))


def test_two_increments_are_both_counted_in_every_order(evidence: Evidence) -> None:
    def operations(house: House) -> list[Any]:
        step = step_of("update", A, change=Change().add(rank=1))
        return [write(house.context, step), write(house.context, step)]

    runs = each_order(lambda h: void(h.create(Person(person_id="a", rank=0))), operations)
    for house, outcomes in runs:
        assert [None, None] == kinds(outcomes)
        found = house.get(A)
        assert found is not None
        assert (2, 3) == (found.rank, found.version)
    evidence(INTERLEAVINGS, len(runs))


@pytest.mark.parametrize("other", ["update", "delete", "put", "move"])
def test_a_move_beside_another_write_leaves_one_item_in_every_order(
    other: str, evidence: Evidence
) -> None:
    def operations(house: House) -> list[Any]:
        read = house.get(A)
        steps = {
            "update": step_of("update", A, change=Change().set(email="new@y")),
            "delete": step_of("delete", A),
            "put": step_of("put", read or A),
            "move": step_of("move", A, moved={"person_id": "c"}),
        }
        move = step_of("move", A, moved={"person_id": "b"})
        return [write(house.context, move), write(house.context, steps[other])]

    runs = each_order(
        lambda h: void(h.create(Person(person_id="a", email="x@y", nick="bo"))), operations
    )
    for house, outcomes in runs:
        people = [p for p in map(house.get, (A, B, Person.by_id(person_id="c"))) if p]
        assert set(kinds(outcomes)) <= {None, ItemMissing, StaleVersion, ConditionFailed}
        deleted = other == "delete" and outcomes[1].error is None
        assert len(people) == (0 if deleted else 1)
    evidence(INTERLEAVINGS, len(runs))


@pytest.mark.parametrize("second", ["create", "update", "upsert", "move", "transaction"])
def test_a_unique_value_has_one_owner_in_every_order(second: str, evidence: Evidence) -> None:
    def operations(house: House) -> list[Any]:
        wanted = Person(person_id="c", email="x@y")
        change = Change().set(email="x@y")
        others: dict[str, Callable[[], Any]] = {
            "create": lambda: write(house.context, step_of("create", wanted)),
            "upsert": lambda: upsert(house.context, wanted),
            "update": lambda: write(house.context, step_of("update", B, change=change)),
            "move": lambda: write(
                house.context, step_of("move", B, moved={"person_id": "c", "email": "x@y"})
            ),
            "transaction": lambda: commit_all(
                house.context, Transaction().create("new", wanted).delete("old", B), None
            ),
        }
        return [
            write(house.context, step_of("update", A, change=change)),
            others[second](),
        ]

    def prepare(house: House) -> None:
        house.create(Person(person_id="a", email="a@y"))
        house.create(Person(person_id="b", email="b@y"))

    runs = each_order(prepare, operations, 7)
    for _, outcomes in runs:
        assert 1 == [each.error is None for each in outcomes].count(True)
        assert UniqueTaken in kinds(outcomes)
    evidence(INTERLEAVINGS, len(runs))


def test_deleting_the_owner_frees_the_value_in_every_order(evidence: Evidence) -> None:
    def operations(house: House) -> list[Any]:
        wanted = Person(person_id="b", email="x@y")
        return [
            write(house.context, step_of("delete", A)),
            write(house.context, step_of("create", wanted)),
        ]

    runs = each_order(lambda h: void(h.create(Person(person_id="a", email="x@y"))), operations)
    for house, outcomes in runs:
        assert outcomes[0].error is None
        assert kinds(outcomes)[1] in (None, UniqueTaken)
        assert (house.get(B) is not None) == (outcomes[1].error is None)
    evidence(INTERLEAVINGS, len(runs))


def test_two_creations_of_one_key_make_one_item_in_every_order(evidence: Evidence) -> None:
    def operations(house: House) -> list[Any]:
        people = (Person(person_id="a", rank=1), Person(person_id="a", rank=2))
        return [write(house.context, step_of("create", person)) for person in people]

    runs = each_order(lambda _: None, operations, 4)
    for _, outcomes in runs:
        assert {None, AlreadyExists} == set(kinds(outcomes))
    evidence(INTERLEAVINGS, len(runs))


def test_a_put_of_what_is_created_meanwhile_finds_it_or_nothing_in_every_order(
    evidence: Evidence,
) -> None:
    def operations(house: House) -> list[Any]:
        put = Transaction().put("put", Person(person_id="a", rank=2, version=1))
        return [
            once(house.context, "k", put, content="same", lifetime=timedelta(hours=1)),
            write(house.context, step_of("create", Person(person_id="a", rank=1))),
        ]

    runs = each_order(lambda _: None, operations, 9)
    for house, outcomes in runs:
        found = house.get(A)
        assert found is not None
        assert kinds(outcomes) in ([None, None], [ItemMissing, None])
        assert (found.rank, found.version) == ((2, 2) if outcomes[0].error is None else (1, 1))
    assert 2 == len({str(kinds(outcomes)) for _, outcomes in runs})
    evidence(INTERLEAVINGS, len(runs))


@pytest.mark.parametrize("tells_items", [True, False])
def test_a_condition_on_what_is_created_meanwhile_is_met_or_nothing_is_there(
    tells_items: bool, evidence: Evidence
) -> None:
    def operations(house: House) -> list[Any]:
        change, condition = Change().add(visits=1), field("user_id").equals("u")
        target = Task.by_id(task_id="a")
        return [
            write(house.context, step_of("update", target, change=change, condition=condition)),
            write(house.context, step_of("create", Task(task_id="a", user_id="u"))),
        ]

    runs = each_order(lambda _: None, operations, 6, tells_items=tells_items)
    for house, outcomes in runs:
        task = house.get(Task.by_id(task_id="a"))
        assert task is not None
        assert kinds(outcomes) in ([None, None], [ItemMissing, None])
        assert task.visits == (outcomes[0].error is None)
    evidence(INTERLEAVINGS, len(runs))


def test_a_request_key_is_carried_out_once_in_every_order(evidence: Evidence) -> None:
    def operations(house: House) -> list[Any]:
        work = Transaction().update("add", A, Change().add(rank=1))
        return [
            once(house.context, "k", work, content="same", lifetime=timedelta(hours=1))
            for _ in range(2)
        ]

    runs = each_order(lambda h: void(h.create(Person(person_id="a", rank=0))), operations)
    for house, outcomes in runs:
        assert [None, None] == kinds(outcomes)
        assert outcomes[0].value == outcomes[1].value
        found = house.get(A)
        assert found is not None
        assert found.rank == 1
    evidence(INTERLEAVINGS, len(runs))


def test_accepted_increments_are_all_there_over_random_interleavings() -> None:
    source = Random("increments")
    for _ in range(200):
        memory = Memory()
        house = House(memory, tenant=TENANT_NAME)
        house.create(Person(person_id="a", rank=0))
        house.create(Task(task_id="a", user_id="u"))
        kinds_of = [source.random() < 0.5 for _ in range(4)]
        operations = [
            write(
                house.context,
                step_of("update", A, change=Change().add(rank=1))
                if is_person
                else step_of("update", Task.by_id(task_id="a"), change=Change().add(visits=1)),
            )
            for is_person in kinds_of
        ]
        order = [source.randrange(4) for _ in range(40)]
        outcomes = interleaved(operations, memory, order)
        accepted = [
            is_person
            for is_person, outcome in zip(kinds_of, outcomes, strict=True)
            if outcome.error is None
        ]
        person, task = house.get(A), house.get(Task.by_id(task_id="a"))
        assert person is not None
        assert task is not None
        assert (accepted.count(True), accepted.count(False)) == (person.rank, task.visits)
        assert all(isinstance(o.error, Contended | None) for o in outcomes)


def void(_: object) -> None:
    return None
