"""A change is a value: what each of its methods adds to it, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest

from tabledesign import Change, InputError, field
from tabledesign.expressions import (
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Clause,
    Discard,
    Increment,
    Prepend,
    Remove,
    attribute,
)

A, B = attribute("a"), attribute("b")
INSIDE = field("a")["city"]
UNTYPED = cast("Any", Change())

MADE: list[tuple[Change, list[Clause]]] = [
    (Change().set(a=1, b=None), [Assign(A, 1), Assign(B, None)]),
    (Change().set_if_absent(a=1, b=2), [AssignIfAbsent(A, 1), AssignIfAbsent(B, 2)]),
    (Change().remove("a", "b"), [Remove(A), Remove(B)]),
    (Change().add(a=1), [Increment(A, 1, when_absent=0)]),
    (Change().subtract(a=1), [Increment(A, -1, when_absent=0)]),
    (Change().subtract(a=Decimal("0.1")), [Increment(A, Decimal("-0.1"), when_absent=0)]),
    (Change().subtract(a=0.5), [Increment(A, -0.5, when_absent=0)]),
    (Change().increment("a"), [Increment(A, 1)]),
    (Change().increment("a", 2), [Increment(A, 2)]),
    (Change().append(a=(1, 2)), [Append(A, [1, 2], when_absent=[])]),
    (Change().prepend(a=[1]), [Prepend(A, [1], when_absent=[])]),
    (Change().add_to(a={1}), [Add(A, {1})]),
    (Change().discard_from(a={1}), [Discard(A, {1})]),
    (Change().set_at(INSIDE, "Oslo"), [Assign(INSIDE, "Oslo")]),
    (Change().remove_at(INSIDE), [Remove(INSIDE)]),
    (Change().set(a=1).remove("b"), [Assign(A, 1), Remove(B)]),
]

REFUSED: list[tuple[Callable[[], object], str, str]] = [
    (lambda: Change().set(a=1).remove("a"), "change.twice", "names 'a' twice"),
    (lambda: Change().remove("a", "a"), "change.twice", "names 'a' twice"),
    (lambda: Change().append(a="text"), "change.not_a_list", "'a' is a str"),
    (lambda: Change().append(a=b"bytes"), "change.not_a_list", "'a' is a bytes"),
    (lambda: Change().append(a={"x": 1}), "change.not_a_list", "'a' is a dict"),
    (lambda: Change().prepend(a=1), "change.not_a_list", "'a' is a int"),
    (lambda: Change().subtract(a="1"), "change.not_a_number", "'a' is a str"),
    (lambda: Change().subtract(a=True), "change.not_a_number", "'a' is a bool"),
]


@pytest.mark.parametrize(("change", "clauses"), MADE)
def test_each_method_adds_its_clauses(change: Change, clauses: list[Clause]) -> None:
    assert tuple(clauses) == change.clauses


def test_a_change_is_not_changed() -> None:
    first = Change().set(a=1)
    first.remove("b")

    assert Change().set(a=1) == first


def test_a_change_inside_a_field_touches_the_field() -> None:
    assert {"a", "b"} == Change().set_at(INSIDE, 1).add(b=2).touched


@pytest.mark.parametrize(("make", "code", "words"), REFUSED)
def test_what_makes_no_change_is_refused_with_its_field(
    make: Callable[[], object], code: str, words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        make()

    assert (code, "a") == (caught.value.code, caught.value.field)
