"""Composite keys: sparse rule, absent marks, labels, parsing."""

from __future__ import annotations

from datetime import date

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import Day, Integer, Text


def test_a_key_is_absent_while_a_part_is_none_or_missing() -> None:
    key = Composite((Label("Task"), Part("due", Day()), Part("id", Text())))
    assert key.render({"due": None, "id": "x"}) is None
    assert key.render({"id": "x"}) is None


@pytest.mark.parametrize(("absent", "text"), [("first", "Task#!#x#"), ("last", "Task#~#x#")])
def test_a_part_may_come_first_or_last_when_absent(absent: str, text: str) -> None:
    placed = Part("due", Day(), "first" if absent == "first" else "last")
    key = Composite((Label("Task"), placed, Part("id", Text())))
    assert text == key.render({"due": None, "id": "x"})
    assert {"due": None, "id": "x"} == key.parse(text)


def test_a_part_of_text_cannot_come_last_when_absent() -> None:
    with pytest.raises(ValueError, match="declare its absence first"):
        Part("name", Text(), "last")


def test_a_text_that_looks_like_a_mark_is_not_one() -> None:
    key = Composite((Part("name", Text(), "first"),))
    assert ["!#", "%21#", "~#"] == [key.render({"name": name}) for name in (None, "!", "~")]


@pytest.mark.parametrize("text", ["", "\ud800"])
def test_a_label_needs_text(text: str) -> None:
    with pytest.raises(ValueError, match="a label needs"):
        Label(text)


def test_a_label_is_escaped() -> None:
    assert "a%23b#" == Composite((Label("a#b"),)).render({})


def test_a_field_stands_once_in_a_key() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        Composite((Part("a", Text()), Part("a", Text())))


def test_a_key_without_components_is_an_empty_text() -> None:
    assert "" == Composite(()).render({})
    assert {} == Composite(()).parse("")


def test_a_prefix_reaches_to_the_next_part_over_labels() -> None:
    key = Composite((Label("T"), Part("a", Text()), Label("L"), Part("b", Text())))
    assert ["T#", "T#x#L#", "T#x#L#y#"] == [
        key.prefix(given) for given in ({}, {"a": "x"}, {"a": "x", "b": "y"})
    ]


def test_a_skipped_part_is_named() -> None:
    key = Composite((Part("a", Text()), Part("b", Text()), Part("c", Text())))
    with pytest.raises(InputError, match="give 'b' too") as caught:
        key.prefix({"a": "x", "c": "y"})
    assert ("key.skipped_part", "b") == (caught.value.code, caught.value.field)


def test_a_name_that_is_no_part_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError, match="its parts are: a") as caught:
        Composite((Part("a", Text()),)).prefix({"z": "x"})
    assert ("key.unknown_part", "z") == (caught.value.code, caught.value.field)


@pytest.mark.parametrize(
    "text", ["", "Task", "Task#", "Task#2026-01-01#1#", "task#2026-01-01#", "Task#2026-01-1#"]
)
def test_a_text_of_another_shape_is_not_parsed(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Composite((Label("Task"), Part("due", Day()))).parse(text)


def test_a_key_parses_back_into_typed_values() -> None:
    key = Composite((Label("T"), Part("due", Day()), Part("n", Integer()), Part("name", Text())))
    values = {"due": date(2026, 11, 23), "n": -5, "name": "a#b"}
    assert values == key.parse(key.render(values) or "")
