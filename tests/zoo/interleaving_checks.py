"""What must hold of two writes at once: what is left is what one order of them leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from tabledesign import Change
from tabledesign.engine.drivers import drive
from tabledesign.errors import TabledesignError
from tabledesign.patterns.step import step_of
from tabledesign.repository.writing import upsert, write

from ..writes.design import TENANT_NAME, House, Person, Task, check_truth
from ..writes.memory import Memory
from ..writes.stepping import interleaved
from ..writes.sweep import state
from .check import Check, Shortest, source_of

__all__ = ["INTERLEAVING_CHECKS"]

Make = Callable[[House], Any]
PERSON, TASK = Person.by_id(person_id="a"), Task.by_id(task_id="a")


def _prepared(random: Random) -> tuple[Any, ...]:
    person = Person(
        person_id="a", email=random.choice((None, "x@y")), left=random.choice((None, True))
    )
    task = Task(
        task_id="a", user_id="u", due=random.choice((None, 1)), done=random.choice((None, 5))
    )
    return (person, task)


def _operation(random: Random, kind: str) -> tuple[str, Make]:
    draw = random.choice
    if kind == "task":
        change = draw(
            (
                Change().set(due=draw((2, 3, None))),
                Change().set(done=draw((6, None))),
                Change().set(user_id=draw(("v", "w"))),
                Change().remove("due"),
                Change().add(visits=1),
            )
        )
        target: Any = TASK
        new: Any = Task(task_id="a", user_id="new", due=7)
        moved = {"task_id": "b"}
    else:
        change = draw(
            (
                Change().set(team="blue"),
                Change().set(email=draw(("y@y", None))),
                Change().set(left=draw((True, None))),
                Change().add(rank=1),
                Change().add_to(tags={"t"}),
            )
        )
        target, new, moved = PERSON, Person(person_id="a", nick="bo"), {"person_id": "b"}

    def update(house: House) -> Any:
        return _write(house, "update", target, change=change)

    verbs: Sequence[tuple[str, Make]] = (
        *[(f"update {change!r}", update)] * 6,
        ("delete", lambda h: _write(h, "delete", target)),
        ("create", lambda h: _write(h, "create", new)),
        ("upsert", lambda h: upsert(h.context, new)),
        ("move", lambda h: _write(h, "move", target, moved=moved)),
    )
    return draw(verbs)


def _write(house: House, verb: Any, target: Any, **options: Any) -> Any:
    return write(house.context, step_of(verb, target, **options))


def _fresh(prepared: tuple[Any, ...]) -> tuple[Memory, House]:
    memory = Memory()
    house = House(memory, tenant=TENANT_NAME)
    for entity in prepared:
        house.create(entity)
    return memory, house


def _after(prepared: tuple[Any, ...], makes: Sequence[Make]) -> object:
    """What is there after these, one after the other; None where one of them fails."""
    memory, house = _fresh(prepared)
    try:
        for make in makes:
            drive(make(house), memory)
    except TabledesignError:
        return None
    return state(memory.items)


def _interleavings(seed: int) -> Iterator[None]:
    number = 0
    while True:
        random = source_of("interleavings", seed, number)
        number += 1
        prepared, kind = _prepared(random), random.choice(("task", "person"))
        named = [_operation(random, kind) for _ in range(2)]
        order = [random.randrange(2) for _ in range(8)]
        memory, house = _fresh(prepared)
        outcomes = interleaved([make(house) for _, make in named], memory, order)
        done = [make for (_, make), each in zip(named, outcomes, strict=True) if not each.error]
        orders = [done, done[::-1]]
        said = f"after {prepared!r}, at once in the order {order}: " + " and ".join(
            f"{name} ({each.error!r})" for (name, _), each in zip(named, outcomes, strict=True)
        )
        if state(memory.items) not in [_after(prepared, each) for each in orders]:
            raise Shortest(3, f"{said}: no order leaves what is there")
        try:
            check_truth(list(memory.items.values()), memory.clock.now())
        except AssertionError as error:
            raise Shortest(3, f"{said}: {error}") from error
        yield


INTERLEAVING_CHECKS = (
    Check(
        "writes.interleaved", "of two writes at once, one order explains what is left",
        _interleavings, 300,
    ),
)  # fmt: skip
