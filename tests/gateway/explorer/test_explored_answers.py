"""A pattern asked in the explorer: the request, the keys it touches, the rows, the price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import pytest

from tabledesign import (
    CursorInvalid,
    Entity,
    InputError,
    Key,
    Query,
    Range,
    Repository,
    Table,
    access_pattern,
)
from tabledesign.design.arguments import plain_arguments
from tabledesign.design.creation import create_table
from tabledesign.design.samples import SAMPLE_TENANT, sample_arguments
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.errors import TableMissing
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.gateway.explorer.forms import form_of
from tabledesign.gateway.explorer.interval import in_words, touched
from tabledesign.todo import TodoRepository
from tabledesign.todo import table as todo

from .shop import Shop, explorer_of, long_ago, stocked, store, stored

Asked = Any


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    with stocked() as engine:
        yield engine


@pytest.fixture(scope="module")
def explorer(engine: EmbeddedEngine) -> Explorer:
    return explorer_of(engine)


def ask(explorer: Explorer, pattern: str, *words: str, **given: str) -> Asked:
    return explorer.answer({"tenant": "acme", "pattern": pattern, **given}, words)


def days(answer: Asked) -> list[int]:
    return [int(row["values"]["due"][-2:]) for row in answer["rows"]]


def marked(explorer: Explorer, answer: Asked) -> list[tuple[str, ...]]:
    """The rows of the table that lie in the interval, from all pages around it."""
    around = answer["around"]
    asked = {"tenant": "acme", "place": answer["place"], "partition": around["partition"]}
    at = {} if around["at"] is None else {"at": around["at"]}
    side = {"side": "to"} if around["backwards"] else {}
    page = explorer.rows({**asked, **at, **side, "limit": "200"})
    (only,) = answer["touched"]
    return [row["id"] for row in page["rows"] if only["low"] <= row["at"]["sort"] <= only["high"]]


def test_the_request_is_told_as_it_was_sent(explorer: Explorer) -> None:
    answer = ask(explorer, "due", "customer_id=ann", "days=2026-05-03..2026-05-05", limit="2")

    (request,) = answer["requests"]
    assert "Query" == request["operation"]
    assert {
        "TableName": "shop",
        "IndexName": "gsi1",
        "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :low AND :high",
        "ExpressionAttributeNames": {"#pk": "gsi1pk", "#sk": "gsi1sk"},
        "ExpressionAttributeValues": {
            ":pk": {"S": "acme#Order#ann#"},
            ":low": {"S": "Order#due#2026-05-03#"},
            ":high": {"S": "Order#due#2026-05-05$"},
        },
        "Limit": 2,
        "ReturnConsumedCapacity": "TOTAL",
    } == request["parameters"]
    assert ([3, 4], True) == (days(answer), answer["more"])
    assert (2, 2, 2) == (answer["items"], answer["scanned"], request["count"])


def test_the_cursor_leads_on_to_the_rest(explorer: Explorer) -> None:
    words = ("customer_id=ann", "days=2026-05-03..2026-05-05")
    first = ask(explorer, "due", *words, limit="2")

    second = ask(explorer, "due", *words, limit="2", cursor=first["cursor"])

    assert ([5], None, False) == (days(second), second["cursor"], second["more"])
    assert "Order#due#2026-05-05#o05#" == second["around"]["at"]


@pytest.mark.parametrize(
    "words",
    [
        ("due", "days=2026-05-03..2026-05-05"),
        ("due", "days=>2026-05-03..<2026-05-05"),
        ("due", "days=.."),
        ("due", "days=2027-01-01.."),
        ("due_last", "days=2026-05-03..2026-05-05"),
        ("due_last", "days=..2026-05-02"),
        ("orders",),
        ("account",),
        ("titled", "state=open", "beginning=Order 1"),
    ],
)
def test_the_rows_in_the_interval_are_exactly_the_rows_of_the_answer(
    explorer: Explorer, words: tuple[str, ...]
) -> None:
    answer = ask(explorer, words[0], "customer_id=ann", *words[1:])

    assert sorted(row["id"] for row in answer["rows"]) == sorted(marked(explorer, answer))


def test_an_answer_from_the_end_on_is_shown_from_its_end(explorer: Explorer) -> None:
    answer = ask(explorer, "due_last", "customer_id=ann", "days=2026-05-03..2026-05-05")

    assert [5, 4, 3] == days(answer)
    assert ("Order#due#2026-05-05#o05#", True) == (
        answer["around"]["at"],
        answer["around"]["backwards"],
    )


def test_an_item_asked_by_its_key_is_one_point(explorer: Explorer) -> None:
    answer = ask(explorer, "customer", "customer_id=ann")

    (only,) = answer["touched"]
    assert ("acme#customer#ann#", "Customer#", "Customer#") == (
        only["partition"],
        only["low"],
        only["high"],
    )
    assert (1, 0, "GetItem") == (
        answer["items"],
        answer["missing"],
        answer["requests"][0]["operation"],
    )


def test_what_is_not_there_is_said_to_be_missing(explorer: Explorer) -> None:
    one = ask(explorer, "customer", "customer_id=nobody")
    many = ask(explorer, "orders_by_id", "customer_id=ann", "ids=o01,o02,o99")

    assert (0, 1, []) == (one["items"], one["missing"], one["rows"])
    assert (2, 1, 3, 2) == (many["items"], many["missing"], len(many["touched"]), len(many["rows"]))
    assert None is many["around"]


def test_an_empty_range_sends_nothing(explorer: Explorer) -> None:
    answer = ask(explorer, "due", "customer_id=ann", "days=>2026-05-03..2026-05-03")

    assert ([], [], [], None) == (
        answer["requests"],
        answer["rows"],
        answer["touched"],
        answer["around"],
    )
    assert "nothing: the range is empty, and no request is sent" == answer["words"]


def test_what_a_filter_drops_is_read_and_no_rule_tells_its_price(explorer: Explorer) -> None:
    answer = ask(explorer, "large", "customer_id=ann", "at_least=11")

    assert (2, 12, None) == (answer["items"], answer["scanned"], answer["by_rule"])


def test_a_view_names_the_fields_it_shows(explorer: Explorer) -> None:
    answer = ask(explorer, "titled", "customer_id=ann", "state=open", "beginning=Order 1")

    assert (["order_id", "title"], 4) == (answer["fields"], answer["items"])
    assert "Order#Order%201…" == answer["touched"][0]["shown"]


def test_the_price_is_measured_and_computed(explorer: Explorer) -> None:
    answer = ask(explorer, "orders", "customer_id=ann")

    assert (0.5, 0.5, True, False) == (
        answer["measured"],
        answer["by_rule"],
        answer["is_measured"],
        answer["is_true"],
    )


def test_rows_that_cannot_be_read_or_have_expired_are_in_their_place() -> None:
    with stocked() as engine:
        store(engine, {**stored(engine, "o02"), "state": {"S": "?"}})
        store(engine, {**stored(engine, "o03"), "expires": long_ago()})
        explorer = explorer_of(engine)

        answer = ask(explorer, "orders", "customer_id=ann", limit="3")
        one = ask(explorer, "orders_by_id", "customer_id=ann", "ids=o02")

    assert (3, 1, 1) == (answer["items"], answer["unreadable"], answer["expired"])
    assert [False, True, False, False, False] == [bool(r["faults"]) for r in answer["rows"]]
    assert [False, False, True, False, False] == [r["expired"] for r in answer["rows"]]
    assert ("a stored item cannot be read", 1) == (one["faults"][0][:28], len(one["rows"]))


@pytest.mark.parametrize(
    ("pattern", "words", "code", "field"),
    [
        ("nothing", (), "argument.pattern", "pattern"),
        ("", (), "argument.pattern", "pattern"),
        ("due", (), "argument.missing", "customer_id"),
        ("due", ("customer_id",), "argument.form", None),
        ("due", ("customer_id=ann", "days=monday"), "argument.range", "days"),
        ("due", ("customer_id=ann", "days=2026-05-05..2026-05-03"), "range.reversed", None),
        ("due", ("customer_id=ann", "days=..", "x=1"), "argument.unknown", "x"),
        ("due", ("customer_id=", "days=.."), "key.empty_part", "customer_id"),
        ("due", ("customer_id=\ud800", "days=.."), "key.lone_surrogate", "customer_id"),
        ("titled", ("customer_id=ann", "state=shut", "beginning=x"), "argument.value", "state"),
        ("orders", ("customer_id=" + "x" * 3_000,), "key.too_long", "customer_id"),
    ],
)
def test_what_is_asked_wrongly_is_told_as_in_the_shell(
    explorer: Explorer, pattern: str, words: tuple[str, ...], code: str, field: str | None
) -> None:
    with pytest.raises(InputError) as refused:
        ask(explorer, pattern, *words)

    assert (code, field) == (refused.value.code, refused.value.field)


def test_a_cursor_of_another_question_is_refused(explorer: Explorer) -> None:
    cursor = ask(explorer, "orders", "customer_id=ann", limit="1")["cursor"]

    for pattern, words in (("orders", ["customer_id=bob"]), ("account", ["customer_id=ann"])):
        with pytest.raises(CursorInvalid):
            ask(explorer, pattern, *words, cursor=cursor)
    with pytest.raises(InputError, match="has no pages"):
        ask(explorer, "customer", "customer_id=ann", cursor=cursor)


def test_another_tenant_gets_its_own_rows_for_the_same_question(explorer: Explorer) -> None:
    mine = ask(explorer, "orders", "customer_id=ann", tenant="zeta")

    assert ["A secret of zeta"] == [row["values"]["title"] for row in mine["rows"]]
    with pytest.raises(InputError):
        ask(explorer, "orders", "customer_id=ann", tenant="beta")


def test_a_table_that_is_not_there_is_said_to_be_missing() -> None:
    with embedded() as engine, pytest.raises(TableMissing):
        ask(explorer_of(engine), "orders", "customer_id=ann")


def test_the_shell_would_ask_the_same(explorer: Explorer) -> None:
    answer = ask(explorer, "titled", "customer_id=ann", "state=open", "beginning=Order 1")

    assert (
        "tabledesign ask TARGET titled customer_id=ann state=open 'beginning=Order 1' --tenant acme"
        == answer["shell"]
    )


class _Kinds(Entity, table=Table("kinds", tenants=False)):
    kind: Literal["a", "b"]
    number: int
    by_id = Key(partition="kind", sort="number")


class _Questions(Repository, table=_Kinds.__table__):
    @access_pattern
    def between(self, kind: Literal["a", "b"], number: Range[int]) -> Query[_Kinds]:
        """Of a kind, by number."""
        return _Kinds.by_id.query(kind=kind, number=number)


def test_a_form_has_a_field_for_each_argument_made_from_its_type() -> None:
    shown = {
        (plan.name, each.name): (each.input, each.shape, each.fills)
        for plan in (*Shop.plans(), *_Questions.plans())
        for each in form_of(plan)
    }

    assert ("text", "one", "customer_id") == shown["orders", "customer_id"]
    assert ("date", "range", "due") == shown["due", "days"]
    assert ("text", "many", "order_id") == shown["orders_by_id", "ids"]
    assert ("choice", "one", "state") == shown["titled", "state"]
    assert ("text", "one", "title") == shown["titled", "beginning"]
    assert ("number", "one", "at_least") == shown["large", "at_least"]
    assert ("choice", "one", "kind") == shown["between", "kind"]
    assert ("number", "range", "number") == shown["between", "number"]
    assert ("open", "sent") == form_of(Shop.titled.plan)[1].choices


@pytest.mark.parametrize(
    ("pattern", "arguments", "words"),
    [
        ("due", {"customer_id": "ann", "days": Range.after(date(2026, 5, 1))},
         "Order with customer_id = ann, due, due after 2026-05-01"),
        ("due", {"customer_id": "ann", "days": Range[date]()},
         "Order with customer_id = ann, due, due that is set"),
        ("orders_by_id", {"customer_id": "ann", "ids": ["a", "b"]},
         "Order with customer_id = ann, order_id one of a, b"),
        ("account", {"customer_id": "ann"}, "Customer or Order with customer_id = ann"),
    ],
)  # fmt: skip
def test_an_interval_is_told_in_words(
    pattern: str, arguments: dict[str, object], words: str
) -> None:
    plan = next(plan for plan in Shop.plans() if plan.name == pattern)

    assert words == in_words(plan.bind(arguments, "acme"))


def test_every_pattern_of_another_design_is_shown_and_asked() -> None:
    with embedded() as engine:
        create_table(todo, engine)
        explorer = Explorer(todo, engine, tenants=[SAMPLE_TENANT])

        for told, plan in zip(explorer.design["patterns"], TodoRepository.plans(), strict=True):
            arguments = sample_arguments(plan)
            words = [f"{name}={text}" for name, text in plain_arguments(arguments).items()]
            answer = explorer.answer({"tenant": SAMPLE_TENANT, "pattern": told["name"]}, words)
            assert (0, told["name"]) == (answer["items"], answer["pattern"])
            assert answer["touched"] == [
                {"partition": t.partition, "low": t.low, "high": t.high, "shown": t.shown}
                for t in touched(plan.bind(arguments, SAMPLE_TENANT))
            ]


def test_a_table_without_tenants_takes_none() -> None:
    with embedded() as engine:
        create_table(_Kinds.__table__, engine)
        _Questions(engine).put(_Kinds(kind="a", number=1))
        explorer = Explorer(_Kinds.__table__, engine)

        asked = explorer.answer({"pattern": "between"}, ["kind=a", "number=..5"])

        assert (None, 1) == (explorer.design["tenants"], asked["items"])
        with pytest.raises(InputError, match="leave the tenant out"):
            explorer.rows({"tenant": "acme"})


def test_patterns_of_two_repositories_are_told_apart() -> None:
    with embedded() as engine:
        create_table(_Pair.__table__, engine)
        _First(engine).put(_Pair(one="a", two="b"))
        explorer = Explorer(_Pair.__table__, engine)

        names = [told["name"] for told in explorer.design["patterns"]]
        asked = explorer.answer({"pattern": "_Second.pairs"}, ["one=a"])

    assert [f"{cls.__name__}.pairs" for cls in (_First, _Second)] == names
    assert (1, "tabledesign ask TARGET _Second.pairs one=a") == (asked["items"], asked["shell"])


class _Pair(Entity, table=Table("pairs")):
    one: str
    two: str
    by_id = Key(partition="one", sort="two")


class _First(Repository, table=_Pair.__table__):
    @access_pattern
    def pairs(self, one: str) -> Query[_Pair]:
        """Pairs, from the first on."""
        return _Pair.by_id.query(one=one)


class _Second(Repository, table=_Pair.__table__):
    @access_pattern
    def pairs(self, one: str) -> Query[_Pair]:
        """Pairs, from the last on."""
        return _Pair.by_id.query(one=one).latest_first()
