"""What reading costs, in what can be counted: calls of Python, blocks of memory, rows held."""

from __future__ import annotations

import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from tabledesign.codec.answer import Answer
from tabledesign.engine.scripted import FakeClock
from tabledesign.patterns.writes import item_of
from tabledesign.repository.answers import read_batch, read_page, read_together
from tabledesign.repository.rows import RowReader
from tabledesign.wire import Item, Request

from .conftest import Book, Genre, Plate, Shelf, book, table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW.replace(year=2027)


class Pages:
    """Answers every Query with the next page of so many rows, made when it is asked for."""

    thread_safe = False

    def __init__(self, pages: int, rows: Sequence[Item]) -> None:
        self.clock = FakeClock(NOW)
        self.left = pages
        self._rows = json.dumps(rows)
        self._last = rows[-1]
        self._count = len(rows)

    def send(self, request: Request) -> Mapping[str, Any]:
        self.left -= 1
        counts = f'"Count": {self._count}, "ScannedCount": {self._count}'
        rows = "" if request.parameters.get("Select") == "COUNT" else f'"Items": {self._rows}, '
        more = f', "LastEvaluatedKey": {self._key(request)}' if self.left else ""
        return Answer(f"{{{rows}{counts}{more}}}".encode())

    def _key(self, request: Request) -> str:
        place = table.place(request.parameters.get("IndexName")) or table.primary
        names = {"pk", "sk", place.partition_attribute, place.sort_attribute}
        return json.dumps({name: self._last[name] for name in names if name})


def books(count: int, **fields: Any) -> list[Item]:
    return [item_of(book(number, lent=NOW.date(), **fields), None) for number in range(count)]


def calls(act: Callable[[], object]) -> int:
    """How many functions of Python are called, generators that go on included."""
    seen = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal seen
        seen += event == "call"

    before = sys.getprofile()
    gc.disable()  # a callback of the collector would be a call, too
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
        gc.enable()
    return seen


READS: dict[str, Callable[[Shelf], object]] = {
    "a page": lambda shelf: shelf.books("a").page(),
    "a filtered page": lambda shelf: shelf.of_genre("a", Genre.NOVEL).page(),
    "a collection": lambda shelf: shelf.whole("a").page(),
    "a view": lambda shelf: shelf.titles("a").page(),
    "a count": lambda shelf: shelf.books("a").count(),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("expires", [None, LATER])
def test_a_row_of_a_page_takes_no_call_of_python(read: str, expires: datetime | None) -> None:
    def act(rows: int) -> int:
        plate = item_of(Plate(shelf="a", text="x"), None) if read == "a collection" else None
        stored = books(rows, expires=expires)
        shelf = Shelf(Pages(1, [plate, *stored] if plate else stored))
        return calls(lambda: READS[read](shelf))

    act(1)

    assert act(1) == act(100)


def test_a_row_of_a_batch_and_of_a_transaction_takes_no_call_of_python() -> None:
    reader = RowReader(table, (Book.by_id,), None, strict=True)

    def batch(rows: int) -> int:
        answer = Answer(json.dumps({"Responses": {"shelf": books(rows)}}).encode())
        return calls(lambda: dict(read_batch(reader, answer, NOW, "shelf")))

    def together(rows: int) -> int:
        held = [{"Item": each} for each in books(rows)]
        answer = Answer(json.dumps({"Responses": held}).encode())
        asked = [(place, reader) for place in range(rows)]
        return calls(lambda: read_together(table, asked, answer, NOW))

    assert batch(1) + together(1) > 0  # what is made at the first use is made

    assert batch(1) == batch(100)
    assert together(1) == together(100)


def blocks(make: Callable[[], object]) -> tuple[int, int]:
    """How many blocks of memory are held by what is made, and how many bytes were at most."""
    make()
    tracemalloc.start()
    kept = make()
    held = sum(each.count for each in tracemalloc.take_snapshot().statistics("filename"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept is not None
    return held, peak


def test_a_page_holds_no_more_blocks_of_memory_than_its_entities() -> None:
    reader = RowReader(table, (Book.by_id,), None, strict=True)

    def read(rows: int) -> tuple[int, int]:
        answer = Answer(json.dumps({"Items": books(rows)}).encode())
        return blocks(lambda: read_page(reader, answer, None)[1].rows)

    def plain(rows: int) -> tuple[int, int]:
        body = json.dumps(books(rows))
        return blocks(lambda: [reader.read(row, None) for row in json.loads(body)])

    one, (many, most) = read(1), read(101)
    alone, (entities, _) = plain(1), plain(101)

    assert many - one[0] <= entities - alone[0] + 10
    # While it is read there is nothing beside the entities that grows with the rows.
    assert most <= 1.5 * plain(101)[1]


def peak_of(drain: Callable[[Shelf], int], pages: int, rows: int = 50) -> tuple[int, int]:
    """What draining so many pages gives, and the most memory that it takes."""
    shelf = Shelf(Pages(pages, books(rows, expires=LATER)))
    tracemalloc.start()
    found = drain(shelf)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return found, peak


DRAINS: dict[str, Callable[[Shelf], int]] = {
    "iterating": lambda shelf: sum(1 for _ in shelf.books("a")),
    "counting": lambda shelf: shelf.books("a").count(),
    "counting a view": lambda shelf: shelf.titles("a").count(),
}


@pytest.mark.parametrize("drain", DRAINS)
@pytest.mark.parametrize(
    ("few", "many"), [(2, 30), pytest.param(200, 20_000, marks=pytest.mark.full)]
)
def test_draining_a_partition_takes_the_same_memory_however_long_it_is(
    drain: str, few: int, many: int
) -> None:
    peak_of(DRAINS[drain], 2)

    found, short = peak_of(DRAINS[drain], few)
    assert 50 * few == found
    found, long = peak_of(DRAINS[drain], many)
    assert 50 * many == found

    # A page of 50 rows takes a tenth of a megabyte.
    assert long - short < 100_000
