"""Answers that are read in one pass say what they say row by row, whatever their rows are."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Annotated, Any

import pytest

from tabledesign import (
    Entity,
    Key,
    Lookup,
    Lookups,
    Query,
    Repository,
    Table,
    View,
    access_pattern,
    collection,
    field,
)
from tabledesign.codec import EpochSeconds
from tabledesign.codec.answer import Answer
from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import TabledesignError
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.writes import item_of
from tabledesign.repository import rows
from tabledesign.wire import Item, Request

table = Table("cellar", global_indexes=("by_label",), ttl="drink_by")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def louder(old: dict[str, object]) -> dict[str, object]:
    return {**old, "label": f"{old.get('label')}!"}


class Wine(Entity, table=table, version=3, upcasters={1: louder}):
    rack: str
    place: int
    label: str = "none"
    grapes: frozenset[str] = frozenset()
    scan: bytes = b""
    drink_by: Annotated[datetime | None, EpochSeconds()] = None

    by_place = Key(label="rack", partition="rack", sort="place")
    by_label = Key("by_label", partition="rack", sort=("label", "place"))


class Rack(Entity, table=table):
    rack: str
    litres: int = 0

    by_id = Key(label="rack", partition="rack")


class Label(View, of=Wine):
    place: int
    label: str = "another"
    grapes: frozenset[str]


class Cellar(Repository, table=table):
    @access_pattern
    def whole(self, rack: str) -> Query[Rack | Wine]:
        """A rack and its wines."""
        return collection(Rack.by_id, Wine.by_place).query(rack=rack)

    @access_pattern
    def wines(self, rack: str) -> Query[Wine]:
        """The wines of a rack."""
        return Wine.by_label.query(rack=rack)

    @access_pattern
    def labels(self, rack: str) -> Query[Label]:
        """What the wines of a rack are called."""
        return Wine.by_label.query(rack=rack).as_view(Label)

    @access_pattern
    def of_grape(self, rack: str, grape: str) -> Query[Wine]:
        """The wines of a rack that are made of a grape."""
        return Wine.by_label.query(rack=rack).where(field("grapes").contains(grape))

    @access_pattern
    def wine(self, rack: str, place: int) -> Lookup[Wine]:
        """One wine."""
        return Wine.by_place.get(rack=rack, place=place)

    @access_pattern
    def racks(self, racks: Sequence[str]) -> Lookups[Rack]:
        """Some racks."""
        return Rack.by_id.get_many(rack=racks)


class Canned:
    """Answers each request with the next body: kept as bytes, or as botocore parses it."""

    thread_safe = False

    def __init__(self, bodies: Iterable[bytes], *, parsed: bool) -> None:
        self.clock = FakeClock(NOW)
        self._bodies = iter(bodies)
        self._parsed = parsed

    def send(self, request: Request) -> Mapping[str, Any]:
        answer = Answer(next(self._bodies))
        return dict(answer) if self._parsed else answer


def written(answer: object) -> bytes:
    return json.dumps(answer, default=lambda data: b64encode(data).decode()).encode()


def draw_row(random: Random) -> Item:
    """A row of a rack, one in three with something about it."""
    place = random.randrange(10**6)
    expiry = random.choice((None, NOW, NOW.replace(year=2027)))
    wine = Wine(rack="a", place=place, label="é" * (1 + place % 3), scan=b"\xff", drink_by=expiry)
    wine = wine if place % 2 else wine.model_copy(update={"grapes": frozenset({"syrah"})})
    row = item_of(wine, None)
    if random.random() < 0.66:
        return row
    change: Item | None = random.choice(
        (
            {"entity_version": {"N": "1"}},
            {"entity_version": {"N": "2"}},
            {"entity_version": {"S": "3"}},
            {"label": {"N": "3"}},
            {"label": {"NULL": True}},
            {"scan": {"S": "text"}},
            {"entity": {"S": "Guest"}},
            {"drink_by": {"N": "1.5"}},
            {"drink_by": {"S": "tomorrow"}},
            {"added": {"BS": [b"\x00"]}},
            None,
        )
    )
    if change is None:
        return item_of(Rack(rack="a", litres=place), None)
    return {**row, **change}


def draw_page(random: Random, rows: int, keys: Sequence[str]) -> dict[str, Any]:
    items = [draw_row(random) for _ in range(random.randint(0, rows))]
    page: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": rows}
    if items and random.random() < 0.5:
        another = item_of(Wine(rack="a", place=rows), None)
        last = items[-1] if random.random() < 0.5 and keys[0] in items[-1] else another
        page["LastEvaluatedKey"] = {name: last[name] for name in keys}
    return page


def outcome(ask: Callable[[Cellar], Any], bodies: Sequence[bytes], *, parsed: bool) -> Any:
    cellar = Cellar(Canned(bodies, parsed=parsed), cursor_keys=[b"k" * 32])
    try:
        answer = ask(cellar)
    except TabledesignError as error:
        return type(error), error.code, error.message, error.details
    # A token is sealed with chance; that it is there says what it continues after.
    return replace(answer, token="") if hasattr(answer, "token") and answer.token else answer


def check(ask: Callable[[Cellar], Any], *answers: object) -> Any:
    """What is read in one pass, once it is known to be what is read row by row."""
    bodies = [written(answer) for answer in answers]
    expected = outcome(ask, bodies, parsed=True)
    found = outcome(ask, bodies, parsed=False)
    assert expected == found
    return found


PRIMARY = ("pk", "sk")
INDEX = ("by_labelpk", "by_labelsk", *PRIMARY)
QUESTIONS: dict[str, tuple[Callable[[Cellar], Any], tuple[str, ...]]] = {
    "a collection": (lambda cellar: cellar.whole("a"), PRIMARY),
    "an index": (lambda cellar: cellar.wines("a"), INDEX),
    "a view": (lambda cellar: cellar.labels("a"), INDEX),
    "a filter": (lambda cellar: cellar.of_grape("a", "syrah"), INDEX),
}
"""The questions that are answered with pages, and the keys that a page goes on from."""


REST: dict[str, Any] = {"Items": [], "Count": 0, "ScannedCount": 0}


def of_page(ask: Callable[[Cellar], Any], limit: int | None, cellar: Cellar) -> Any:
    return ask(cellar).page(limit=limit)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("pages", "rows"), [(60, 8), pytest.param(2_500, 10, marks=pytest.mark.full)]
)
def test_a_page_is_what_it_is_row_by_row(question: str, pages: int, rows: int) -> None:
    random = Random(question)
    ask, keys = QUESTIONS[question]
    items = 0
    for _ in range(pages):
        page = draw_page(random, rows, keys)
        limit = random.choice((None, 1, 2, rows))
        found = check(partial(of_page, ask, limit), page, REST, REST)
        items += len(found.items)
    assert items > pages


def test_one_item_is_what_it_is_row_by_row() -> None:
    random = Random(1)
    for _ in range(100):
        check(lambda cellar: cellar.wine("a", 1).first(), {"Item": draw_row(random)})
    assert check(lambda cellar: cellar.wine("a", 1).first(), {}) is None


def test_a_batch_is_what_it_is_row_by_row() -> None:
    random = Random(2)
    names = [f"rack{number}" for number in range(6)]
    for _ in range(60):
        rows = [item_of(Rack(rack=name, litres=len(name)), None) for name in names]
        rows[0] |= random.choice(({}, {"drink_by": {"N": "1"}}, {"litres": {"N": "1"}}))
        rows[1] |= random.choice(({}, {}, {"litres": {"S": "x"}}, {"entity": {"S": "Wine"}}))
        random.shuffle(rows)
        answer = {"Responses": {"cellar": rows[random.randrange(3) :]}}
        check(lambda cellar: cellar.racks(["rack9", *names, "rack1"]).all(), answer)


def test_a_transaction_of_reads_is_what_it_is_row_by_row() -> None:
    random = Random(3)
    wine, rack = Wine.by_place(rack="a", place=1), Rack.by_id(rack="a")
    for _ in range(100):
        places: list[dict[str, Item]] = [
            {"Item": draw_row(random)},
            {"Item": item_of(Rack(rack="a"), None)},
            {},
        ]
        random.shuffle(places)
        check(
            lambda cellar: cellar.get_together(wine, rack, Rack.by_id(rack="b"), rack),
            {"Responses": places},
        )


def test_only_rows_with_something_about_them_are_read_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[Item] = []
    plain = rows.RowReader.read

    def noted(self: rows.RowReader, row: Item, now: datetime | None) -> Any:
        read.append(row)
        return plain(self, row, now)

    monkeypatch.setattr(rows.RowReader, "read", noted)
    good = [item_of(Wine(rack="a", place=n, drink_by=NOW), None) for n in range(6)]
    old = {**good[0], "entity_version": {"N": "1"}}
    bad = {**good[0], "label": {"N": "1"}}
    body = written({"Items": [*good[:3], old, *good[3:], bad]})

    page = outcome(lambda cellar: cellar.wines("a").page(), [body], parsed=False)

    assert [old, bad] == read
    assert (0, 8) == (len(page.items), page.expired)


def test_the_keys_of_a_batch_are_those_that_were_asked_for() -> None:
    names = ["b", "a", "c"]
    rows = [item_of(Rack(rack=name), None) for name in ("c", "b")]
    answer = {"Responses": {"cellar": rows}}

    found = check(lambda cellar: cellar.racks(names).all(), answer)

    assert [Rack(rack="b"), None, Rack(rack="c")] == found
    assert rows[0]["pk"] == key_item(primary_key(Rack), {"rack": "c"})["pk"]
