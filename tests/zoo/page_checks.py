"""What must hold of reads and batches: every row once, none in silence, in = done + left."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tabledesign import Range
from tabledesign.design.definition import table_definition
from tabledesign.engine.embedded import embedded
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.patterns.writes import item_of
from tabledesign.testing.partial import PartialBatches
from tabledesign.testing.source import Seeded
from tabledesign.testing.strict import Strict
from tabledesign.wire import Request

from ..repository.conftest import Book, Genre, Note, Shelf, book, table
from .check import Check, source_of

__all__ = ["PAGE_CHECKS", "shelf_engine"]

EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)
KEY = b"a key that signs the zoo's cursors"
MOST_REQUESTS = 300


@contextmanager
def shelf_engine() -> Generator[Engine]:
    """The embedded engine with an empty shelf."""
    with embedded() as engine:
        engine.send(Request("CreateTable", table_definition(table)))
        yield engine


def _stocked(random: Random, shelf: Shelf, engine: Engine, name: str) -> list[tuple[Book, bool]]:
    """Books on a shelf of that name, some of them expired, some unreadable."""
    stored: list[tuple[Book, bool]] = []
    for number in sorted(random.sample(range(40), random.randint(0, 12))):
        each = book(
            number,
            shelf=name,
            genre=random.choice(list(Genre)),
            title=f"title {number % 3}",
            expires=EXPIRED if random.random() < 0.3 else None,
        )
        poisoned = random.random() < 0.25
        item = item_of(each, None)
        if poisoned:
            item["price"] = {"S": "much"}
        engine.send(Request("PutItem", {"TableName": table.name, "Item": item}))
        stored.append((each, poisoned))
    return stored


Asked = tuple[Any, Callable[[Book], bool], bool, Callable[[Book], Any]]


def _question(random: Random, shelf: Shelf, name: str) -> Asked:
    """A question, which books it means, whether backwards, and by what they are in order."""
    low = random.randrange(40)

    def every(_: Book) -> bool:
        return True

    def essay(each: Book) -> bool:
        return each.genre is Genre.ESSAY

    def from_low(each: Book) -> bool:
        return each.number >= low

    def number(each: Book) -> int:
        return each.number

    def title(each: Book) -> tuple[str, int]:
        return each.title, each.number

    options: tuple[Asked, ...] = (
        (shelf.books(name), every, False, number),
        (shelf.books_backwards(name), every, True, number),
        (shelf.of_genre(name, Genre.ESSAY), essay, False, number),
        (shelf.of_genre_backwards(name, Genre.ESSAY), essay, True, number),
        (shelf.numbered(name, Range.at_least(low)), from_low, False, number),
        (shelf.by_title(name), every, False, title),
    )
    return random.choice(options)


def _walks(seed: int) -> Iterator[None]:
    """A walk in pages, the whole answer and the count agree with what is stored."""
    with shelf_engine() as engine:
        number = 0
        while True:
            shelf = Shelf(Strict(Impatient(engine), table), cursor_keys=KEY)
            random, name = source_of("walks", seed, number), f"shelf {number}"
            number += 1
            stored = _stocked(random, shelf, engine, name)
            question, means, backwards, place = _question(random, shelf, name)
            meant = sorted((b for b in stored if means(b[0])), key=lambda b: place(b[0]))
            meant = [b for b in (meant[::-1] if backwards else meant) if b[0].expires is None]
            readable = [b.number for b, poisoned in meant if not poisoned]
            lost = len(meant) - len(readable)
            options = {
                "limit": random.randint(1, 4),
                "evaluate": random.choice((None, None, 1, 2, 5)),
                "requests": random.choice((None, 1, 2)),
            }
            found, unreadable = _walked(question, options)
            assert (readable, lost) == (found, unreadable), (stored, options)
            assert readable == [each.number for each in question], stored
            assert len(meant) == question.count(), f"{question.count()} are counted: {stored}"
            yield


def _walked(question: Any, options: dict[str, Any]) -> tuple[list[int], int]:
    found: list[int] = []
    unreadable, cursor = 0, None
    for _ in range(100):
        page = question.page(cursor=cursor, **options)
        assert len(page.items) <= options["limit"], "more rows than were wanted"
        found += [each.number for each in page.items]
        unreadable += len(page.unreadable)
        if not page.more:
            return found, unreadable
        cursor = page.cursor
    raise AssertionError("the walk does not end")


class Impatient:
    """An engine that is not asked more than so often."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.requests = 0

    def send(self, request: Request) -> Any:
        self.requests += 1
        assert self.requests <= MOST_REQUESTS, "the table is asked again and again"
        return self.engine.send(request)


def _partial(random: Random, engine: Engine, percents: Sequence[int]) -> Shelf:
    source = Seeded(random.getrandbits(32))
    partial = PartialBatches(Strict(engine, table), source, percent=random.choice(percents))
    return Shelf(ScriptedEngine(Impatient(partial)))


def _batch_writes(seed: int) -> Iterator[None]:
    """What a batch took in is done or left over, and the last of equal keys is stored."""
    with shelf_engine() as engine:
        number = 0
        while True:
            random, name = source_of("batches", seed, number), f"shelf {number}"
            number += 1
            entities = [
                book(random.randrange(40), shelf=name, title=f"version {version}")
                for version in range(random.choice((0, 1, 5, 40)))
            ]
            shelf = _partial(random, engine, (0, 20, 60, 100))
            result = shelf.put_many(entities, deadline=timedelta(seconds=30))
            assert result.done + len(result.left) == len(entities), "in is not done and left"
            last = {each.number: each for each in entities}
            left: Any = result.left
            for each in left:
                assert last.pop(each.number) == each, "what is left is not the last of its key"
            found = {each.number: each for each in Shelf(engine).books(name)}
            assert found == last, f"stored are {sorted(found)} and must be {sorted(last)}"
            yield


def _batch_reads(seed: int) -> Iterator[None]:
    """One entry for each key asked for, in that order, None where nothing is."""
    with shelf_engine() as engine:
        ids = [str(each) for each in range(12)]
        there = {each: Note(note_id=each, text=f"note {each}") for each in ids[::2]}
        Shelf(engine).put_many(list(there.values()))
        number = 0
        while True:
            random = source_of("gets", seed, number)
            number += 1
            asked = random.choices(ids, k=random.randrange(9))
            found = _partial(random, engine, (75, 100)).notes(asked).all()
            assert found == [there.get(each) for each in asked], (asked, found)
            yield


PAGE_CHECKS = (
    Check("pages.walks", "a walk gives every row once and hides none", _walks, 80),
    Check("batches.writes", "in = done + left over, exactly", _batch_writes, 100),
    Check("batches.reads", "a batch get answers key by key", _batch_reads, 300),
)
