"""Walks of a partition, page by page; and cursors that belong to another question."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from tabledesign import CursorInvalid, InputError, Query, Range
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.engine.scripted import ScriptedEngine

from .conftest import Book, Genre, Secret, Shelf, Vault, book

ROWS = 60
EXPIRED = datetime(2020, 1, 1, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32


@pytest.fixture
def full(engine: EmbeddedEngine) -> Shelf:
    """A shelf of 60 books: every third an essay, every seventh expired; another shelf beside."""
    shelf = Shelf(engine)
    books = [
        book(
            number,
            genre=Genre.ESSAY if number % 3 == 0 else Genre.NOVEL,
            expires=EXPIRED if number % 7 == 0 else None,
            title=f"title {number % 5}",
        )
        for number in range(ROWS)
    ]
    result = shelf.put_many([*books, book(1, shelf="b")])
    assert ROWS + 1 == result.done
    return shelf


def walk(question: Query[Book], limit: int, **options: Any) -> Iterator[list[int]]:
    """The numbers on each page; a walk that does not end is cut off."""
    cursor = None
    for _ in range(5 * ROWS):
        page = question.page(limit, cursor, **options)
        yield [each.number for each in page]
        if not page.more:
            return
        cursor = page.cursor
        assert cursor is not None
    raise AssertionError("the walk does not end")


ALIVE = [number for number in range(ROWS) if number % 7]
ESSAYS = [number for number in ALIVE if number % 3 == 0]
QUESTIONS: dict[str, tuple[Callable[[Shelf], Query[Book]], list[int]]] = {
    "forwards": (lambda s: s.books("a"), ALIVE),
    "backwards": (lambda s: s.books_backwards("a"), ALIVE[::-1]),
    "turned round": (lambda s: s.books("a").reversed(), ALIVE[::-1]),
    "turned back": (lambda s: s.books_backwards("a").reversed(), ALIVE),
    "filtered, turned round": (lambda s: s.of_genre("a", Genre.ESSAY).reversed(), ESSAYS[::-1]),
    "filtered": (lambda s: s.of_genre("a", Genre.ESSAY), ESSAYS),
    "filtered backwards": (lambda s: s.of_genre_backwards("a", Genre.ESSAY), ESSAYS[::-1]),
    "a range": (lambda s: s.numbered("a", Range(10, 40)), [n for n in ALIVE if 10 <= n <= 40]),
    "an index": (lambda s: s.by_title("a"), sorted(ALIVE, key=lambda n: (n % 5, n))),
}


@pytest.mark.parametrize("limit", range(1, 8))
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_walk_gives_each_row_exactly_once(name: str, limit: int, full: Shelf) -> None:
    ask, expected = QUESTIONS[name]
    pages = list(walk(ask(full), limit))

    assert expected == [number for page in pages for number in page]
    assert all(len(page) == limit for page in pages[:-2])


@pytest.mark.parametrize("evaluate", [1, 2, 5])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_walk_by_rows_evaluated_gives_each_row_exactly_once(
    name: str, evaluate: int, full: Shelf
) -> None:
    ask, expected = QUESTIONS[name]
    pages = list(walk(ask(full), 4, evaluate=evaluate, requests=1))

    assert expected == [number for page in pages for number in page]


@pytest.mark.parametrize("name", QUESTIONS)
def test_iterating_gives_what_a_walk_gives(name: str, full: Shelf) -> None:
    ask, expected = QUESTIONS[name]

    assert expected == [each.number for each in ask(full)]


def test_the_last_page_has_no_cursor(full: Shelf) -> None:
    page = full.books("b").page(limit=5)

    assert (None, False) == (page.cursor, page.more)


def test_a_full_last_page_may_be_followed_by_an_empty_one_and_no_more(full: Shelf) -> None:
    page = full.books("b").page(limit=1)
    if page.more:
        page = full.books("b").page(limit=1, cursor=page.cursor)
        assert () == page.items

    assert page.cursor is None


def signed(engine: object, **options: Any) -> Shelf:
    return Shelf(engine, cursor_keys=KEY, **options)


FOREIGN: dict[str, Callable[[Any, str], Any]] = {
    "another pattern": (lambda e, c: signed(e).by_title("a").page(5, c)),
    "another argument": (lambda e, c: signed(e).books("b").page(5, c)),
    "another direction": (lambda e, c: signed(e).books_backwards("a").page(5, c)),
    "turned round": (lambda e, c: signed(e).books("a").reversed().page(5, c)),
    "another table": (lambda e, c: signed(e, table_name="other").books("a").page(5, c)),
    "another key": (lambda e, c: Shelf(e, cursor_keys=OTHER_KEY).books("a").page(5, c)),
    "a filter": (lambda e, c: signed(e).of_genre("a", Genre.ESSAY).page(5, c)),
    "a range": (lambda e, c: signed(e).numbered("a", Range.at_least(0)).page(5, c)),
    "a changed letter": (lambda e, c: signed(e).books("a").page(5, c[:-1] + "AB"[c[-1] == "A"])),
    "a cut": (lambda e, c: signed(e).books("a").page(5, c[:-4])),
    "no text": (lambda e, c: signed(e).books("a").page(5, cast("str", 5))),
    "an empty text": (lambda e, c: signed(e).books("a").page(5, "")),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_a_cursor_of_another_question_is_refused_before_any_request(
    name: str, full: Shelf, engine: EmbeddedEngine, silent: ScriptedEngine
) -> None:
    cursor = signed(engine).books("a").page(5).cursor
    assert cursor is not None
    with pytest.raises(CursorInvalid, match="start again without it") as caught:
        FOREIGN[name](silent, cursor)

    assert "cursor" == caught.value.field
    assert [] == silent.requests


def test_a_cursor_is_good_for_its_own_question_only_once_bound_to_a_range(
    full: Shelf, engine: EmbeddedEngine, silent: ScriptedEngine
) -> None:
    cursor = signed(engine).numbered("a", Range(0, 40)).page(5).cursor
    with pytest.raises(CursorInvalid):
        signed(silent).numbered("a", Range(0, 41)).page(5, cursor)

    assert 5 == len(signed(engine).numbered("a", Range(0, 40)).page(5, cursor))


def test_a_cursor_expires(full: Shelf, engine: EmbeddedEngine) -> None:
    watched = ScriptedEngine(engine)
    shelf = signed(watched, cursor_lifetime=timedelta(minutes=5))
    cursor = shelf.books("a").page(5).cursor
    watched.clock.sleep(299)
    assert 5 == len(shelf.books("a").page(5, cursor))
    watched.clock.sleep(1)
    sent = len(watched.requests)
    with pytest.raises(CursorInvalid):
        shelf.books("a").page(5, cursor)

    assert sent == len(watched.requests)


def test_two_keys_serve_during_a_rotation(full: Shelf, engine: EmbeddedEngine) -> None:
    cursor = signed(engine).books("a").page(5).cursor
    rotated = Shelf(engine, cursor_keys=[OTHER_KEY, KEY])

    assert 5 == len(rotated.books("a").page(5, cursor))


def test_without_keys_the_rows_are_handed_out_and_the_cursor_is_refused(
    full: Shelf, watched: ScriptedEngine
) -> None:
    page = Shelf(watched).books("a").page(5)

    assert 5 == len(page)
    assert page.more
    with pytest.raises(InputError, match="cursor_keys="):
        _ = page.cursor


def test_without_keys_a_cursor_is_refused_before_any_request(silent: ScriptedEngine) -> None:
    with pytest.raises(InputError, match="cursor_keys="):
        Shelf(silent).books("a").page(5, "AAAA")

    assert [] == silent.requests


def test_the_embedded_engine_brings_its_own_key_and_shares_it_with_none(
    full: Shelf, silent: ScriptedEngine
) -> None:
    cursor = full.books("a").page(5).cursor
    with pytest.raises(CursorInvalid):
        signed(silent).books("a").page(5, cursor)


def test_a_weak_cursor_key_is_refused_without_being_shown(silent: ScriptedEngine) -> None:
    with pytest.raises(InputError, match="at least 32") as caught:
        Shelf(silent, cursor_keys=b"hunter2")

    assert "hunter2" not in str(caught.value)


def test_a_cursor_of_another_tenant_is_refused_before_any_request(
    engine: EmbeddedEngine, silent: ScriptedEngine
) -> None:
    vault = Vault(engine, tenant="acme", cursor_keys=KEY)
    vault.put_many([Secret(name=str(number), group="g") for number in range(9)])
    cursor = vault.of_group("g").page(5).cursor
    with pytest.raises(CursorInvalid):
        Vault(silent, tenant="acme2", cursor_keys=KEY).of_group("g").page(5, cursor)

    assert [] == silent.requests
    assert 4 == len(vault.of_group("g").page(5, cursor))


def test_a_sealed_cursor_shows_nothing_and_continues_as_a_signed_one(
    engine: EmbeddedEngine, full: Shelf
) -> None:
    books = signed(engine).books("a")
    open_, sealed = books.page(5).cursor, books.page(5, sealed=True).cursor
    assert open_ is not None
    assert sealed is not None

    assert (True, False) == tuple(b"Book#" in urlsafe_b64decode(c + "==") for c in (open_, sealed))
    assert books.page(5, open_).items == books.page(5, sealed).items
