"""Intervals of key texts select exactly the rows that plain Python selects."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Literal

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Interval, Range, StartsWith
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import Scalar, Text, scalar_of

Draw = Callable[[Random], object]
Row = tuple[dict[str, object], bytes]
Absent = Literal["first", "last"] | None

CHECKS = 1_000_000
OWNERS = ("p1", "p10", "p", 'p1"', "p1#", "p1$", "q", "~")


def selected(rows: list[Row], interval: Interval | None) -> list[bytes]:
    if interval is None:
        return []
    low, high = interval.low.encode(), interval.high.encode()
    return [key for _, key in rows if low <= key <= high]


def inside(value: Any, bounds: Range[object], rank: Callable[[object], Any]) -> bool:
    if value is None:
        return False
    start, end = rank(bounds.start), rank(bounds.end)
    above = start is None or rank(value) > start or (bounds.include_start and rank(value) == start)
    below = end is None or rank(value) < end or (bounds.include_end and rank(value) == end)
    return above and below


def a_range(random: Random, pool: list[object], rank: Callable[[object], Any]) -> Range[object]:
    ends = sorted(random.choices(pool, k=2), key=rank)
    start, end = (None if random.random() < 0.2 else bound for bound in ends)
    inclusive = {"include_start": random.random() < 0.5, "include_end": random.random() < 0.5}
    return Range[object](start, end, **inclusive)


def rows_of(random: Random, key: Composite, stranger: Composite, draw: Draw) -> list[Row]:
    """Rows of the entity with and without the value, and rows of a neighbour."""
    rows: list[Row] = []
    for shape in (key, key, key, stranger):
        for _ in range(12):
            value = None if random.random() < 0.2 else draw(random)
            row = {"owner": random.choice(OWNERS), "value": value, "id": random.choice("ab~!#")}
            text = shape.render(row)
            if text is not None:
                rows.append((row if shape is key else {}, text.encode()))
    return rows


def absences(scalar: Scalar) -> tuple[Absent, ...]:
    return (None, "first", "last") if scalar.below_tilde else (None, "first")


def test_a_range_selects_the_rows_that_plain_python_selects(
    drawn_scalars: list[tuple[Scalar, Draw]], rank_of: Callable[[object], Any]
) -> None:
    random = Random(7)
    checks = 0
    while checks < CHECKS:
        for scalar, draw in drawn_scalars:
            for absent in absences(scalar):
                tail = (Part("owner", Text()), Part("value", scalar, absent), Part("id", Text()))
                key = Composite((Label("Task"), *tail))
                rows = rows_of(random, key, Composite((Label("Taskx"), *tail)), draw)
                pool = [row["value"] for row, _ in rows if row and row["value"] is not None]
                for _ in range(12):
                    bounds = a_range(random, [*pool, draw(random)], rank_of)
                    owner = random.choice(OWNERS)
                    interval = key.interval({"owner": owner}, bounds, "value")
                    expected = [
                        text
                        for row, text in rows
                        if row and row["owner"] == owner and inside(row["value"], bounds, rank_of)
                    ]
                    assert expected == selected(rows, interval), (scalar.kind, bounds)
                    checks += len(rows)


def test_equality_on_an_absent_part_selects_exactly_the_rows_without_it(
    drawn_scalars: list[tuple[Scalar, Draw]],
) -> None:
    random = Random(8)
    for scalar, draw in drawn_scalars:
        for absent in absences(scalar)[1:]:
            key = Composite((Part("owner", Text()), Part("value", scalar, absent)))
            rows: list[Row] = []
            for _ in range(200):
                value = None if random.random() < 0.3 else draw(random)
                row: dict[str, object] = {"owner": random.choice(OWNERS), "value": value}
                rows.append((row, (key.render(row) or "").encode()))
            interval = key.interval({"owner": "p1", "value": None}, None, None)
            expected = [k for row, k in rows if row["owner"] == "p1" and row["value"] is None]
            assert expected == selected(rows, interval)


def test_a_beginning_selects_the_texts_that_begin_so() -> None:
    random = Random(9)
    alphabet = '#%$!"~ab\x00\x24\x25\x26\ud7ff\ue000\uffff\U0010ffff'
    key = Composite((Label("T"), Part("name", Text(), "first"), Part("id", Text())))
    checks = 0
    while checks < 50_000:
        names = ["".join(random.choices(alphabet, k=random.randint(1, 4))) for _ in range(40)]
        rows: list[Row] = []
        for name in [*names, None]:
            row: dict[str, object] = {"name": name, "id": random.choice(alphabet)}
            rows.append((row, (key.render(row) or "").encode()))
        for name in names:
            asked = StartsWith(name[: random.randint(1, len(name))])
            interval = key.interval({}, asked, "name")
            expected = [k for row, k in rows if str(row["name"] or "").startswith(asked.text)]
            assert expected == selected(rows, interval)
            assert interval is not None
            assert interval.prefix is not None
            assert expected == [k for _, k in rows if k.startswith(interval.prefix.encode())]
            checks += len(rows)


def test_a_prefix_selects_the_tuples_that_share_the_parts_and_no_sibling() -> None:
    random = Random(10)
    key = Composite((Label("T"), Part("a", Text()), Part("b", Text()), Part("c", Text())))
    siblings = ("p1", "p10", "p1#", "p1\x00", "p", "p1~", 'p1"', "P1", "p1 ", "p2")
    rows: list[Row] = []
    for _ in range(500):
        row: dict[str, object] = {name: random.choice(siblings) for name in "abc"}
        rows.append((row, (key.render(row) or "").encode()))
    for count in (0, 1, 2, 3):
        for _ in range(40):
            given: dict[str, object] = {name: random.choice(siblings) for name in "abc"[:count]}
            prefix, interval = key.prefix(given).encode(), key.interval(given, None, None)
            expected = [k for row, k in rows if given.items() <= row.items()]
            assert expected == [k for _, k in rows if k.startswith(prefix)]
            assert expected == selected(rows, interval)


def test_ranges_on_a_key_without_a_leading_component_have_ends_too(
    drawn_scalars: list[tuple[Scalar, Draw]], rank_of: Callable[[object], Any]
) -> None:
    random = Random(11)
    for scalar, draw in drawn_scalars:
        for absent in absences(scalar):
            key = Composite((Part("value", scalar, absent),))
            values = [draw(random) for _ in range(30)]
            rows: list[Row] = []
            for value in [*values, *([None] if absent else [])]:
                rows.append(({"value": value}, (key.render({"value": value}) or "").encode()))
            assert [k for _, k in rows] == selected(rows, key.interval({}, None, None))
            for _ in range(20):
                bounds = a_range(random, values, rank_of)
                expected = [k for row, k in rows if inside(row["value"], bounds, rank_of)]
                assert expected == selected(rows, key.interval({}, bounds, "value"))


def a_key() -> Composite:
    number = scalar_of(int)
    assert number is not None
    return Composite((Label("T"), Part("a", Text()), Part("n", number)))


def test_an_empty_range_asks_nothing() -> None:
    bounds = Range[object](3, 3, include_end=False)
    assert None is a_key().interval({"a": "x"}, bounds, "n")


def test_the_four_ends_are_a_closed_interval_of_texts_next_to_the_bound() -> None:
    key = Composite((Label("T"), Part("a", Text())))
    ends = [
        key.interval({}, bounds, "a")
        for bounds in (
            Range[object].at_least("x"),
            Range[object].after("x"),
            Range[object].at_most("x"),
            Range[object].before("x"),
        )
    ]
    assert [
        Interval("T#x#", "T$"),
        Interval("T#x$", "T$"),
        Interval('T#"', "T#x$"),
        Interval('T#"', "T#x"),
    ] == ends


def test_all_parts_given_make_one_point() -> None:
    interval = a_key().interval({"a": "x", "n": 1}, None, None)
    assert interval == Interval("T#x#0000000000000000001#", "T#x#0000000000000000001#")


@pytest.mark.parametrize(
    ("given", "operator", "field", "code", "named"),
    [
        ({"n": 1}, None, None, "key.skipped_part", "a"),
        ({}, Range[object](1), "n", "key.skipped_part", "a"),
        ({"a": "x", "b": 1}, None, None, "key.unknown_part", "b"),
        ({"a": "x"}, Range[object](1), "b", "key.unknown_part", "b"),
        ({"a": "x", "n": 1}, Range[object](1), "n", "key.part_twice", "n"),
        ({"a": "x", "n": 1}, Range[object](1), None, "key.part_twice", None),
        ({"a": None}, None, None, "key.absent_part", "a"),
        ({"a": "x"}, StartsWith("1"), "n", "key.wrong_operator", "n"),
        ({}, StartsWith("\ud800"), "a", "key.lone_surrogate", "a"),
        ({}, Range[object]("\ud800"), "a", "key.lone_surrogate", "a"),
        ({}, Range[object](None, "\ud800"), "a", "key.lone_surrogate", "a"),
        ({"a": "\ud800"}, None, None, "key.lone_surrogate", "a"),
        ({"a": "x"}, Range[object]("1"), "n", "key.wrong_kind", "n"),
    ],
)
def test_a_question_that_no_key_can_answer_is_refused(
    given: dict[str, object],
    operator: Range[object] | StartsWith | None,
    field: str | None,
    code: str,
    named: str | None,
) -> None:
    with pytest.raises(InputError) as caught:
        a_key().interval(given, operator, field)
    assert (code, named) == (caught.value.code, caught.value.field)
