"""Places inside fields: what a change looks into must be there, in memory and on an engine."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from tabledesign import Change, ConditionFailed, Entity, Key, Repository, Table, Transaction, field
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import EmbeddedEngine

from .memory import Memory

houses = Table("houses")


class Room(BaseModel):
    name: str
    walls: list[str] = []


class House(Entity, table=houses):
    house_id: str
    room: Room | None = None
    rents: dict[str, int] | None = None
    streets: list[str] | None = None
    by_id = Key(partition="house_id")


class Houses(Repository, table=houses):
    pass


BARE, FULL = House.by_id(house_id="bare"), House.by_id(house_id="full")
CHANGES = [
    Change().set_at(field("room")["name"], "hall"),
    Change().set_at(field("room")["walls"][0], "red"),
    Change().set_at(field("rents")["may"], 3),
    Change().set_at(field("streets")[0], "High Street"),
    Change().remove_at(field("rents")["june"]),
]


@pytest.fixture(params=["memory", "embedded"])
def kept(request: pytest.FixtureRequest, store: EmbeddedEngine) -> Houses:
    if request.param == "memory":
        made = Houses(Memory())
    else:
        name = f"houses-{request.node.callspec.indices}".replace(" ", "")
        name = "".join(letter for letter in name if letter.isalnum() or letter == "-")
        create_table(houses, store, table_name=name)
        made = Houses(store, table_name=name)
    made.create(House(house_id="bare"))
    made.create(House(house_id="null", rents=None, streets=None, room=None))
    room = Room(name="attic", walls=["blue"])
    made.create(House(house_id="full", room=room, rents={"june": 1}, streets=["Low Street"]))
    return made


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("house_id", ["bare", "null"])
def test_a_place_inside_what_is_not_there_is_refused_as_a_condition(
    kept: Houses, house_id: str, change: Change
) -> None:
    house = House.by_id(house_id=house_id)
    before = kept.get(house)
    for refused in (
        lambda: kept.update(house, change),
        lambda: kept.commit(Transaction().update("place", house, change)),
    ):
        with pytest.raises(ConditionFailed) as caught:
            refused()
        assert before == caught.value.stored == kept.get(house)


@pytest.mark.parametrize("change", CHANGES)
def test_a_place_inside_what_is_there_is_changed(kept: Houses, change: Change) -> None:
    before = kept.get(FULL)
    assert before != kept.update(FULL, change)
