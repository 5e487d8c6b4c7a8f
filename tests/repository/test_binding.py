"""Arguments that do not fit are refused before any request, by name, kind and remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, cast

import pytest

from tabledesign import Change, InputError, Lookup, Range, Repository, StartsWith, access_pattern
from tabledesign.engine.scripted import ScriptedEngine

from .conftest import Book, Genre, Note, Shelf, table

NOVEL = Genre.NOVEL

WRONG: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "a number for a text": (lambda s: s.books(7).page(), "shelf", "int"),
    "a text for a number": (lambda s: s.book("a", "1").first(), "number", "str"),
    "a truth for a number": (lambda s: s.book("a", True).first(), "number", "bool"),
    "None in the partition": (lambda s: s.books(None).page(), "shelf", "None"),
    "None in the sort key": (lambda s: s.book("a", None).first(), "number", "None"),
    "None for a range": (lambda s: s.numbered("a", None).page(), "numbers", "NoneType"),
    "a number for a range": (lambda s: s.numbered("a", 5).page(), "numbers", "int"),
    "a beginning for a range": (
        lambda s: s.numbered("a", StartsWith("1")).page(), "numbers", "StartsWith"),
    "a range for a beginning": (lambda s: s.beginning("a", Range("b")).page(), "text", "Range"),
    "a text for a beginning": (lambda s: s.beginning("a", "b").page(), "text", "str"),
    "texts in a range of numbers": (
        lambda s: s.numbered("a", Range("1", "2")).page(), "numbers", "str"),
    "None for the end of a range": (lambda s: s.upto("a", None).page(), "last", "None"),
    "another name than the part's": (lambda s: s.titled(7, "x").page(), "place", "int"),
    "a lone text for a list": (lambda s: s.notes("a").all(), "note_ids", "str"),
    "a set for a list": (lambda s: s.notes({"a"}).all(), "note_ids", "set"),
    "None in a list": (lambda s: s.notes(["a", None]).all(), "note_ids", "None"),
    "a number in a list": (lambda s: s.notes(["a", 1]).all(), "note_ids", "int"),
    "a text for a filter's choice": (lambda s: s.of_genre("a", 5).page(), "genre", "int"),
    "an empty text": (lambda s: s.books("").page(), "shelf", ""),
    "a key that is too long": (lambda s: s.books("é" * 1_025).page(), "shelf", "2,048"),
    "a sort key that is too long": (lambda s: s.titled("a", "x" * 1_100).page(), "title", ""),
    "None in the key of get": (lambda s: s.get(Note.by_id(note_id=None)), "note_id", "None"),
    "None in the key of update": (
        lambda s: s.update(Note.by_id(note_id=None), Change().set(text="x")), "note_id", "None"),
    "None in the key of delete": (lambda s: s.delete(Note.by_id(note_id=None)), "note_id", "None"),
    "a number for the key of get": (lambda s: s.get(Note.by_id(note_id=1)), "note_id", "int"),
    "limit 0": (lambda s: s.books("a").page(limit=0), "limit", "0"),
    "limit as text": (lambda s: s.books("a").page(limit="5"), "limit", "str"),
    "limit as truth": (lambda s: s.books("a").page(limit=True), "limit", "bool"),
    "limit as fraction": (lambda s: s.books("a").page(limit=2.5), "limit", "float"),
    "evaluate -1": (lambda s: s.books("a").page(evaluate=-1), "evaluate", "-1"),
    "requests 0": (lambda s: s.books("a").page(requests=0), "requests", "0"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_argument_of_the_wrong_kind_is_named_before_any_request(
    name: str, silent: ScriptedEngine
) -> None:
    ask, field, kind = WRONG[name]
    with pytest.raises(InputError) as caught:
        ask(Shelf(silent))

    assert field == caught.value.field
    assert field in caught.value.message
    assert kind.replace(",", "") in caught.value.message.replace(",", "")
    assert any(mark in caught.value.message for mark in (";", "give"))
    assert [] == silent.requests


def test_a_reversed_range_is_refused_when_it_is_made() -> None:
    with pytest.raises(InputError, match="swap its ends"):
        Range(date(2026, 11, 29), date(2026, 11, 23))


def test_a_long_value_is_not_repeated_in_the_message(silent: ScriptedEngine) -> None:
    with pytest.raises(InputError) as caught:
        Shelf(silent).books("secret" * 400).page()

    assert "secretsecret" not in str(caught.value)


EMPTY = Range(3, 3, include_end=False)


def test_an_empty_range_is_answered_without_a_request(silent: ScriptedEngine) -> None:
    question = Shelf(silent).numbered("a", EMPTY)

    assert [] == list(question)
    assert () == question.page().items
    assert not question.page().more
    assert question.first() is None
    assert 0 == question.count()
    assert {} == question.request()
    assert "(empty)" in question.explain()
    assert [] == silent.requests


def test_an_empty_list_is_answered_without_a_request(silent: ScriptedEngine) -> None:
    assert [] == Shelf(silent).notes([]).all()
    assert [] == silent.requests


def test_explaining_and_showing_the_request_send_nothing(silent: ScriptedEngine) -> None:
    shelf = Shelf(silent)
    for question in (shelf.book("a", 1), shelf.books("a"), shelf.notes(["1"]), shelf.whole("a")):
        assert question.explain()
        assert question.request()["ReturnConsumedCapacity"] == "TOTAL"

    assert [] == silent.requests


def test_what_is_shown_is_what_is_sent(watched: ScriptedEngine) -> None:
    shelf = Shelf(watched)
    for question in (shelf.numbered("a", Range(1, 5)), shelf.of_genre_backwards("a", NOVEL)):
        question.page()
        assert question.request() == watched.requests[-1].parameters


def test_the_question_of_an_unbound_pattern_says_what_to_do() -> None:
    with pytest.raises(InputError, match="call the access pattern on a repository"):
        list(Book.by_id.query(shelf="a"))


def test_a_call_with_missing_arguments_is_pythons_own_error(silent: ScriptedEngine) -> None:
    with pytest.raises(TypeError, match="shelf"):
        cast("Any", Shelf(silent)).books()


class Named(Repository, table=table):
    @access_pattern
    def book(self, shelf: str, *, number: int) -> Lookup[Book]:
        """A book by its number, which is given by name."""
        return Book.by_id.get(shelf=shelf, number=number)


table.repositories.pop(Named.__qualname__)


def test_arguments_are_the_same_by_position_and_by_name(silent: ScriptedEngine) -> None:
    shelf, named = Shelf(silent), Named(silent)
    asked = shelf.book("a", 1).request()
    assert asked == shelf.book(number=1, shelf="a").request() == shelf.book("a", number=1).request()
    assert asked == named.book("a", number=1).request()


REFUSED_BY_PYTHON: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
    "by position": (("a", 1), {}),
    "none": ((), {}),
    "one more": (("a",), {"number": 1, "more": 2}),
    "twice": (("a", 1), {"number": 1}),
}


@pytest.mark.parametrize("given", REFUSED_BY_PYTHON)
def test_arguments_that_python_would_refuse_are_refused(given: str, silent: ScriptedEngine) -> None:
    by_position, by_name = REFUSED_BY_PYTHON[given]
    with pytest.raises(TypeError):
        cast("Any", Named(silent)).book(*by_position, **by_name)


def test_an_identity_needs_exactly_the_parts_of_the_primary_key() -> None:
    with pytest.raises(InputError, match="needs exactly shelf, number; given: shelf"):
        Book.by_id(shelf="a")
    with pytest.raises(InputError, match="only the primary key identifies an item"):
        Book.by_title(shelf="a", title="x", number=1)


def test_a_sequence_of_any_kind_is_taken(watched: ScriptedEngine) -> None:
    wanted: Sequence[str] = ("1", "2")
    assert [None, None] == Shelf(watched).notes(wanted).all()
