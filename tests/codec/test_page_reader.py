"""Bytes to entities in one pass: as the plain codec reads them, or not at all."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Annotated, Any, Literal, cast

import pytest
from pydantic import BaseModel, BeforeValidator, create_model, model_validator
from pydantic_core import SchemaValidator

from tabledesign.codec import Codec, Unreadable, codec_of, compile_codec, page_reader
from tabledesign.codec.answer import as_stored
from tabledesign.codec.forms import Form, Shape
from tabledesign.codec.page_reader import PageReader, Readable
from tabledesign.codec.partial import PartialCodec
from tabledesign.todo.entities import Member, Task, TaskList, User
from tabledesign.wire import Item

from .generated import Seeded, generate_model

INSTANCES = 100
WRONG: tuple[dict[str, Any], ...] = (
    {"S": "oops"},
    {"S": "0"},
    {"N": "1"},
    {"N": "1.5"},
    {"NULL": True},
    {"BOOL": True},
    {"B": b"\x00"},
    {"L": []},
    {"L": [{"S": "x"}]},
    {"L": [{"S": "x", "N": "1"}]},
    {"L": [{"S": {"S": "x"}}]},
    {"L": [{}]},
    {"M": {}},
    {"M": {"S": {"S": "x"}}},
    {"SS": ["x"]},
    {"NS": ["1"]},
    {"BS": [b"x"]},
)


def body_of(items: Sequence[Item], name: str = "It") -> bytes:
    named = [{**item, "entity": {"S": name}, "pk": {"S": "a#"}} for item in items]
    return json.dumps({"Items": named}, default=lambda b: b64encode(b).decode()).encode()


def plainly(codec: Readable, item: Item) -> BaseModel | None:
    try:
        read: BaseModel = codec.decode(item)
    except Unreadable:
        return None
    return read


def given(instance: BaseModel) -> object:
    """Which fields were there, at every depth."""
    inner = [given(each) for each in instance.__dict__.values() if isinstance(each, BaseModel)]
    return instance.model_fields_set, inner


def check_same(codec: Readable, items: Sequence[Item], rows: Sequence[Any]) -> int:
    """Each row is as the plain codec reads it, or as it is stored; gives how many are read."""
    read = 0
    for item, row in zip(items, rows, strict=True):
        if not isinstance(row, BaseModel):
            assert {**item, "entity": {"S": "It"}, "pk": {"S": "a#"}} == as_stored(row)
            continue
        expected = plainly(codec, item)
        assert expected is not None, f"taken in one pass, refused by the plain codec: {item}"
        assert type(expected) is type(row)
        assert expected == row
        assert given(expected) == given(row)
        read += 1
    return read


def part_of(codec: Codec[Any], random: Random) -> PartialCodec:
    """A view of some of a model's fields."""
    infos = codec.model.model_fields
    names = random.sample(sorted(infos), random.randint(1, len(infos)))
    fields: dict[str, Any] = {name: (infos[name].annotation, infos[name]) for name in names}
    return PartialCodec(codec, create_model("Part", **fields))


def changed(item: Item, random: Random) -> Item:
    """The item with one attribute that is stored otherwise, is null, is gone, or is no field's."""
    name = random.choice([*item, "added"])
    if random.random() < 0.2:
        return {each: value for each, value in item.items() if each != name}
    return {**item, name: random.choice(WRONG)}


@pytest.mark.parametrize(
    ("models", "least"), [(45, 1_500), pytest.param(1_500, 50_000, marks=pytest.mark.full)]
)
def test_generated_items_are_read_as_the_plain_codec_reads_them_or_left_as_stored(
    models: int, least: int
) -> None:
    right = wrong = 0
    random = Random(6)
    for seed in range(models):
        source = Seeded(seed)
        model, make = generate_model(source, depth=3)
        codec = compile_codec(model)
        items = [codec.encode(make(source)[0]) for _ in range(INSTANCES)]
        damaged = [changed(item, random) for item in items[:20]]
        for each in (codec, part_of(codec, random)):
            reader = PageReader({"It": each}, "entity")
            page = reader.read(body_of([*items, *damaged]))
            if page is None:
                # It holds what is known not to be readable in one pass, and says so.
                assert reader.reason is not None
                continue
            read = check_same(each, items, page["Items"][:INSTANCES])
            right += read if each is codec else 0
            wrong += check_same(each, damaged, page["Items"][INSTANCES:])
    assert right >= least
    assert wrong >= least / 50


@pytest.mark.parametrize("entity", [User, TaskList, Member, Task])
def test_each_entity_of_the_todo_design_is_read_in_one_pass(entity: type[Any]) -> None:
    assert PageReader({entity.__entity_name__: codec_of(entity)}, "entity").reason is None


class Address(BaseModel):
    city: str
    floor: int = 0


class Parcel(BaseModel):
    parcel_id: str
    weight: Decimal
    to: Address
    sent: datetime | None = None
    labels: list[bytes] = []
    content: bytes | None = None
    stops: dict[str, Address] = {}
    day: date | None = None


PARCEL = Parcel(
    parcel_id="p1",
    weight=Decimal("1234567890.1234567890123456789012345678"),
    to=Address(city="Ulm"),
    sent=datetime(2026, 1, 31, 12, tzinfo=UTC),
    labels=[b"\xfb\xff"],
    content=b"\xfb\xff\xfe",
    stops={"S": Address(city="Bern", floor=2)},
    day=date(2026, 1, 31),
)


def read_one(model: type[Any], item: Item) -> BaseModel | None:
    reader = PageReader({"It": compile_codec(model)}, "entity")
    assert reader.reason is None
    page = reader.read(body_of([item]))
    assert page is not None
    (row,) = page["Items"]
    if isinstance(row, BaseModel):
        return row
    assert {**item, "entity": {"S": "It"}, "pk": {"S": "a#"}} == as_stored(row)
    return None


def test_nested_models_binary_data_and_long_numbers_are_read_in_one_pass() -> None:
    assert PARCEL == read_one(Parcel, compile_codec(Parcel).encode(PARCEL))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weight", {"S": "7"}),
        ("to", {"S": "Ulm"}),
        ("to", {"M": {"town": {"S": "Ulm"}, "city": {"S": "Ulm"}}}),
        ("day", {"S": "0"}),
        ("day", {"N": "0"}),
        ("sent", {"S": "1700000000"}),
        ("sent", {"S": "2026-01-31T12:00:00"}),
        ("stops", {"S": "Ulm"}),
        ("stops", {"M": {"a": {"S": "Ulm"}}}),
        ("labels", {"L": [{"S": "text"}]}),
        ("content", {"S": "text"}),
        ("parcel_id", {"NULL": True}),
    ],
)
def test_what_is_stored_otherwise_is_left_to_the_plain_codec(
    name: str, value: dict[str, Any]
) -> None:
    item = {**compile_codec(Parcel).encode(PARCEL), name: value}

    assert read_one(Parcel, item) is None


def test_null_is_told_from_absence() -> None:
    item = compile_codec(Parcel).encode(PARCEL)
    null = read_one(Parcel, {**item, "content": {"NULL": True}})
    absent = read_one(Parcel, {name: value for name, value in item.items() if name != "content"})

    assert null is not None
    assert absent is not None
    assert null == absent
    assert {"content"} == null.model_fields_set - absent.model_fields_set


def test_rows_of_another_entity_and_of_an_older_form_are_left_to_the_plain_codec() -> None:
    codec = compile_codec(Address, version=2, upcasters={1: lambda old: old})
    reader = PageReader({"Address": codec}, "entity")
    item = codec.encode(Address(city="Ulm"))
    assert reader.reason is None
    newer, older = {**item, "city": {"S": "Bern"}}, {"city": {"S": "Ulm"}}
    rows = [{**each, "entity": {"S": "Address"}} for each in (item, older, newer)]
    body = json.dumps({"Items": [*rows, {**item, "entity": {"S": "Parcel"}}]}).encode()
    page = reader.read(body)

    assert page is not None
    read = [Address(city="Ulm"), rows[1], Address(city="Bern")]
    assert [*read, {**item, "entity": {"S": "Parcel"}}] == page["Items"]


@pytest.mark.parametrize(("version", "read"), [(1, False), (2, False), (3, True), (4, True)])
def test_rows_of_a_version_that_needs_no_upcaster_are_read_in_one_pass(
    version: int, read: bool
) -> None:
    codec = compile_codec(Address, version=4, upcasters={2: lambda old: old})
    item = {**codec.encode(Address(city="Ulm")), "entity_version": {"N": str(version)}}
    page = PageReader({"It": codec}, "entity").read(body_of([item]))

    assert page is not None
    assert read == isinstance(page["Items"][0], Address)
    assert Address(city="Ulm") == codec.decode(item)


def test_every_answer_that_holds_rows_is_read_in_one_pass_with_the_marks_of_its_rows() -> None:
    row: dict[str, Any] = {"entity": {"S": "Address"}, "city": {"S": "Ulm"}, "pk": {"S": "a"}}
    lasting, address = {**row, "ttl": {"N": "7.5"}}, Address(city="Ulm")
    marks = [{"pk": "a", "ttl": 7.5}, {"pk": "a", "ttl": float("inf")}]
    reader = PageReader({"Address": compile_codec(Address)}, "entity")

    def read(shape: Shape, answer: object) -> dict[str, Any] | None:
        return reader.read(json.dumps(answer).encode(), Form(shape, ("pk", "gone"), "ttl"))

    assert {
        "Items": [address, address],
        "marks of Items": marks,
    } == read("page", {"Items": [lasting, row]})
    assert {
        "Attributes": address,
        "marks of Attributes": marks[1],
    } == read("page", {"Attributes": row})
    assert {
        "Responses": {"t": [address, address]},
        "marks of Responses": {"t": marks},
    } == read("batch", {"Responses": {"t": [lasting, row]}})
    assert {
        "Responses": [{"Item": address}, {}, {"Item": address}],
        "marks of Responses": [{"Item": marks[0]}, {}, {"Item": marks[1]}],
    } == read("together", {"Responses": [{"Item": lasting}, {}, {"Item": row}]})


def test_a_collection_is_read_in_one_pass() -> None:
    models: tuple[type[Any], ...] = (Parcel, Address)
    codecs = {model.__name__: compile_codec(model) for model in models}
    rows = [
        {**codecs["Parcel"].encode(PARCEL), "entity": {"S": "Parcel"}},
        {**codecs["Address"].encode(PARCEL.to), "entity": {"S": "Address"}},
    ]
    body = json.dumps({"Items": rows, "Count": 2}, default=lambda b: b64encode(b).decode())

    page = PageReader(codecs, "entity").read(body.encode())

    assert {"Items": [PARCEL, PARCEL.to], "Count": 2} == page


def test_holes_in_a_list_and_an_absent_set_are_read_in_one_pass() -> None:
    read = read_one(Holes, {"holes": {"L": [{"N": "1"}, {"NULL": True}]}})

    assert read is not None
    assert Holes(holes=[1, None], names=set()) == read
    assert {"holes", "names"} == read.model_fields_set


def _as_is(value: object) -> object:
    return value


class Watched(BaseModel):
    watched: Annotated[int, BeforeValidator(_as_is)]


class Judged(BaseModel):
    name: str

    @model_validator(mode="before")
    @classmethod
    def _look(cls, values: Any) -> Any:
        return values


class Sets(BaseModel):
    names: set[str]


class Holder(BaseModel):
    held: Sets


class Holes(BaseModel):
    holes: list[int | None]
    names: set[str]


class Mixed(BaseModel):
    one: Literal["a", 1]


class Made(BaseModel):
    name: str

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (Watched, "watched: its validation begins with function-before"),
        (Judged, "a validator stands before Judged"),
        (Holder, "held: names: its default is another than the empty set"),
        (Mixed, "one is stored under several tags"),
        (Made, "Made has an __init__ of its own"),
    ],
)
def test_what_cannot_be_read_in_one_pass_says_why(model: type[Any], reason: str) -> None:
    reader = PageReader({"It": compile_codec(model)}, "entity")

    assert reason == reader.reason
    assert reader.read(b'{"Items": []}') is None


def own_schemas(schema: object) -> Any:
    """The schema with the models' own in it, as pydantic-core takes it where it ignores ours."""
    if isinstance(schema, dict):
        members = cast("dict[str, Any]", schema)
        if members.get("type") == "model":
            return members["cls"].__pydantic_core_schema__
        return {name: own_schemas(member) for name, member in members.items()}
    if isinstance(schema, list):
        return [own_schemas(member) for member in cast("list[object]", schema)]
    return schema


def test_a_schema_that_pydantic_ignores_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def ignoring(schema: object) -> SchemaValidator:
        return SchemaValidator(own_schemas(schema))

    monkeypatch.setattr(page_reader, "make_validator", ignoring)

    reader = PageReader({"Parcel": compile_codec(Parcel)}, "entity")

    assert reader.reason is not None
