"""What an update makes of an item, told beforehand: as DynamoDB would, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field

from tabledesign import Change, Entity, InputError, Key, Table, field
from tabledesign.codec import codec_of
from tabledesign.patterns.applied import applied
from tabledesign.wire import AttributeValue, Item

table = Table("applied")


class Address(BaseModel):
    city: str = ""
    lines: list[str] = Field(default_factory=list[str])


class Thing(Entity, table=table):
    thing_id: str
    count: int = 0
    price: Decimal = Decimal(0)
    nick: str | None = None
    notes: list[str] = Field(default_factory=list[str])
    tags: set[str] = Field(default_factory=set[str])
    marks: set[int] = Field(default_factory=set[int])
    address: Address | None = None
    scores: dict[str, int] = Field(default_factory=dict[str, int])

    by_id = Key(partition="thing_id")


FULL: Item = {
    "count": {"N": "1"},
    "price": {"N": "1.10"},
    "nick": {"S": "x"},
    "notes": {"L": [{"S": "a"}, {"S": "b"}]},
    "tags": {"SS": ["a", "b"]},
    "address": {"M": {"city": {"S": "Oslo"}, "lines": {"L": [{"S": "1"}]}}},
    "scores": {"M": {"a": {"N": "1"}}},
}
CITY, LINES, NOTES = field("address")["city"], field("address")["lines"], field("notes")

MADE: list[tuple[Item, Change, Mapping[str, AttributeValue | None]]] = [
    (FULL, Change().set(count=5), {"count": {"N": "5"}}),
    (FULL, Change().set(nick=None), {"nick": {"NULL": True}}),
    (FULL, Change().set(nick=CITY), {"nick": {"S": "Oslo"}}),
    (FULL, Change().set_if_absent(nick="y"), {"nick": {"S": "x"}}),
    ({}, Change().set_if_absent(nick="y"), {"nick": {"S": "y"}}),
    ({"nick": {"NULL": True}}, Change().set_if_absent(nick="y"), {"nick": {"NULL": True}}),
    (FULL, Change().remove("nick"), {"nick": None}),
    ({}, Change().remove("nick"), {"nick": None}),
    (FULL, Change().add(count=2), {"count": {"N": "3"}}),
    ({}, Change().add(count=2), {"count": {"N": "2"}}),
    (FULL, Change().subtract(price=Decimal("0.1")), {"price": {"N": "1.00"}}),
    (FULL, Change().increment("count", 4), {"count": {"N": "5"}}),
    (FULL, Change().append(notes=["c"]), {"notes": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}}),
    ({}, Change().append(notes=["c"]), {"notes": {"L": [{"S": "c"}]}}),
    (FULL, Change().prepend(notes=["c"]), {"notes": {"L": [{"S": "c"}, {"S": "a"}, {"S": "b"}]}}),
    ({}, Change().prepend(notes=["c"]), {"notes": {"L": [{"S": "c"}]}}),
    (FULL, Change().add_to(tags={"b", "c"}), {"tags": {"SS": ["a", "b", "c"]}}),
    ({}, Change().add_to(tags={"c"}), {"tags": {"SS": ["c"]}}),
    ({"marks": {"NS": ["1"]}}, Change().add_to(marks={2}), {"marks": {"NS": ["1", "2"]}}),
    (FULL, Change().discard_from(tags={"b", "z"}), {"tags": {"SS": ["a"]}}),
    (FULL, Change().discard_from(tags={"a", "b"}), {"tags": None}),
    ({}, Change().discard_from(tags={"a"}), {"tags": None}),
    (
        FULL,
        Change().set_at(CITY, "Rome"),
        {"address": {"M": {"city": {"S": "Rome"}, "lines": {"L": [{"S": "1"}]}}}},
    ),
    (
        FULL,
        Change().remove_at(CITY),
        {"address": {"M": {"lines": {"L": [{"S": "1"}]}}}},
    ),
    (
        FULL,
        Change().set_at(LINES[0], "2"),
        {"address": {"M": {"city": {"S": "Oslo"}, "lines": {"L": [{"S": "2"}]}}}},
    ),
    (
        FULL,
        Change().set_at(LINES[7], "2"),
        {"address": {"M": {"city": {"S": "Oslo"}, "lines": {"L": [{"S": "1"}, {"S": "2"}]}}}},
    ),
    (
        FULL,
        Change().set_at(field("scores")["b"], 2),
        {"scores": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}},
    ),
    (FULL, Change().remove_at(NOTES[0]), {"notes": {"L": [{"S": "b"}]}}),
    (FULL, Change().remove_at(NOTES[2]), {}),
    (FULL, Change().remove_at(NOTES[0]).remove_at(NOTES[1]), {"notes": {"L": []}}),
    (
        FULL,
        Change().set(count=field("price"), price=Decimal(2)),
        {"count": {"N": "1.10"}, "price": {"N": "2"}},
    ),
]


def after(row: Item, change: Change) -> Item:
    return applied(codec_of(Thing), change.clauses, row)


def sorted_sets(item: Item) -> dict[str, Any]:
    """A set has no order."""
    return {
        name: {tag: sorted(content) if tag in ("SS", "NS") else content}
        for name, value in item.items()
        for tag, content in value.items()
    }


@pytest.mark.parametrize(("row", "change", "changed"), MADE)
def test_an_item_is_told_as_it_will_be_stored(
    row: Item, change: Change, changed: Mapping[str, AttributeValue | None]
) -> None:
    expected = {name: value for name, value in {**row, **changed}.items() if value is not None}

    assert sorted_sets(expected) == sorted_sets(after(row, change))


def test_the_row_that_was_read_stays_as_it_is() -> None:
    row: Item = {"address": {"M": {"lines": {"L": [{"S": "1"}]}}}}
    after(row, Change().set_at(LINES[0], "2"))

    assert {"address": {"M": {"lines": {"L": [{"S": "1"}]}}}} == row


REFUSED: list[tuple[Item, Change, str]] = [
    ({}, Change().increment("count"), "'count' is not there"),
    ({"count": {"NULL": True}}, Change().add(count=1), "'count' is no number"),
    ({"notes": {"NULL": True}}, Change().append(notes=["c"]), "'notes' is no list"),
    ({"tags": {"NULL": True}}, Change().add_to(tags={"c"}), "'tags' is no such set"),
    ({}, Change().set(nick=CITY), "'address.city' is not there"),
    ({}, Change().set_at(CITY, "Rome"), "'address.city' lies inside what is not there"),
    ({"address": {"NULL": True}}, Change().set_at(CITY, "x"), "lies inside what is not there"),
    ({"address": {"M": {}}}, Change().set_at(LINES[0], "x"), "lies inside what is not there"),
]


def field_of(words: str) -> str:
    return words.split("'")[1].partition(".")[0] if "'" in words else "address"


@pytest.mark.parametrize(("row", "change", "words"), REFUSED)
def test_what_dynamodb_would_refuse_is_refused(row: Item, change: Change, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        after(row, change)

    assert ("update.state", field_of(words)) == (caught.value.code, caught.value.field)
    assert "set the whole field instead" in caught.value.message
