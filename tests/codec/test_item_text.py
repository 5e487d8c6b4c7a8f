"""The text of an item, written at once: byte by byte what the plain encoder would give to JSON."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
from boto3.dynamodb.types import TypeSerializer
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from tabledesign import Entity, First, Key, Last, Table, Template, absent, present
from tabledesign.codec import codec_of, item_size, value_text
from tabledesign.codec.annotations import field_annotation
from tabledesign.codec.text import WriteItem, item_text, key_text
from tabledesign.engine.creates import same_value
from tabledesign.errors import DesignError, InputError
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.writes import item_of, with_tenant
from tabledesign.patterns.written import made, written_item, written_key
from tabledesign.todo.entities import Member, Task, TaskList, User
from tabledesign.wire import Item, json_text

from .generated import Seeded, generate_model

WRONG: tuple[Any, ...] = (
    "",
    "\ud800",
    "x" * 300,
    "ß" * 300,
    'a#%"\\',
    True,
    7,
    -1,
    2**63,
    10**40,
    10**130,
    1.5,
    Decimal("NaN"),
    Decimal("1E+200"),
    Decimal("-0"),
    Decimal("1.10"),
    None,
    b"",
    b"\xff",
    (),
    [],
    {},
    [""],
    {"": "a"},
    set[str](),
    {"a"},
    {"a", 1},
    frozenset({"\ud800"}),
    date(1, 1, 1),
    datetime(1, 1, 1),  # noqa: DTZ001 - what is refused
    datetime(2026, 1, 31, tzinfo=UTC),
    UUID(int=7),
    object(),
)


def plain_text(item: Item) -> str:
    return json.dumps(item, default=lambda value: b64encode(value).decode(), separators=(",", ":"))


@dataclass
class Made:
    """A generated entity, and how values of it and their meaning are drawn."""

    entity: type[Entity]
    tenant: str | None
    make: Callable[[Seeded], tuple[Any, dict[str, Any]]]


@cache
def entities(number: int) -> tuple[Made, ...]:
    return tuple(made_entities(number))


def made_entities(number: int) -> Iterator[Made]:
    for seed in range(number):
        source = Seeded(seed)
        model, make = generate_model(source, depth=2)
        tenants = source.integer(0, 2) == 0
        table = Table(
            "generated", global_indexes=("g1", "g2"), local_indexes=("l1",), tenants=tenants
        )
        space: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
        for name, info in model.model_fields.items():
            space["__annotations__"][name] = field_annotation(info)
            if not info.is_required():
                space[name] = info.default
        space["__annotations__"].update({"owner": str, "rank": int})
        space["by_id"] = Key(partition="owner", sort="rank")
        entity = with_keys(source, table, space, list(model.model_fields))

        def draw(source: Seeded, entity: Any = entity, make: Any = make) -> tuple[Any, Any]:
            instance, meaning = make(source)
            owner = ("ann", "ann", "b-b", 'ß"%#', "")[source.integer(0, 4)]
            rank = source.integer(0, 2**66) - 2**65 if source.integer(0, 9) == 0 else 7
            values = {name: getattr(instance, name) for name in instance.model_fields_set}
            made = entity.model_construct(
                {*values, "owner", "rank"}, **instance.__dict__, owner=owner, rank=rank
            )
            return made, {**meaning, "owner": owner, "rank": Decimal(rank)}

        yield Made(entity, "ten%ant" if tenants else None, draw)


def with_keys(
    source: Seeded, table: Table, space: dict[str, Any], names: list[str]
) -> type[Entity]:
    """The entity with as many keys, of what it happens to have, as the design allows."""
    meta: Any = type(Entity)
    for index, attribute in (("g1", "one"), ("g2", "two"), ("l1", "three")):
        for _ in range(2):
            chosen = [names[source.integer(0, len(names) - 1)] for _ in range(2)]
            parts: list[Any] = [chosen[0], (str, First, Last)[source.integer(0, 2)](chosen[1])]
            when = (present, absent)[source.integer(0, 1)](chosen[0])
            options: dict[str, Any] = {"when": when} if source.integer(0, 1) else {}
            if index != "l1":
                options["partition"] = ("owner", chosen[0], "rank")[source.integer(0, 2)]
            tried = {**space, attribute: Key(index, sort=tuple(parts), **options)}
            try:
                meta("Made", (Entity,), dict(tried), table=emptied(table))
            except DesignError:
                continue
            space = tried
            break
    made: type[Entity] = meta("Made", (Entity,), space, table=table)
    return made


def emptied(table: Table) -> Table:
    """The same table without entities."""
    return Table(
        table.name, global_indexes=("g1", "g2"), local_indexes=("l1",), tenants=table.tenants
    )


@pytest.fixture(scope="module")
def serialize() -> Callable[[Item], Any]:
    """What botocore sends for an item."""
    description = Loader().load_service_model("dynamodb", "service-2")
    model = ServiceModel(description, "dynamodb").operation_model("PutItem")
    serializer = create_serializer("json", include_validation=True)

    def body(item: Item) -> Any:
        request = serializer.serialize_to_request({"TableName": "todo", "Item": item}, model)
        return json.loads(request["body"])["Item"]

    return body


def plainly(make: Callable[[], Item]) -> str | InputError:
    try:
        return plain_text(make())
    except InputError as error:
        return error


def is_odd(write: WriteItem, entity: Entity, tenant: str | None) -> bool:
    """Whether the plain path must write it."""
    try:
        write(entity, tenant)
    except Exception:  # noqa: BLE001 - whatever it stumbles over
        return True
    return False


def told(error: InputError) -> tuple[object, ...]:
    return (error.code, error.field, error.message)


@pytest.mark.parametrize(
    ("number", "instances"), [(40, 50), pytest.param(200, 250, marks=pytest.mark.full)]
)
def test_generated_items_are_written_as_the_plain_encoder_and_boto3_write_them(
    number: int, instances: int, serialize: Callable[[Item], Any]
) -> None:
    written = refused = keys = at_once = 0
    serializer: Any = TypeSerializer()
    for seed, one in enumerate(entities(number)):
        write = item_text(one.entity, codec_of(one.entity))
        source = Seeded(seed)
        for _ in range(instances):
            entity, meaning = one.make(source)
            expected = plainly(partial(item_of, entity, one.tenant))
            if isinstance(expected, InputError):
                refused += 1
                assert is_odd(write, entity, one.tenant)
                continue
            address, text = written_item(entity, one.tenant)
            assert expected == text
            at_once += not is_odd(write, entity, one.tenant)
            item = json.loads(text)
            assert (item["pk"]["S"], item["sk"]["S"]) == address
            theirs = serialize({n: serializer.serialize(v) for n, v in meaning.items()})
            assert all(same_value(theirs[name], item[name]) for name in meaning)
            written += 1
            keys += "g1sk" in item
    assert written + refused == number * instances
    assert written > refused
    assert keys > number
    # The others have a part that cannot stand in a key they do not have.
    assert at_once > written * 0.8


@pytest.mark.parametrize("number", [40, pytest.param(200, marks=pytest.mark.full)])
def test_what_cannot_be_stored_is_refused_in_the_same_words(number: int) -> None:
    random = Random(11)
    refused = 0
    for seed, one in enumerate(entities(number)):
        source = Seeded(seed)
        for _ in range(20):
            entity, _ = one.make(source)
            name = random.choice([*one.entity.model_fields])
            changed = entity.model_copy(update={name: random.choice(WRONG)})
            expected = plainly(partial(item_of, changed, one.tenant))
            if isinstance(expected, InputError):
                refused += 1
                with pytest.raises(InputError) as caught:
                    written_item(changed, one.tenant)
                assert told(expected) == told(caught.value)
            else:
                assert expected == written_item(changed, one.tenant)[1]
    assert refused > number


@pytest.mark.parametrize("number", [40, pytest.param(200, marks=pytest.mark.full)])
def test_a_key_is_written_as_it_is_rendered(number: int) -> None:
    random = Random(12)
    for one in entities(number):
        write = key_text(one.entity)
        for _ in range(10):
            values = {"owner": random.choice(WRONG[:6]), "rank": random.choice(WRONG[5:9])}
            whole = with_tenant(values, one.tenant)
            expected = plainly(partial(key_item, primary_key(one.entity), whole))
            if isinstance(expected, InputError):
                with pytest.raises(InputError) as caught:
                    written_key(one.entity, values, one.tenant)
                assert told(expected) == told(caught.value)
            else:
                assert expected == write(values, one.tenant)[1]


@pytest.mark.parametrize("entity", [User, TaskList, Member, Task])
def test_each_entity_of_the_todo_design_is_written_at_once(
    entity: type[Entity], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        writers = made(entity)
    assert [] == caplog.records
    assert "<tabledesign>" == cast("Any", writers.item).__code__.co_filename


def test_a_writer_that_writes_otherwise_than_the_plain_encoder_is_not_used_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Note(Entity, table=Table("notes")):
        note_id: str
        by_id = Key(partition="note_id")

    monkeypatch.setitem(cast("Any", value_text.KNOWN), "quoted", "'{}'".format)
    note = Note(note_id='a"b')
    expected = plain_text(item_of(note, None))
    with caplog.at_level(logging.WARNING):
        assert expected == written_item(note, None)[1]
        assert expected == written_item(note, None)[1]
    assert [
        "Note: written value by value, since its items are written otherwise than by the plain "
        "encoder"
    ] == [record.getMessage() for record in caplog.records]


class Adopted(Entity, table=Table("adopted", global_indexes=("gsi1",))):
    user: str
    number: int
    title: str | None = None

    by_id = Key(partition=Template("USER#{user}"), sort=Template("{{n}}#{number:04}"))
    by_title = Key("gsi1", partition=Template("TITLE#{title}"), sort=("user", "number"))


@pytest.mark.parametrize("title", [None, "Résumé", '"', "x" * 3000])
@pytest.mark.parametrize("number", [7, 12345, -1])
def test_the_key_templates_of_an_existing_table_are_written_as_they_are_rendered(
    number: int, title: str | None
) -> None:
    entity = Adopted(user="an#n", number=number, title=title)
    expected = plainly(partial(item_of, entity, None))
    if isinstance(expected, InputError):
        with pytest.raises(InputError) as caught:
            written_item(entity, None)
        assert told(expected) == told(caught.value)
    else:
        assert expected == written_item(entity, None)[1]


class Page(Entity, table=Table("pages")):
    page_id: str
    text: str

    by_id = Key(partition="page_id")


def test_only_what_is_too_large_as_an_item_is_refused_however_long_its_text() -> None:
    long = Page(page_id="1", text="ß" * 150_000)
    _, text = written_item(long, None)
    assert plain_text(item_of(long, None)) == text
    assert len(text) > 800_000
    with pytest.raises(InputError, match=r"is 500,0.. bytes as an item"):
        written_item(Page(page_id="1", text="ß" * 250_000), None)


def tagged(tag: str, content: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({tag: content})


def number_text(number: Decimal) -> str:
    return f"{number:f}"


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    entries = st.dictionaries(st.text(max_size=3), inner, max_size=4)
    return tagged("L", st.lists(inner, max_size=4)) | tagged("M", entries)


NUMBERS = st.decimals(-(10**37), 10**37, allow_nan=False, places=None).map(number_text)
TEXTS = st.text(max_size=8)
BYTES = st.binary(max_size=8)
LEAVES: st.SearchStrategy[Any] = st.one_of(
    tagged("S", TEXTS),
    tagged("N", NUMBERS),
    tagged("N", st.integers(0, 125).map(lambda power: f"1E+{power}")),
    tagged("B", BYTES),
    tagged("BOOL", st.booleans()),
    tagged("NULL", st.just(True)),
    tagged("SS", st.lists(TEXTS, min_size=1, unique=True)),
    tagged("NS", st.lists(NUMBERS, min_size=1, unique=True)),
    tagged("BS", st.lists(BYTES, min_size=1, unique=True)),
)
VALUES: st.SearchStrategy[Any] = st.recursive(LEAVES, containers, max_leaves=4)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=4), VALUES, min_size=1, max_size=4))
def test_an_item_is_never_larger_than_its_text(item: dict[str, Any]) -> None:
    assert item_size(item) <= len(json_text(item))
