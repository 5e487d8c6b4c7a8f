"""Pages of a table and of its indexes: bounded, complete, and of one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tabledesign import (
    CursorInvalid,
    Entity,
    Index,
    InputError,
    Key,
    Repository,
    Table,
    Template,
)
from tabledesign.design.creation import create_table
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.wire import Request

from .shop import Shop, explorer_of, fill, order, stocked, table

odd = Table("odd", global_indexes=(Index("inverted", inverted=True),), local_indexes=("local",))
flat = Table("flat", sort_key=None)
ANN = "acme#customer#ann#"
BY_DUE = "acme#Order#ann#"


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    with stocked() as engine:
        yield engine


@pytest.fixture(scope="module")
def explorer(engine: EmbeddedEngine) -> Explorer:
    return explorer_of(engine)


def sorts(page: Any) -> list[str]:
    return [row["at"]["sort"] for row in page["rows"]]


def walk(explorer: Explorer, way: str, page: Any, **asked: str) -> list[list[str]]:
    """The sort keys of this page and of all that come by going on one way."""
    pages = [sorts(page)]
    while page[way] is not None:
        page = explorer.rows({"limit": "5", **asked, "tenant": "acme", "cursor": page[way]})
        pages.append(sorts(page))
    return pages


@pytest.mark.parametrize(("place", "items"), [("primary", 16), ("gsi1", 13), ("titles", 13)])
def test_the_pages_of_a_place_hold_each_item_of_the_tenant_once(
    explorer: Explorer, engine: EmbeddedEngine, place: str, items: int
) -> None:
    seen: list[tuple[str, ...]] = []
    cursor: dict[str, str] = {}
    for _ in range(items):
        page = explorer.rows({"tenant": "acme", "place": place, "limit": "4", **cursor})
        assert len(page["rows"]) <= 4
        seen += [row["id"] for row in page["rows"]]
        if page["later"] is None:
            break
        cursor = {"cursor": page["later"]}

    assert (items, items) == (len(seen), len(set(seen)))
    assert {"acme"} == {partition.split("#")[0] for partition, _ in seen}
    assert 17 == len(engine.stored(table.name))


def test_a_partition_is_walked_both_ways(explorer: Explorer) -> None:
    asked = {"place": "gsi1", "partition": BY_DUE}
    first = explorer.rows({"tenant": "acme", "limit": "5", **asked})
    forth = walk(explorer, "later", first, **asked)
    last = explorer.rows({"tenant": "acme", "limit": "5", **asked, "at": "~", "side": "to"})
    back = walk(explorer, "earlier", last, **asked)

    assert [5, 5, 2] == [len(each) for each in forth]
    assert [text for page in forth for text in page] == [
        text for page in reversed(back) for text in page
    ]
    assert None is first["earlier"]


def test_a_page_around_a_key_shows_what_lies_before_it(explorer: Explorer) -> None:
    asked = {"tenant": "acme", "place": "gsi1", "partition": BY_DUE, "limit": "2"}

    since = explorer.rows({**asked, "at": "Order#due#2026-05-06#"})
    until = explorer.rows({**asked, "at": "Order#due#2026-05-06$", "side": "to"})

    assert [2, 3, 4, 5, 6, 7] == [int(text[-3:-1]) for text in sorts(since)]
    assert [5, 6, 7, 8, 9, 10] == [int(text[-3:-1]) for text in sorts(until)]


def test_a_page_around_a_key_goes_on_both_ways(explorer: Explorer) -> None:
    asked = {"place": "gsi1", "partition": BY_DUE, "at": "Order#due#2026-05-06#"}
    around = explorer.rows({"tenant": "acme", "limit": "2", **asked})

    forth = walk(explorer, "later", around, **asked)
    back = walk(explorer, "earlier", around, **asked)

    assert 12 == len({each for page in (*forth, *back) for each in page})
    assert sum(map(len, [*forth, *back])) == 12 + len(around["rows"])


def test_each_page_is_one_bounded_request_in_a_partition(explorer: Explorer) -> None:
    page = explorer.rows({"tenant": "acme", "partition": ANN, "limit": "3"})

    ((operation, limit, scanned),) = [
        (each["operation"], each["parameters"]["Limit"], each["scanned"])
        for each in page["requests"]
    ]
    assert ("Query", 3, 3) == (operation, limit, scanned)


def test_a_scan_that_meets_other_tenants_stays_bounded(engine: EmbeddedEngine) -> None:
    crowd = Explorer(table, engine, tenants=["nobody"])

    page = crowd.rows({"tenant": "nobody", "limit": "1"})

    assert ([], None) == (page["rows"], page["later"])
    assert [1, 1_000] == [each["parameters"]["Limit"] for each in page["requests"]]


def test_a_partition_is_opened_by_its_fields(explorer: Explorer) -> None:
    asked = {"tenant": "acme", "place": "titles", "shape": "Order.by_title"}

    page = explorer.rows(asked, ["bob", "sent"])

    assert ("acme#Order#bob#sent#", 1) == (page["partition"], len(page["rows"]))


def test_a_tenant_sees_its_own_only(explorer: Explorer) -> None:
    page = explorer.rows({"tenant": "zeta"})

    assert ["zeta#customer#ann#"] == [row["at"]["partition"] for row in page["rows"]]


REFUSED: list[tuple[dict[str, str], tuple[str, ...], str]] = [
    ({}, (), "tenant.unknown"),
    ({"tenant": "other"}, (), "tenant.unknown"),
    ({"tenant": "acme", "place": "gsi9"}, (), "argument.place"),
    ({"tenant": "acme", "partition": "zeta#customer#ann#"}, (), "argument.partition"),
    ({"tenant": "acme", "partition": "acme"}, (), "argument.partition"),
    ({"tenant": "acme", "partition": "acmes#customer#ann#"}, (), "argument.partition"),
    ({"tenant": "acme", "limit": "0"}, (), "argument.limit"),
    ({"tenant": "acme", "limit": "201"}, (), "argument.limit"),
    ({"tenant": "acme", "limit": "9" * 5000}, (), "argument.limit"),
    ({"tenant": "acme", "limit": "²"}, (), "argument.limit"),
    ({"tenant": "acme", "shape": "Order.by_title"}, ("a", "open"), "argument.shape"),
    ({"tenant": "acme", "place": "titles", "shape": "Order.by_title"}, ("a",), "argument.shape"),
    (
        {"tenant": "acme", "place": "titles", "shape": "Order.by_title"},
        ("a", "shut"),
        "argument.value",
    ),
    ({"tenant": "acme", "shape": "Order.by_id"}, ("",), "key.empty_part"),
    ({"tenant": "acme", "partition": "acme#" + "x" * 3_000}, (), "argument.partition"),
    ({"tenant": "acme", "partition": ANN, "at": ""}, (), "argument.at"),
    ({"tenant": "acme", "partition": ANN, "at": "x" * 1_025}, (), "argument.at"),
    ({"tenant": "acme", "partition": ANN, "at": "\ud800"}, (), "argument.at"),
]


@pytest.mark.parametrize(("given", "parts", "code"), REFUSED)
def test_what_cannot_be_shown_is_refused_before_a_request(
    explorer: Explorer, given: dict[str, str], parts: tuple[str, ...], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        explorer.rows(given, parts)

    assert code == refused.value.code


def test_a_cursor_belongs_to_its_partition_its_tenant_and_its_explorer(
    explorer: Explorer, engine: EmbeddedEngine
) -> None:
    cursor = explorer.rows({"tenant": "acme", "limit": "2"})["later"]
    foreign: list[tuple[Explorer, dict[str, str]]] = [
        (explorer, {"tenant": "zeta", "cursor": cursor}),
        (explorer, {"tenant": "acme", "place": "gsi1", "cursor": cursor}),
        (explorer, {"tenant": "acme", "partition": ANN, "cursor": cursor}),
        (explorer, {"tenant": "acme", "cursor": cursor[:-1] + "!"}),
        (explorer, {"tenant": "acme", "cursor": ""}),
        (explorer_of(engine), {"tenant": "acme", "cursor": cursor}),
    ]

    for one, given in foreign:
        with pytest.raises(CursorInvalid):
            one.rows(given)


def test_a_page_goes_on_although_the_row_it_ended_at_is_gone() -> None:
    with stocked() as engine:
        explorer = explorer_of(engine)
        asked = {"tenant": "acme", "partition": ANN, "limit": "3"}
        page = explorer.rows(asked)
        last = order(2)
        Shop(engine, tenant="acme").delete(last)

        later = explorer.rows({**asked, "cursor": page["later"]})

    assert ("Order#o02#", "Order#o03#") == (sorts(page)[-1], sorts(later)[0])


def test_a_table_with_tenants_is_not_shown_without_naming_them(engine: EmbeddedEngine) -> None:
    with pytest.raises(InputError, match="name those that may be looked at"):
        Explorer(table, engine)


class Post(Entity, table=odd):
    team: str
    person: str
    since: date
    by_id = Key(partition="team", sort="person")
    of_person = Key("inverted")
    by_since = Key("local", sort=("since", "person"))


class Posts(Repository, table=odd):
    """Only to write."""


class Legacy(Entity, table=flat):
    user_id: str
    by_id = Key(partition=Template("USER#{user_id}"))


def test_local_and_inverted_indexes_are_places_like_others() -> None:
    with embedded() as engine:
        create_table(odd, engine)
        posts = Posts(engine)
        for number, (team, person) in enumerate([("a", "ann"), ("a", "bob"), ("b", "ann")]):
            posts.put(Post(team=team, person=person, since=date(2026, 1, 9 - number)))
        explorer = Explorer(odd, engine)

        inverted = explorer.rows({"place": "inverted", "shape": "Post.of_person"}, ["ann"])
        local = explorer.rows({"place": "local", "shape": "Post.by_since"}, ["a"])

    assert ["a", "b"] == [row["values"]["team"] for row in inverted["rows"]]
    assert ["bob", "ann"] == [row["values"]["person"] for row in local["rows"]]
    assert [()] * 4 == [row["faults"] for page in (inverted, local) for row in page["rows"]]
    assert "Post#ann#" == inverted["partition"]


def test_a_table_without_a_sort_key_is_shown_too() -> None:
    with embedded() as engine:
        create_table(flat, engine)
        store = {"pk": {"S": "USER#ann"}, "user_id": {"S": "ann"}}
        engine.send(Request("PutItem", {"TableName": "flat", "Item": store}))
        explorer = Explorer(flat, engine)

        page = explorer.rows({"partition": "USER#ann", "at": "x"})

    assert [("Legacy", None, ("USER#ann",))] == [
        (row["entity"], row["at"]["sort"], row["id"]) for row in page["rows"]
    ]


@pytest.mark.dynoxide
@pytest.mark.engines
def test_another_engine_shows_the_same_pages(explorer: Explorer) -> None:
    asked = {"tenant": "acme", "place": "gsi1", "partition": BY_DUE, "limit": "5"}
    around = {**asked, "at": "Order#due#2026-05-06$", "side": "to"}
    with Dynoxide() as server:
        engine = server.engine()
        fill(engine)
        other = explorer_of(engine)

        for given in (asked, around, {"tenant": "acme", "place": "titles"}):
            expected, actual = explorer.rows(given), other.rows(given)
            assert sorted(map(str, expected["rows"])) == sorted(map(str, actual["rows"]))
        forth = [walk(each, "later", each.rows(asked), **asked) for each in (explorer, other)]
        assert forth[0] == forth[1]
