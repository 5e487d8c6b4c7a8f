"""What a caller knows is demanded of the item that is there, by every verb alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from tabledesign import (
    Change,
    ConditionFailed,
    Entity,
    InputError,
    Key,
    Repository,
    StaleVersion,
    Table,
    Transaction,
)
from tabledesign.design.provision import provision
from tabledesign.engine.drivers import drive
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.protocol import clock_of

from .design import House, Person
from .design import table as house_table

shelves = Table("shelves")


class Box(Entity, table=shelves, versioned="version", created="made_at"):
    box_id: str
    label: str = ""
    version: int = 0
    made_at: datetime | None = None

    by_id = Key(partition="box_id")


class Crate(Entity, table=shelves, created="made_at", updated="seen_at"):
    crate_id: str
    made_at: datetime | None = None
    seen_at: datetime | None = None

    by_id = Key(partition="crate_id")


class Shelves(Repository, table=shelves):
    pass


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    with embedded() as made:
        drive(provision(shelves), made)
        drive(provision(house_table), made)
        yield made


def test_an_item_that_was_read_and_is_gone_may_be_deleted_if_it_exists(
    engine: EmbeddedEngine,
) -> None:
    boxes = Shelves(engine)
    read = boxes.create(Box(box_id="1"))
    boxes.delete(read)

    boxes.delete_if_exists(read)

    assert None is boxes.get(Box.by_id(box_id="1"))


def test_the_same_holds_of_an_entity_with_rules(engine: EmbeddedEngine) -> None:
    house = House(engine, tenant="acme")
    read = house.create(Person(person_id="1", email="a@b"))
    house.delete(read)

    house.delete_if_exists(read)

    assert 0 == house.counted(Person.all_of_them())


def test_an_item_that_was_written_since_is_not_deleted(engine: EmbeddedEngine) -> None:
    boxes = Shelves(engine)
    read = boxes.create(Box(box_id="2"))
    boxes.put(read.model_copy(update={"label": "new"}))

    with pytest.raises(StaleVersion):
        boxes.delete_if_exists(read)


def test_an_item_asked_for_twice_together_is_answered_twice(engine: EmbeddedEngine) -> None:
    boxes = Shelves(engine)
    box = boxes.create(Box(box_id="3"))
    here, gone = Box.by_id(box_id="3"), Box.by_id(box_id="4")

    assert [box, None, box, None] == boxes.get_together(here, gone, here, gone)


def test_a_batch_keeps_the_times_that_a_put_keeps(engine: EmbeddedEngine) -> None:
    boxes = Shelves(engine)
    before = clock_of(engine).now()
    boxes.put_many([Crate(crate_id="1")])

    found = boxes.get(Crate.by_id(crate_id="1"))

    assert found is not None
    assert found.made_at is not None
    assert before <= found.made_at == found.seen_at


def test_old_values_that_are_given_are_demanded_under_a_request_key_too(
    engine: EmbeddedEngine,
) -> None:
    boxes = Shelves(engine)
    boxes.create(Box(box_id="5", label="blue"))
    step = Transaction().update(
        "paint",
        Box.by_id(box_id="5"),
        Change().set(label="green"),
        policy="require",
        given={"label": "red"},
    )

    with pytest.raises(ConditionFailed):
        boxes.once("key", step, content="paint it green")


def test_what_cannot_be_stored_is_refused_before_anything_else_is(engine: EmbeddedEngine) -> None:
    boxes = Shelves(engine)

    with pytest.raises(InputError):
        boxes.put_all([Box(box_id="6"), Crate(crate_id="x" * 3_000)])

    assert None is boxes.get(Box.by_id(box_id="6"))
