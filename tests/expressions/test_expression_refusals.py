"""What expressions refuse: the code, the place and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tabledesign.errors import InputError
from tabledesign.expressions import (
    And,
    Clause,
    Condition,
    Not,
    Path,
    SetClause,
    attribute,
    field,
    projection,
    render,
    update,
)

EXISTS = field("a").exists()
UNTYPED = cast(Any, field("a"))


class ForeignTest(Condition):
    __slots__ = ()


class ForeignClause(SetClause):
    path = attribute("a")


REFUSED: list[tuple[str, Callable[[], object], str]] = [
    ("path.segment", lambda: attribute(""), "empty name"),
    ("path.segment", lambda: attribute("\ud800"), "not valid Unicode"),
    ("path.segment", lambda: attribute("a")[-1], "counts from 0"),
    ("path.segment", lambda: UNTYPED[True], "type bool"),
    ("path.segment", lambda: UNTYPED[None], "type NoneType"),
    ("path.segment", lambda: Path(()), "starts with an attribute"),
    ("path.segment", lambda: Path((0,)), "starts with an attribute"),
    ("path.too_deep", lambda: Path(("a",) * 33), "33 segments"),
    ("condition.truth_value", lambda: UNTYPED.exists() and EXISTS, "&, | and ~"),
    ("condition.truth_value", lambda: not UNTYPED.exists(), "&, | and ~"),
    ("condition.kind", lambda: EXISTS & cast(Any, field("b") == 1), "bool is given"),
    ("condition.kind", lambda: EXISTS | cast(Any, None), "NoneType is given"),
    ("condition.kind", lambda: Not(cast(Any, "x")), "str is given"),
    ("condition.kind", lambda: render(ForeignTest()), "no condition"),
    ("condition.parts", lambda: And((EXISTS,)), "two parts"),
    ("condition.parts", lambda: And(()), "two parts"),
    ("condition.operands", lambda: field("a").is_in([]), "one of 0 values"),
    ("condition.operands", lambda: field("a").is_in([0] * 101), "101 values"),
    ("condition.operands", lambda: UNTYPED.is_in("text"), "of type str"),
    ("condition.operands", lambda: UNTYPED.is_in({1}), "of type set"),
    ("condition.same_operand", lambda: field("a").equals(field("a")), "with itself"),
    ("condition.same_operand", lambda: field("a").contains(attribute("a")), "with itself"),
    ("condition.same_operand", lambda: field("a").begins_with(field("a")), "with itself"),
    ("condition.same_operand", lambda: field("a").between(0, field("a")), "with itself"),
    ("condition.same_operand", lambda: field("a").is_in([0, field("a")]), "with itself"),
    ("condition.same_operand", lambda: field("a").size().less(field("a").size()), "size"),
    ("condition.stored_type", lambda: UNTYPED.has_type("S"), "text_set"),
    ("update.empty", update, "changes nothing"),
    ("update.kind", lambda: update(cast(Any, "x")), "str is given"),
    ("update.kind", lambda: render(update(ForeignClause())), "no clause"),
    ("update.nested", lambda: field("a")["b"].add(1), "whole attributes"),
    ("update.nested", lambda: field("a")[0].discard({1}), "whole attributes"),
    ("update.operand", lambda: field("a").add(field("b")), "given values"),
    ("update.operand", lambda: field("a").discard(field("b")), "given values"),
    ("update.operand", lambda: field("a").assign(field("b").size()), "size"),
    ("projection.empty", projection, "no attribute"),
    ("projection.overlap", lambda: projection("a", "a"), "once"),
    ("projection.overlap", lambda: projection("a", attribute("a")["b"]), "once"),
    ("expression.too_long", lambda: render(_long("a")), "the condition is .* 4096"),
    ("expression.too_long", lambda: render(projection(*map(str, range(900)))), "the projection is"),
]


def _long(name: str) -> Condition:
    condition: Condition = field(name).is_in(list(range(100)))
    for _ in range(8):
        condition |= field(name).is_in(list(range(100)))
    return condition


@pytest.mark.parametrize(("code", "make", "words"), REFUSED)
def test_what_dynamodb_would_refuse_is_refused_before(
    code: str, make: Callable[[], object], words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        make()
    assert caught.value.code == code


@pytest.mark.parametrize(
    "paths",
    [
        (field("a"), field("a")),
        (field("a"), field("a")["b"]),
        (field("a")["b"]["c"], field("a")["b"]),
        (field("a")[0], field("a")[0]["b"]),
        (field("a")[0], field("a")["b"]),
    ],
)
def test_two_clauses_on_one_place_are_refused_with_both_named(
    paths: tuple[Path, Path],
) -> None:
    first, second = paths
    clauses: list[Clause] = [field("z").remove(), _remove(first), _remove(second)]
    with pytest.raises(InputError, match="change each place by one clause") as caught:
        update(*clauses)
    assert caught.value.code == "update.overlap"
    assert f"{str(first)!r} and {str(second)!r}" in caught.value.message


def test_paths_side_by_side_are_not_an_overlap() -> None:
    update(field("a")["b"].remove(), field("a")["c"].remove(), field("ab").remove())
    update(field("a")[1].remove(), field("a")[10].remove())


def test_an_expression_may_be_4096_bytes_long_and_no_longer() -> None:
    frame = len("attribute_exists(#n0[])")
    longest = field("a")[10 ** (4_096 - frame - 1)]
    assert len(render(longest.exists()).text) == 4_096
    with pytest.raises(InputError, match="4097 bytes long") as caught:
        render(field("a")[10 ** (4_096 - frame)].exists())
    assert caught.value.code == "expression.too_long"


def _remove(path: Path) -> Clause:
    clause = field(path.name)
    for segment in path.segments[1:]:
        clause = clause[segment]
    return clause.remove()


def test_a_path_cannot_be_iterated_or_searched() -> None:
    for use in (lambda: list(cast(Any, field("a"))), lambda: "b" in cast(Any, field("a"))):
        with pytest.raises(TypeError):
            use()


ABOUT_A: list[Callable[[], object]] = [
    lambda: Path(("a", *"b" * 32)),
    lambda: field("a").is_in([]),
    lambda: field("a").size().is_in([]),
    lambda: field("a").equals(field("a")),
    lambda: field("a").size().less(field("a").size()),
    lambda: UNTYPED.has_type("S"),
    lambda: field("a")["b"].add(1),
    lambda: field("a").add(field("b")),
    lambda: field("a").assign(field("b").size()),
    lambda: projection("a", attribute("a")["b"]),
]


@pytest.mark.parametrize("make", ABOUT_A)
def test_a_refusal_names_the_attribute_that_it_is_about(make: Callable[[], object]) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.field == "a"
