"""Items of every past version are brought up to the current one when they are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from tabledesign.codec import Unreadable, codec_of, compile_codec, plain, tagged
from tabledesign.errors import DesignError

Values = dict[str, object]


def split_name(stored: Values) -> Values:
    first, last = str(stored.pop("name")).split(" ")
    return {**stored, "first": first, "last": last}


def in_cents(stored: Values) -> Values:
    fee = stored.pop("fee", Decimal(0))
    assert isinstance(fee, Decimal)
    return {**stored, "cents": int(fee * 100), "tags": set[str]()}


class Member(BaseModel):
    first: str
    last: str
    cents: int = 0
    tags: set[str] = set()


CODEC = compile_codec(Member, version=4, upcasters={1: split_name, 3: in_cents})
ANN = Member(first="Ann", last="Lee", cents=150, tags=set())
OLD: list[dict[str, Any]] = [
    {"name": {"S": "Ann Lee"}, "fee": {"N": "1.5"}},
    {"name": {"S": "Ann Lee"}, "fee": {"N": "1.5"}, "entity_version": {"N": "1"}},
    {
        "first": {"S": "Ann"},
        "last": {"S": "Lee"},
        "fee": {"N": "1.50"},
        "entity_version": {"N": "2"},
    },
    {
        "first": {"S": "Ann"},
        "last": {"S": "Lee"},
        "fee": {"N": "1.5"},
        "entity_version": {"N": "3"},
    },
    {
        "first": {"S": "Ann"},
        "last": {"S": "Lee"},
        "cents": {"N": "150"},
        "entity_version": {"N": "4"},
    },
]


@pytest.mark.parametrize("item", OLD)
def test_an_item_of_any_version_reads_as_the_current_one(item: dict[str, Any]) -> None:
    before = repr(item)
    assert ANN == CODEC.decode(item)
    assert before == repr(item)


def test_what_is_written_carries_the_version_once_it_is_above_1() -> None:
    assert {"N": "4"} == CODEC.encode(ANN)["entity_version"]
    assert "entity_version" not in compile_codec(Member).encode(ANN)


def test_an_item_of_a_later_version_is_read_as_far_as_it_can_be() -> None:
    later = {**OLD[-1], "entity_version": {"N": "9"}, "nickname": {"S": "A"}}
    assert ANN == CODEC.decode(later)
    with pytest.raises(Unreadable, match="last is missing"):
        CODEC.decode({"first": {"S": "Ann"}, "entity_version": {"N": "9"}})


@pytest.mark.parametrize("stored", [{"S": "4"}, {"N": "0"}, {"N": "-1"}, {"N": "1.5"}, {}])
def test_an_item_without_a_proper_version_is_unreadable(stored: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match=r"\$\.entity_version is not the number of a version"):
        CODEC.decode({**OLD[-1], "entity_version": stored})


def test_an_entity_without_versions_takes_no_notice_of_the_attribute() -> None:
    assert ANN == compile_codec(Member).decode({**OLD[-1], "entity_version": {"S": "draft"}})


def test_an_upcaster_that_fails_makes_the_item_unreadable_and_keeps_the_cause() -> None:
    with pytest.raises(Unreadable) as caught:
        CODEC.decode({"title": {"S": "no name"}})
    assert "upcaster 1 of Member failed with KeyError" == str(caught.value)
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_upcaster_that_gives_what_cannot_be_stored_makes_the_item_unreadable() -> None:
    codec = compile_codec(Member, version=2, upcasters={1: lambda s: {**s, "cents": [1, 0.5]}})
    with pytest.raises(Unreadable) as caught:
        codec.decode(OLD[-1] | {"entity_version": {"N": "1"}})
    assert "upcaster 1 gave what cannot be stored: Member.cents[1] is of type float" in str(
        caught.value
    )


def test_an_old_item_that_is_no_item_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"^\$\.name\[0\] is stored as X$"):
        CODEC.decode({"name": {"L": [{"X": "?"}]}})


def test_a_partial_row_is_brought_up_too() -> None:
    assert {"cents": 150} == CODEC.decode_partial(OLD[0], ["cents"])


def test_a_partial_row_that_does_not_show_its_version_is_unreadable() -> None:
    row = {"cents": {"N": "150"}}
    with pytest.raises(Unreadable, match="project that attribute too"):
        CODEC.decode_partial(row, ["cents"], version_shown=False)
    plain_codec = compile_codec(Member, version=4)
    assert {"cents": 150} == plain_codec.decode_partial(row, ["cents"], version_shown=False)


def test_plain_values_are_those_of_boto3_and_read_back() -> None:
    item: dict[str, Any] = {
        "s": {"S": "x"},
        "n": {"N": "1.5"},
        "b": {"B": b"x"},
        "t": {"BOOL": False},
        "z": {"NULL": True},
        "ss": {"SS": ["a", "b"]},
        "ns": {"NS": ["1", "2"]},
        "bs": {"BS": [b"a"]},
        "l": {"L": [{"M": {"x": {"N": "1"}}}, {"S": ""}]},
    }
    values = plain(item)
    assert {
        "s": "x",
        "n": Decimal("1.5"),
        "b": b"x",
        "t": False,
        "z": None,
        "ss": {"a", "b"},
        "ns": {Decimal(1), Decimal(2)},
        "bs": {b"a"},
        "l": [{"x": Decimal(1)}, ""],
    } == values
    assert item == tagged(values)


@pytest.mark.parametrize(
    "value", [0.5, object(), {1, "a"}, {True}, {"a": {1: 2}}, [set[str]()], [b"x", 1j]]
)
def test_a_value_that_is_not_plain_cannot_be_stored(value: object) -> None:
    codec = compile_codec(Member, version=2, upcasters={1: lambda stored: {**stored, "x": value}})
    with pytest.raises(Unreadable, match=r"upcaster 1 gave what cannot be stored: Member\.x"):
        codec.decode({"first": {"S": "Ann"}, "last": {"S": "Lee"}})


class Versioned(BaseModel):
    __entity_version__ = 2
    __version_attribute__ = "v"
    __upcasters__ = {1: split_name}
    first: str
    last: str


class Renamed(Versioned):
    pass


def test_an_entitys_codec_is_compiled_once_and_knows_its_version() -> None:
    codec = codec_of(Versioned)
    assert codec is codec_of(Versioned)
    assert codec is not codec_of(Renamed)
    assert Renamed is codec_of(Renamed).model
    assert Versioned(first="Ann", last="Lee") == codec.decode({"name": {"S": "Ann Lee"}})
    assert {"N": "2"} == codec.encode(Versioned(first="Ann", last="Lee"))["v"]


def test_a_class_that_cannot_be_stored_has_no_codec() -> None:
    class Bad(BaseModel):
        weight: float

    for _ in range(2):
        with pytest.raises(DesignError):
            codec_of(Bad)
