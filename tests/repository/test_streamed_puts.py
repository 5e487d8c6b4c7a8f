"""Many entities out of an iterator: written as they come, with the memory of one portion."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tabledesign.engine import AsyncClientEngine
from tabledesign.engine.drivers import drive
from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import InputError, ServiceFailed, Throttled
from tabledesign.repository import streaming
from tabledesign.repository.batch import BatchResult, put_many
from tabledesign.repository.streaming import put_portions
from tabledesign.wire import Request

from .conftest import Book, Shelf, book

PORTION = 50


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PORTION", PORTION)


class Taking:
    """Takes what it is sent, and keeps the titles by number; after ``until`` puts it fails."""

    thread_safe = False

    def __init__(self, until: int = 1 << 60, *, kept: bool = True) -> None:
        self.clock = FakeClock()
        self.until = until
        self.kept: dict[str, str] | None = {} if kept else None
        self.taken = 0

    def send(self, request: Request) -> Mapping[str, Any]:
        puts = request.parameters["RequestItems"]["shelf"]
        if self.taken + len(puts) > self.until:
            raise Throttled("slow down", code="request.throttled")
        self.taken += len(puts)
        if self.kept is not None:
            items = (put["PutRequest"]["Item"] for put in puts)
            self.kept |= {item["number"]["N"]: item["title"]["S"] for item in items}
        return {"ConsumedCapacity": [{"CapacityUnits": 1.0}]}


class Drawn:
    """Books with rising numbers, and how many were drawn so far."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.drawn = 0

    def __iter__(self) -> Iterator[Book]:
        for number in range(self.count):
            self.drawn += 1
            yield book(number)


@pytest.mark.parametrize("verb", ["put_many", "put_all"])
def test_an_iterator_is_written_whole_a_portion_at_a_time(verb: str) -> None:
    engine, books = Taking(), Drawn(PORTION + 30)

    result: BatchResult[Book] = getattr(Shelf(engine), verb)(iter(books))

    assert (PORTION + 30, (), 2 + 2, 4.0) == (
        result.done,
        result.left,
        result.requests,
        result.capacity,
    )
    assert PORTION + 30 == engine.taken


def test_no_more_is_drawn_than_is_written_next() -> None:
    engine, books = Taking(until=0), Drawn(3 * PORTION)
    drawn: list[int] = []
    send = engine.send

    def noted(request: Request) -> Mapping[str, Any]:
        drawn.append(books.drawn)
        return send(request)

    engine.send = noted  # type: ignore[method-assign]
    result = Shelf(engine).put_many(iter(books), deadline=timedelta(seconds=1))

    assert {PORTION} == set(drawn)
    # Nothing that was handed in is dropped: what was not written comes back, to the last one.
    assert [book(number) for number in range(3 * PORTION)] == list(result.left)


def test_of_equal_keys_the_last_one_counts_across_portions() -> None:
    engine = Taking()
    twice = [book(1, title="first"), *(book(n) for n in range(2, PORTION + 2)), book(1, title="2")]

    assert len(twice) == Shelf(engine).put_many(iter(twice)).done
    assert engine.kept is not None
    assert "2" == engine.kept["1"]


def test_after_a_portion_that_is_left_nothing_more_is_sent() -> None:
    engine = Taking(until=PORTION + 25)

    result = Shelf(engine).put_many(iter(Drawn(3 * PORTION)), deadline=timedelta(seconds=1))

    assert isinstance(result.error, Throttled | ServiceFailed)
    assert (PORTION + 25, 2 * PORTION - 25) == (result.done, len(result.left))
    assert PORTION + 25 == engine.taken


def test_what_cannot_be_stored_says_how_many_were_stored_before() -> None:
    def books() -> Iterator[Book]:
        yield from (book(number) for number in range(PORTION))
        yield book(1, title="\ud800")

    engine = Taking()
    with pytest.raises(InputError) as caught:
        Shelf(engine).put_many(books())

    assert ("value.lone_surrogate", PORTION) == (caught.value.code, caught.value.details["done"])
    assert PORTION == engine.taken


def test_one_deadline_holds_for_all_portions() -> None:
    engine = Taking()
    send = engine.send

    def slow(request: Request) -> Mapping[str, Any]:
        engine.clock.sleep(1)
        return send(request)

    engine.send = slow  # type: ignore[method-assign]
    engine.until = PORTION
    result = Shelf(engine).put_many(iter(Drawn(2 * PORTION)), deadline=timedelta(seconds=3))

    # The first portion takes two of the seconds; the second is sent once and not again.
    assert (PORTION, PORTION) == (result.done, len(result.left))
    assert 2 + 2 == len(engine.clock.slept)


def test_an_awaited_put_takes_an_iterator_too() -> None:
    engine = Taking()
    shelf = Shelf(AsyncClientEngine(engine))

    assert 30 == asyncio.run(shelf.aput_many(iter(Drawn(30)))).done
    assert 30 == engine.taken


@pytest.mark.parametrize(
    ("few", "many"), [(2, 12), pytest.param(20, 2_000, marks=pytest.mark.full)]
)
def test_the_memory_is_that_of_a_portion_however_many_there_are(few: int, many: int) -> None:
    def peak(portions: int) -> int:
        # Not by the repository: each request of its would be looked at for what DynamoDB refuses.
        engine, minute = Taking(kept=False), timedelta(minutes=1)
        context = Shelf(engine).context
        books = iter(Drawn(portions * PORTION))
        tracemalloc.start()
        drive(put_portions(put_many, context, books, deadline=minute), engine)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)

    # Less than two small objects a portion are counted, free ones that CPython keeps among them;
    # one entity alone is larger, and a portion holds fifty.
    assert peak(many) - peak(few) < 50_000 + 100 * (many - few)
