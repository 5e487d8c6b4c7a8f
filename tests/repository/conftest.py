"""A shelf of books: one table with everything a repository deals with, and engines to hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

import pytest

from tabledesign import (
    Entity,
    Index,
    Key,
    Lookup,
    Lookups,
    Query,
    Range,
    Repository,
    StartsWith,
    Table,
    View,
    access_pattern,
    collection,
    field,
)
from tabledesign.codec import EpochSeconds
from tabledesign.design.definition import table_definition
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.wire import Request

table = Table(
    "shelf",
    global_indexes=(
        "gsi1",
        Index("by_year", projection=("genre",)),
        Index("prices", projection=("price",)),
    ),
    ttl="expires",
)
guarded = Table("guarded", global_indexes=("gsi1", Index("names", projection="keys")), tenants=True)


class Genre(Enum):
    NOVEL = "novel"
    ESSAY = "essay"


class Book(Entity, table=table):
    shelf: str
    number: int
    title: str
    genre: Genre = Genre.NOVEL
    year: int = 2000
    price: int = 1
    lent: date | None = None
    expires: Annotated[datetime | None, EpochSeconds()] = None

    by_id = Key(label="shelf", partition="shelf", sort="number")
    by_title = Key("gsi1", partition="shelf", sort=("title", "number"))
    by_year = Key("by_year", partition="shelf", sort=("year", "number"))
    priced = Key("prices", partition="shelf", sort=("year", "number"))


class Plate(Entity, table=table):
    """What is written on a shelf; it stands before the books."""

    shelf: str
    text: str

    by_id = Key(label="shelf", partition="shelf")


class Note(Entity, table=table):
    note_id: str
    text: str = ""

    by_id = Key(partition="note_id")


class Secret(Entity, table=guarded):
    name: str
    group: str
    rank: int = 0

    by_id = Key(partition="name")
    of_group = Key("gsi1", partition="group", sort=("rank", "name"))
    named = Key("names", partition="group", sort="name")


class Year(View, of=Book):
    shelf: str
    number: int
    year: int = 2000


class Name(View, of=Secret):
    group: str
    name: str


class Title(View, of=Book):
    number: int
    title: str


class Price(View, of=Book):
    number: int
    price: int = 1


class Shelf(Repository, table=table):
    @access_pattern
    def book(self, shelf: str, number: int) -> Lookup[Book]:
        """A book by its place."""
        return Book.by_id.get(shelf=shelf, number=number)

    @access_pattern
    def books(self, shelf: str) -> Query[Book]:
        """The books of a shelf, in order."""
        return Book.by_id.query(shelf=shelf)

    @access_pattern
    def books_backwards(self, shelf: str) -> Query[Book]:
        """The books of a shelf, the last one first."""
        return Book.by_id.query(shelf=shelf).latest_first()

    @access_pattern
    def numbered(self, shelf: str, numbers: Range[int]) -> Query[Book]:
        """The books of a shelf with numbers in a range."""
        return Book.by_id.query(shelf=shelf, number=numbers)

    @access_pattern
    def upto(self, shelf: str, last: int) -> Query[Book]:
        """The books of a shelf up to a number."""
        return Book.by_id.query(shelf=shelf, number=Range.at_most(last))

    @access_pattern
    def titled(self, place: str, title: str) -> Query[Book]:
        """The books of a shelf with a title."""
        return Book.by_title.query(shelf=place, title=title)

    @access_pattern
    def by_title(self, shelf: str) -> Query[Book]:
        """The books of a shelf by title."""
        return Book.by_title.query(shelf=shelf)

    @access_pattern
    def beginning(self, shelf: str, text: StartsWith) -> Query[Book]:
        """The books of a shelf whose titles begin with a text."""
        return Book.by_title.query(shelf=shelf, title=text)

    @access_pattern
    def of_genre(self, shelf: str, genre: Genre) -> Query[Book]:
        """The books of a shelf that are of a genre."""
        return Book.by_id.query(shelf=shelf).where(field("genre").equals(genre))

    @access_pattern
    def of_genre_backwards(self, shelf: str, genre: Genre) -> Query[Book]:
        """The books of a shelf that are of a genre, the last one first."""
        return Book.by_id.query(shelf=shelf).where(field("genre").equals(genre)).latest_first()

    @access_pattern
    def years(self, shelf: str) -> Query[Year]:
        """When the books of a shelf appeared, oldest first."""
        return Book.by_year.query(shelf=shelf).as_view(Year)

    @access_pattern
    def titles(self, shelf: str) -> Query[Title]:
        """What the books of a shelf are called, by title."""
        return Book.by_title.query(shelf=shelf).as_view(Title)

    @access_pattern
    def prices(self, shelf: str) -> Query[Price]:
        """What the books of a shelf cost, oldest first."""
        return Book.priced.query(shelf=shelf).as_view(Price)

    @access_pattern
    def whole(self, shelf: str) -> Query[Plate | Book]:
        """A shelf with its plate and its books."""
        return collection(Plate.by_id, Book.by_id).query(shelf=shelf)

    @access_pattern
    def notes(self, note_ids: Sequence[str]) -> Lookups[Note]:
        """Notes by their ids."""
        return Note.by_id.get_many(note_id=note_ids)


class Vault(Repository, table=guarded):
    @access_pattern
    def secret(self, name: str) -> Lookup[Secret]:
        """A secret by name."""
        return Secret.by_id.get(name=name)

    @access_pattern
    def of_group(self, group: str) -> Query[Secret]:
        """The secrets of a group."""
        return Secret.of_group.query(group=group)

    @access_pattern
    def names(self, group: str) -> Query[Name]:
        """The names of a group's secrets, from an index that holds nothing but keys."""
        return Secret.named.query(group=group).as_view(Name)

    @access_pattern
    def named(self, names: Sequence[str]) -> Lookups[Secret]:
        """Secrets by their names."""
        return Secret.by_id.get_many(name=names)


def book(number: int = 1, *, shelf: str = "a", **fields: Any) -> Book:
    """A book; what is not given does not matter."""
    values: dict[str, Any] = {"shelf": shelf, "number": number, "title": f"book {number}"}
    return Book(**{**values, **fields})


@pytest.fixture(scope="session")
def store() -> Iterator[EmbeddedEngine]:
    """One embedded engine for all: its boto3 client takes a while to make."""
    with embedded() as engine:
        yield engine


@pytest.fixture
def engine(store: EmbeddedEngine) -> Iterator[EmbeddedEngine]:
    """The embedded engine with fresh tables."""
    for each in (table, guarded):
        store.send(Request("CreateTable", table_definition(each)))
    yield store
    for each in (table, guarded):
        store.send(Request("DeleteTable", {"TableName": each.name}))


@pytest.fixture
def shelf(engine: EmbeddedEngine) -> Shelf:
    return Shelf(engine)


@pytest.fixture
def watched(engine: EmbeddedEngine) -> ScriptedEngine:
    """The embedded engine, with every request on record and a clock that stands still."""
    return ScriptedEngine(engine)


@pytest.fixture
def silent() -> ScriptedEngine:
    """An engine that nothing may be sent to."""
    return ScriptedEngine()
