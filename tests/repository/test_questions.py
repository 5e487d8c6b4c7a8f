"""Questions with many answers, on the embedded engine."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tabledesign import InputError, Page, Range, StartsWith, Trace
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.errors import Throttled, UnreadableItem
from tabledesign.patterns.writes import item_of
from tabledesign.wire import Item, Request

from .conftest import Book, Genre, Note, Plate, Shelf, Year, book

EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)


def put_raw(engine: EmbeddedEngine, item: Item) -> None:
    engine.send(Request("PutItem", {"TableName": "shelf", "Item": item}))


def poisoned(number: int) -> Item:
    return {**item_of(book(number), None), "price": {"S": "dear"}}


def numbers(page: Page[Book]) -> list[int]:
    return [each.number for each in page]


RANGES = {
    "both included": (Range(2, 4), [2, 3, 4]),
    "start excluded": (Range(2, 4, include_start=False), [3, 4]),
    "end excluded": (Range(2, 4, include_end=False), [2, 3]),
    "both excluded": (Range(2, 4, include_start=False, include_end=False), [3]),
    "at least": (Range.at_least(4), [4, 10, 11]),
    "after": (Range.after(4), [10, 11]),
    "at most": (Range.at_most(2), [-3, 1, 2]),
    "before": (Range.before(2), [-3, 1]),
    "everything": (Range[int](), [-3, 1, 2, 3, 4, 10, 11]),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_range_holds_what_it_holds_in_python(name: str, shelf: Shelf) -> None:
    wanted, expected = RANGES[name]
    for number in (1, 2, 3, 4, 10, 11, -3):
        shelf.put(book(number))

    page = shelf.numbered("a", wanted).page()
    assert expected == numbers(page)
    assert page.evaluated == len(page)


def test_a_beginning_stands_inside_one_part(shelf: Shelf) -> None:
    for number, title in enumerate(["an", "ann", "ann#e", "anna", "b", "a"]):
        shelf.put(book(number, title=title))

    assert ["ann", "ann#e", "anna"] == [e.title for e in shelf.beginning("a", StartsWith("ann"))]


def test_an_equal_part_does_not_match_a_longer_one(shelf: Shelf) -> None:
    for number, title in enumerate(["ann", "anna", "ann#e"]):
        shelf.put(book(number, title=title))

    assert ["ann"] == [each.title for each in shelf.titled("a", "ann")]


def test_a_filter_reads_rows_that_it_does_not_hand_out(shelf: Shelf) -> None:
    for number in range(6):
        shelf.put(book(number, genre=Genre.ESSAY if number % 3 == 0 else Genre.NOVEL))
    page = shelf.of_genre("a", Genre.ESSAY).page()

    assert [0, 3] == numbers(page)
    assert (6, 1) == (page.evaluated, page.requests)
    assert 2 == shelf.of_genre("a", Genre.ESSAY).count()


def test_a_page_counts_rows_wanted_evaluated_and_requests_apart(watched: ScriptedEngine) -> None:
    shelf = Shelf(watched, cursor_keys=b"k" * 32)
    for number in range(10):
        shelf.put(book(number, genre=Genre.ESSAY if number % 5 == 4 else Genre.NOVEL))
    question = shelf.of_genre("a", Genre.ESSAY)
    limited = question.page(limit=1, evaluate=3)
    ended = question.page(evaluate=3, requests=1)

    assert ([4], 2, 6) == (numbers(limited), limited.requests, limited.evaluated)
    assert ([], 1, 3, True) == (numbers(ended), ended.requests, ended.evaluated, ended.more)


def test_a_limit_without_a_filter_evaluates_no_more_rows_than_wanted(shelf: Shelf) -> None:
    for number in range(10):
        shelf.put(book(number))
    page = shelf.books("a").page(limit=4)

    assert ([0, 1, 2, 3], 4, 1, True) == (numbers(page), page.evaluated, page.requests, page.more)


def test_counting_counts_what_is_there(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(book(number, expires=EXPIRED if number == 3 else None))

    assert 4 == shelf.books("a").count()
    assert 0 == shelf.books("b").count()


def test_an_unreadable_row_is_listed_and_the_rest_is_read(
    shelf: Shelf, engine: EmbeddedEngine
) -> None:
    for number in range(4):
        put_raw(engine, poisoned(number) if number == 2 else item_of(book(number), None))
    page = shelf.books("a").page()

    assert [0, 1, 3] == numbers(page)
    assert [item_of(book(2), None)["sk"]["S"]] == [row.key["sk"] for row in page.unreadable]
    assert "price" in page.unreadable[0].reason
    assert "dear" not in page.unreadable[0].reason


def test_strict_reading_raises_at_an_unreadable_row(engine: EmbeddedEngine) -> None:
    put_raw(engine, poisoned(1))
    with pytest.raises(UnreadableItem, match="price"):
        Shelf(engine, strict=True).books("a").page()


def test_a_row_of_an_unknown_entity_is_unreadable(shelf: Shelf, engine: EmbeddedEngine) -> None:
    put_raw(engine, {**item_of(book(1), None), "entity": {"S": "Magazine"}})
    page = shelf.books("a").page()

    assert () == page.items
    assert "'Magazine'" in page.unreadable[0].reason


def test_a_row_without_an_entity_name_is_read_as_the_one_entity_asked(
    shelf: Shelf, engine: EmbeddedEngine
) -> None:
    item = item_of(book(1), None)
    del item["entity"]
    put_raw(engine, item)

    assert [book(1)] == list(shelf.books("a"))


def test_expired_rows_are_hidden_and_counted(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(book(number, expires=EXPIRED if number % 2 else None))
    page = shelf.books("a").page()

    assert ([0, 2, 4], 2, 5) == (numbers(page), page.expired, page.evaluated)


def test_a_page_is_filled_past_expired_rows(shelf: Shelf) -> None:
    for number in range(9):
        shelf.put(book(number, expires=EXPIRED if number < 6 else None))

    assert [6, 7] == numbers(shelf.books("a").page(limit=2))


def test_a_view_is_read_from_an_index_that_holds_keys_only(shelf: Shelf) -> None:
    shelf.put(book(2, year=1999))
    shelf.put(book(1, year=2001))

    assert [Year(shelf="a", number=2, year=1999), Year(shelf="a", number=1, year=2001)] == list(
        shelf.years("a")
    )


def test_a_view_is_read_from_an_index_that_holds_some_fields(shelf: Shelf) -> None:
    shelf.put(book(1, price=12))

    assert [(1, 12)] == [(each.number, each.price) for each in shelf.prices("a")]


def test_a_collection_is_taken_apart_by_entity(shelf: Shelf) -> None:
    plate = Plate(shelf="a", text="Novels")
    shelf.put(plate)
    for number in (2, 1):
        shelf.put(book(number))
    page = shelf.whole("a").page()

    assert [plate] == page.of(Plate)
    assert [book(1), book(2)] == page.of(Book)
    assert [book(1), book(2), plate] == list(shelf.whole("a"))
    assert 1 == page.requests


def test_a_batch_keeps_the_order_of_its_ids_with_gaps_and_repetitions(shelf: Shelf) -> None:
    for note_id in ("1", "2", "3"):
        shelf.put(Note(note_id=note_id))
    found = shelf.notes(["3", "x", "1", "3"]).all()

    assert ["3", None, "1", "3"] == [each and each.note_id for each in found]
    assert ["3", "1"] == [each.note_id for each in shelf.notes(["3", "x", "1"])]


def test_a_batch_asks_for_each_key_once_and_for_a_hundred_at_a_time(
    watched: ScriptedEngine,
) -> None:
    ids = [str(number) for number in range(150)] * 2

    assert [None] * 300 == Shelf(watched).notes(ids).all()
    assert [100, 50] == [
        len(request.parameters["RequestItems"]["shelf"]["Keys"]) for request in watched.requests
    ]


def answer_some(source: random.Random) -> Any:
    """Answers a random part of each batch, in random order, and leaves the rest."""

    def fault(request: Request, n: int) -> Mapping[str, Any]:
        keys = list(request.parameters["RequestItems"]["shelf"]["Keys"])
        source.shuffle(keys)
        cut = source.randint(1, len(keys))
        found = [
            {**key, "note_id": {"S": key["pk"]["S"].split("#")[1]}, "entity": {"S": "Note"}}
            for key in keys[:cut]
            if not key["pk"]["S"].endswith("7#")
        ]
        left = {"shelf": {"Keys": keys[cut:]}} if keys[cut:] else {}
        return {"Responses": {"shelf": found}, "UnprocessedKeys": left}

    return fault


def test_unprocessed_keys_are_asked_again_until_all_are_answered() -> None:
    source = random.Random("unprocessed")
    for _ in range(200):
        engine = ScriptedEngine(fault=answer_some(source))
        ids = [str(source.randrange(20)) for _ in range(source.randint(1, 8))]
        expected = [None if note_id.endswith("7") else note_id for note_id in ids]
        found = Shelf(engine).notes(ids).all()
        assert expected == [each and each.note_id for each in found], ids
        assert len(engine.clock.slept) == len(engine.requests) - 1


def test_keys_that_are_never_processed_end_in_an_error_after_pauses() -> None:
    def refuse(request: Request, n: int) -> Mapping[str, Any]:
        return {"Responses": {}, "UnprocessedKeys": request.parameters["RequestItems"]}

    engine = ScriptedEngine(fault=refuse)
    with pytest.raises(Throttled, match="raise the table's read capacity"):
        Shelf(engine).notes(["1"]).all()

    assert len(engine.requests) < 20
    assert engine.clock.slept == sorted(engine.clock.slept)


def test_the_trace_sees_every_request_and_no_payload(engine: EmbeddedEngine) -> None:
    seen: list[Trace] = []
    shelf = Shelf(engine, trace=seen.append)
    shelf.put(book(1, title="canary"))
    shelf.by_title("a").page()

    assert [
        ("started", "PutItem", None),
        ("complete", "PutItem", None),
        ("started", "Query", "gsi1"),
        ("complete", "Query", "gsi1"),
    ] == [(each.step, each.operation, each.index) for each in seen]
    assert 1 == seen[-1].rows
    assert "canary" not in json.dumps([str(each) for each in seen])


def test_the_trace_sees_a_failure_by_its_code(engine: EmbeddedEngine) -> None:
    seen: list[Trace] = []
    shelf = Shelf(engine, trace=seen.append, table_name="elsewhere")
    with pytest.raises(Exception, match="elsewhere"):
        shelf.books("a").page()

    assert ["started", "failed"] == [each.step for each in seen]
    assert seen[-1].error is not None


def test_a_question_can_be_asked_again(shelf: Shelf) -> None:
    question = shelf.books("a")
    assert [] == list(question)
    shelf.put(book(1))

    assert [book(1)] == list(question) == list(question)


def test_a_repository_needs_an_engine_or_a_client() -> None:
    with pytest.raises(InputError, match=r'boto3\.client\("dynamodb"\)'):
        Shelf("dynamodb")
