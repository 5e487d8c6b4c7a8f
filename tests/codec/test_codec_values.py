"""Values that cannot be stored are refused by path and kind, before any request."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from random import Random
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PastDate

from tabledesign.codec import AsNumber, EpochSeconds, compile_codec
from tabledesign.codec.moments import instant_text
from tabledesign.errors import InputError


class Colour(StrEnum):
    RED = "red"


class Circle(BaseModel):
    kind: Literal["circle"] = "circle"
    radius: int


class Square(BaseModel):
    kind: Literal["square"] = "square"
    side: int


class BigCircle(Circle):
    extra: int = 0


class Everything(BaseModel):
    text: str
    whole: int
    exact: Decimal
    binary: Annotated[float, AsNumber()]
    flag: bool
    data: bytes
    day: date
    moment: datetime
    expires: Annotated[datetime, EpochSeconds()]
    key: UUID
    colour: Colour
    choice: Literal["a", 1]
    nothing: None
    tags: set[str]
    items: list[Circle]
    pair: tuple[int, str]
    labels: dict[str, int]
    colours: dict[Colour, int]
    circle: Circle
    shape: Annotated[Circle | Square, Field(discriminator="kind")]


CODEC = compile_codec(Everything)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HALF_PAST_TWO = datetime(2026, 11, 23, 14, 30, tzinfo=timezone(timedelta(hours=2, minutes=30)))

GOOD: list[tuple[str, object, dict[str, object]]] = [
    ("text", "", {"S": ""}),
    ("text", Colour.RED, {"S": "red"}),
    ("whole", 5, {"N": "5"}),
    ("flag", True, {"BOOL": True}),
    ("data", b"", {"B": b""}),
    ("day", date(900, 1, 2), {"S": "0900-01-02"}),
    ("moment", NOON, {"S": "2026-11-23T12:00:00.000000Z"}),
    ("moment", HALF_PAST_TWO, {"S": "2026-11-23T12:00:00.000000Z"}),
    ("expires", NOON, {"N": "1795435200"}),
    ("expires", NOON + timedelta(microseconds=1), {"N": "1795435201"}),
    ("expires", datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=UTC), {"N": "-1"}),
    ("key", UUID(int=1), {"S": "00000000-0000-0000-0000-000000000001"}),
    ("colour", Colour.RED, {"S": "red"}),
    ("choice", 1, {"N": "1"}),
    ("nothing", None, {"NULL": True}),
    ("tags", {"b", "a"}, {"SS": ["a", "b"]}),
    ("pair", (1, "x"), {"L": [{"N": "1"}, {"S": "x"}]}),
    ("labels", {"a": 1}, {"M": {"a": {"N": "1"}}}),
    ("colours", {Colour.RED: 1}, {"M": {"red": {"N": "1"}}}),
    ("circle", Circle(radius=2), {"M": {"kind": {"S": "circle"}, "radius": {"N": "2"}}}),
    ("shape", Square(side=2), {"M": {"kind": {"S": "square"}, "side": {"N": "2"}}}),
]


@pytest.mark.parametrize(("name", "value", "stored"), GOOD)
def test_each_type_has_one_stored_form(name: str, value: object, stored: object) -> None:
    assert stored == CODEC.encode_field(name, value)


BAD: list[tuple[str, object, str, str]] = [
    ("text", 5, "value.kind", "text"),
    ("text", None, "value.kind", "text"),
    ("text", "a\ud800", "value.lone_surrogate", "text"),
    ("whole", True, "value.kind", "whole"),
    ("whole", Decimal(1), "value.kind", "whole"),
    ("exact", 1, "value.kind", "exact"),
    ("exact", 0.5, "value.kind", "exact"),
    ("binary", 1, "value.kind", "binary"),
    ("flag", 1, "value.kind", "flag"),
    ("data", "x", "value.kind", "data"),
    ("day", NOON, "value.kind", "day"),
    ("day", "2026-11-23", "value.kind", "day"),
    ("moment", date(2026, 11, 23), "value.kind", "moment"),
    ("moment", NOON.replace(tzinfo=None), "value.naive_datetime", "moment"),
    (
        "moment",
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        "value.out_of_range",
        "moment",
    ),
    ("expires", NOON.replace(tzinfo=None), "value.naive_datetime", "expires"),
    ("key", "x", "value.kind", "key"),
    ("colour", "blue", "value.kind", "colour"),
    ("colour", [], "value.kind", "colour"),
    ("choice", True, "value.kind", "choice"),
    ("choice", "b", "value.kind", "choice"),
    ("nothing", 0, "value.kind", "nothing"),
    ("tags", ["a"], "value.kind", "tags"),
    ("tags", {1}, "value.kind", "tags"),
    ("tags", set(), "value.empty_set", "tags"),
    ("items", (), "value.kind", "items"),
    ("items", [Circle(radius=1), Square(side=1)], "value.kind", "items[1]"),
    ("items", [BigCircle(radius=1)], "value.kind", "items[0]"),
    ("items", [Circle.model_construct(radius="x")], "value.kind", "items[0].radius"),
    ("items", [Circle.model_construct()], "value.missing", "items[0].radius"),
    ("pair", (1,), "value.kind", "pair"),
    ("pair", [1, "x"], "value.kind", "pair"),
    ("pair", (1, 2), "value.kind", "pair[1]"),
    ("labels", [], "value.kind", "labels"),
    ("labels", {"a": "x"}, "value.kind", "labels.a"),
    ("labels", {"": 1}, "value.empty_name", "labels"),
    ("labels", {"\ud800": 1}, "value.lone_surrogate", "labels"),
    ("labels", {1: 1}, "value.kind", "labels"),
    ("circle", Square(side=1), "value.kind", "circle"),
    ("shape", BigCircle(radius=1), "value.kind", "shape"),
    ("shape", None, "value.kind", "shape"),
]


@pytest.mark.parametrize(("name", "value", "code", "path"), BAD)
def test_a_value_of_another_kind_is_refused_by_its_path(
    name: str, value: object, code: str, path: str
) -> None:
    with pytest.raises(InputError) as caught:
        CODEC.encode_field(name, value)
    assert (code, path) == (caught.value.code, caught.value.field)
    assert f"Everything.{path} " in caught.value.message
    assert "; " in caught.value.message


def test_a_value_of_no_model_of_a_union_is_told_which_are() -> None:
    with pytest.raises(InputError) as caught:
        CODEC.encode_field("shape", 5)
    assert (
        "Everything.shape is of type int, and Circle or Square is stored here; "
        "pass a Circle or Square"
    ) == caught.value.message


def test_no_message_shows_the_value() -> None:
    canary = "s3cr3t"
    for name in CODEC.fields:
        if name != "text":
            with pytest.raises(InputError) as caught:
                CODEC.encode_field(name, canary)
            assert canary not in caught.value.message


def test_an_entity_of_another_class_is_refused() -> None:
    codec = compile_codec(Circle)
    with pytest.raises(InputError, match="tagged union"):
        codec.encode(BigCircle(radius=1))
    with pytest.raises(InputError, match="is of type Square"):
        codec.encode(Square(side=1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_enum_values_kept_bare_are_stored_too() -> None:
    class Size(Enum):
        BIG = 1

    class Bare(BaseModel):
        model_config = ConfigDict(use_enum_values=True)
        size: Size

    codec = compile_codec(Bare)
    item = codec.encode(Bare(size=Size.BIG))
    assert {"size": {"N": "1"}} == item
    assert Bare(size=Size.BIG) == codec.decode(item)


def test_pydantic_types_with_a_plain_meaning_are_stored() -> None:
    class Kinds(BaseModel):
        at: AwareDatetime
        born: PastDate

    codec = compile_codec(Kinds)
    value = Kinds(at=NOON, born=date(2000, 1, 1))
    assert value == codec.decode(codec.encode(value))


class Node(BaseModel):
    children: list[Node] = []


class Branch(BaseModel):
    kind: Literal["branch"] = "branch"
    left: Tree
    right: Tree


class Leaf(BaseModel):
    kind: Literal["leaf"] = "leaf"
    size: int


Tree = Annotated[Branch | Leaf, Field(discriminator="kind")]
Branch.model_rebuild()


def test_models_that_hold_themselves_read_back() -> None:
    tree = Branch(left=Leaf(size=1), right=Branch(left=Leaf(size=2), right=Leaf(size=3)))
    codec = compile_codec(Branch)
    assert tree == codec.decode(codec.encode(tree))


@pytest.mark.parametrize(("levels", "fits"), [(16, True), (17, False), (400, False)])
def test_a_value_that_nests_too_deeply_is_refused(levels: int, fits: bool) -> None:
    node = Node()
    for _ in range(levels - 1):
        # Built without validation, which gives up on nesting long before.
        node = Node.model_construct(children=[node])
    codec: Any = compile_codec(Node)
    if fits:
        assert codec.encode(node)
        return
    with pytest.raises(InputError) as caught:
        codec.encode(node)
    assert "value.too_deep" == caught.value.code


UserId = NewType("UserId", str)


def test_a_new_type_is_stored_as_what_it_is_made_of() -> None:
    class Named(BaseModel):
        user: UserId
        friends: set[UserId]

    codec = compile_codec(Named)
    named = Named(user=UserId("ann"), friends={UserId("bob")})
    stored: dict[str, Any] = {"user": {"S": "ann"}, "friends": {"SS": ["bob"]}}
    assert stored == codec.encode(named)
    assert named == codec.decode(stored)


def test_a_moment_is_written_as_isoformat_writes_it_with_all_of_its_digits() -> None:
    random, first = Random(5), datetime(1, 1, 1, tzinfo=UTC)
    last = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    moments = [
        first + timedelta(random.randrange(3_652_058), 0, random.randrange(86_400_000_000))
        for _ in range(5_000)
    ]
    for moment in (first, last, *moments):
        naive = moment.replace(tzinfo=None)
        assert instant_text(moment) == f"{naive.isoformat(timespec='microseconds')}Z"
