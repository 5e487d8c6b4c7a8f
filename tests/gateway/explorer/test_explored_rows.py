"""What a stored item looks like: its keys in parts, its attributes, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tabledesign import Entity, Key, Table, Template, clock
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.gateway.explorer.attributes import attributes_of, json_text
from tabledesign.gateway.explorer.parts import parts_of, shape_of
from tabledesign.gateway.explorer.rows import RowReader

from .shop import Order, explorer_of, long_ago, stocked, store, stored, table

assert Order.by_due.sort is not None
BY_DUE = Order.by_due.sort


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    with stocked() as engine:
        yield engine


def row(engine: EmbeddedEngine, sort: str, place: str = "primary", **given: str) -> Any:
    partition = given.pop("partition", "acme#customer#ann#")
    asked = {"tenant": "acme", "place": place, "partition": partition, "limit": "200"}
    rows = explorer_of(engine).rows(asked)["rows"]
    return next(each for each in rows if each["at"]["sort"] == sort)


def told(parts: Any) -> list[tuple[str, str | None, str]]:
    return [(part.kind, part.name, part.text) for part in parts]


def test_a_key_is_taken_apart_by_the_names_of_its_parts() -> None:
    assert [
        ("tenant", "tenant", "a#b"),
        ("constant", None, "Order"),
        ("field", "customer_id", "50% ☂"),
    ] == told(parts_of(Order.by_due.partition, "a%23b#Order#50%25%20☂#"))


def test_a_part_that_is_absent_is_said_to_be() -> None:
    assert ("absent", "due", "") in told(parts_of(BY_DUE, "Order#due#~#o1#"))


@pytest.mark.parametrize("text", ["", "Order#due#2026-01-01#", "Order#due#monday#o1#", "x"])
def test_a_text_of_another_shape_has_no_parts(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a key|isoformat"):
        parts_of(BY_DUE, text)


def test_a_template_is_taken_apart_too() -> None:
    template = Template("USER#{user_id}")

    assert [("constant", None, "USER#"), ("field", "user_id", "ann")] == told(
        parts_of(template, "USER#ann")
    )
    assert [("constant", None, "USER#"), ("field", "user_id", "")] == told(shape_of(template))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            {"N": "123456789012345678901234567890.12345678"},
            "123456789012345678901234567890.12345678",
        ),
        ({"S": 'a "b" <i>'}, '"a \\"b\\" <i>"'),
        ({"BOOL": True}, "true"),
        ({"NULL": True}, "null"),
        ({"B": b"\xff"}, '"/w=="'),
        ({"NS": ["2", "1"]}, "[1, 2]"),
        ({"BS": [b"\xff"]}, '["/w=="]'),
        ({"L": [{"M": {"a": {"SS": ["y", "x"]}}}]}, '[{"a": ["x", "y"]}]'),
        ({}, "null"),
    ],
)
def test_a_value_is_told_as_json_with_every_digit(value: Any, text: str) -> None:
    assert text == json_text(value)


def test_a_long_value_is_cut_and_says_so() -> None:
    shown = attributes_of({"a": {"S": "x" * 5_000}}, without=())

    assert [(2_000, 3_002)] == [(len(each.json), each.left_out) for each in shown]


def test_a_row_says_what_it_is_and_where_else_it_is(engine: EmbeddedEngine) -> None:
    shown = row(engine, "Order#o03#")

    assert ("entity", "Order", (), False) == (
        shown["kind"],
        shown["entity"],
        shown["faults"],
        shown["expired"],
    )
    assert ["customer_id", "due", "order_id", "state", "title", "total"] == [
        each["name"] for each in shown["attributes"]
    ]
    assert [
        {"place": "gsi1", "partition": "acme#Order#ann#", "sort": "Order#due#2026-05-03#o03#"},
        {"place": "titles", "partition": "acme#Order#ann#open#", "sort": "Order#Order%203#o03#"},
    ] == list(shown["elsewhere"])


def test_values_are_spelled_as_arguments_are(engine: EmbeddedEngine) -> None:
    values = row(engine, "Order#o03#")["values"]

    assert ("2026-05-03", "open", "3") == (values["due"], values["state"], values["total"])


def test_an_index_that_holds_few_attributes_is_not_blamed_for_it(engine: EmbeddedEngine) -> None:
    shown = row(engine, "Order#Order%203#o03#", "titles", partition="acme#Order#ann#open#")

    assert ((), "Order", ["title"]) == (
        shown["faults"],
        shown["entity"],
        [each["name"] for each in shown["attributes"]],
    )


def test_a_key_that_the_fields_do_not_make_is_named(engine: EmbeddedEngine) -> None:
    store(engine, {**stored(engine, "o05"), "due": {"S": "2026-06-30"}})

    (fault,) = row(engine, "Order#o05#")["faults"]

    assert fault == (
        "gsi1sk is 'Order#due#2026-05-05#o05#', and its fields make 'Order#due#2026-06-30#o05#'"
    )


def test_an_item_that_cannot_be_read_is_shown_with_the_reason(engine: EmbeddedEngine) -> None:
    store(engine, {**stored(engine, "o06"), "due": {"S": "someday"}})

    shown = row(engine, "Order#o06#")

    assert shown["faults"][0].startswith("it cannot be read: $.due")
    assert "someday" in next(a["json"] for a in shown["attributes"] if a["name"] == "due")


def test_an_item_of_no_entity_is_shown_as_such(engine: EmbeddedEngine) -> None:
    key = {"pk": {"S": "acme#customer#ann#"}, "sk": {"S": "~"}}
    store(engine, {**key, "entity": {"S": "Ghost"}, "note": {"S": "<b>boo</b>"}})
    store(engine, {**key, "sk": {"S": "~~"}})

    ghost, bare = row(engine, "~"), row(engine, "~~")

    assert ("unknown", "Ghost") == (ghost["kind"], ghost["entity"])
    assert ("it is stored as 'Ghost', and the design has Customer, Order",) == ghost["faults"]
    assert ("unknown", "?") == (bare["kind"], bare["entity"])
    assert ("it names no entity, and the design has Customer, Order",) == bare["faults"]


def test_a_row_with_a_key_of_another_entity_is_told(engine: EmbeddedEngine) -> None:
    item = stored(engine, "o08")
    store(engine, {**item, "sk": {"S": "Nothing#"}})

    faults = row(engine, "Nothing#")["faults"]

    assert "its key on the primary key is none that its entity has" in faults


def test_claims_and_counters_are_no_strangers(engine: EmbeddedEngine) -> None:
    rows = explorer_of(engine).rows({"tenant": "acme", "limit": "200"})["rows"]
    kept = {each["entity"]: each for each in rows if each["kind"] == "kept"}

    assert {"unique", "counter"} == set(kept)
    assert ["one_email", "ann@example.com"] == [
        part["text"] for part in kept["unique"]["partition_parts"][3:]
    ]
    assert [()] * len(kept) == [each["faults"] for each in kept.values()]


def test_a_row_past_its_expiry_is_marked(engine: EmbeddedEngine) -> None:
    store(engine, {**stored(engine, "o07"), "expires": long_ago()})

    assert [True, False] == [row(engine, f"Order#o{n}#")["expired"] for n in ("07", "04")]


def test_half_a_surrogate_pair_and_an_odd_tag_are_told() -> None:
    item: Any = {"pk": {"S": "\ud800"}, "x": {"Q": "?"}}

    shown = RowReader(table, table.primary, clock.now()).read(item)

    assert ("unknown", ("\ud800", "")) == (shown.kind, shown.id)
    assert json.dumps(shown.id)


def test_an_adopted_table_names_no_entity_and_is_read_by_its_keys() -> None:
    legacy = Table("legacy", sort_key=None)

    class User(Entity, table=legacy):
        user_id: str
        by_id = Key(partition=Template("USER#{user_id}"))

    reader = RowReader(legacy, legacy.primary, clock.now())

    assert ["User", "?"] == [
        reader.read({"pk": {"S": text}, "user_id": {"S": "ann"}}).entity
        for text in ("USER#ann", "GROUP#1")
    ]
    assert "User" in legacy.entities
    assert User.__entity_name__ == "User"
