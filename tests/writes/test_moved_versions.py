"""A move is a write like another: it counts the version on and keeps when the item was created."""

from __future__ import annotations

import pytest

from tabledesign import Change, StaleVersion

from .design import House, Person
from .memory import Memory

A, B = Person.by_id(person_id="a"), Person.by_id(person_id="b")


def test_a_moved_item_has_the_next_version_and_its_day_of_creation(
    house: House, memory: Memory
) -> None:
    created = house.create(Person(person_id="a"))
    house.update(A, Change().set(team="blue"))
    memory.clock.sleep(60)
    house.move(A, person_id="b")
    moved = house.get(B)

    assert moved is not None
    assert (3, created.created_at) == (moved.version, moved.created_at)
    assert moved.updated_at != moved.created_at


def test_what_was_read_before_the_move_is_stale_after_it(house: House) -> None:
    house.create(Person(person_id="a"))
    house.update(A, Change().set(team="blue"))
    house.move(A, person_id="b")
    house.move(B, person_id="a")

    with pytest.raises(StaleVersion):
        house.delete(Person(person_id="a", version=2))


def test_what_is_put_again_keeps_its_day_of_creation(house: House, memory: Memory) -> None:
    house.put(Person(person_id="a"))
    first = house.get(A)
    assert first is not None
    memory.clock.sleep(60)
    house.put(first.model_copy(update={"team": "blue"}))
    second = house.get(A)

    assert second is not None
    assert (2, first.created_at, "blue") == (second.version, second.created_at, second.team)
    assert second.updated_at != first.updated_at
