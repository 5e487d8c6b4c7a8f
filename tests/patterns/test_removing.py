"""What is known of a field that an update takes away: its default, where that is known."""

from __future__ import annotations

from pydantic import Field

from tabledesign import Change, Entity, Key, Table
from tabledesign.patterns.field_values import UNKNOWN, value_after
from tabledesign.patterns.update import plan_update

table = Table("removing")


def shouted(data: dict[str, str]) -> str:
    return data["name"].upper()


class Person(Entity, table=table):
    name: str
    nick: str | None = None
    tags: list[str] = Field(default_factory=lambda: ["new"])
    title: str = Field(default_factory=shouted)

    by_id = Key(partition="name")


def after(field: str) -> object:
    [clause] = Change().remove(field).clauses
    return value_after(Person, clause)


def test_a_removed_field_reads_as_its_default_where_that_is_known() -> None:
    assert [None, ["new"], UNKNOWN] == [after(field) for field in ("nick", "tags", "title")]


def test_a_field_whose_default_is_made_from_others_can_be_removed() -> None:
    planned = plan_update(Person, {"name": "ann"}, Change().remove("title"), tenant=None)

    assert "REMOVE #n0" == planned.text
