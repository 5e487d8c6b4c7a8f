"""Templates of existing tables: what they still do, and what they say they cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from random import Random
from typing import cast
from uuid import UUID

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Interval, Range, StartsWith
from tabledesign.keys.composite import Composite
from tabledesign.keys.template import Template


class Mood(Enum):
    GLAD = "glad"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a#b", "T#a#b"),
        (5, "T#5"),
        (Decimal("1.50"), "T#1.50"),
        (True, "T#true"),
        (False, "T#false"),
        (date(2026, 1, 2), "T#2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "T#2026-01-02T00:00:00+00:00"),
        (UUID(int=1), "T#00000000-0000-0000-0000-000000000001"),
        (Mood.GLAD, "T#glad"),
        (None, None),
    ],
)
def test_a_value_is_written_as_its_text(value: object, text: str | None) -> None:
    assert text == Template("T#{v}").render({"v": value})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "key.empty_part"),
        ("\ud800", "key.lone_surrogate"),
        (1.5, "key.wrong_kind"),
        (Decimal("NaN"), "key.wrong_kind"),
        (b"a", "key.wrong_kind"),
        ([], "key.wrong_kind"),
    ],
)
def test_a_value_without_a_text_is_refused(value: object, code: str) -> None:
    with pytest.raises(InputError) as caught:
        Template("T#{v}").render({"v": value})
    assert (code, "v") == (caught.value.code, caught.value.field)


@pytest.mark.parametrize(
    "text", ["", "{", "}", "a}b", "{}", "{a b}", "{1}", "{a:x}", "{a:6}", "{a.b}"]
)
def test_a_text_that_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Template(text)


def test_doubled_braces_stand_plain() -> None:
    assert "{x}#1" == Template("{{x}}#{n}").render({"n": 1})


def test_a_template_says_that_nothing_is_guaranteed() -> None:
    assert [False, True] == [Template("a").guaranteed, Composite(()).guaranteed]


def test_a_fixed_width_keeps_numbers_in_order() -> None:
    template = Template("{n:04}")
    assert ["0009", "0010"] == [template.render({"n": n}) for n in (9, 10)]
    assert {"n": 10} == template.parse("0010")
    for wrong in (10_000, -1):
        with pytest.raises(InputError) as caught:
            template.render({"n": wrong})
        assert "key.out_of_range" == caught.value.code


def test_a_key_that_reads_in_one_way_is_parsed() -> None:
    template = Template("USER#{user}#TASK#{task}")
    assert {"user": "a#b", "task": "c"} == template.parse("USER#a#b#TASK#c")


@pytest.mark.parametrize("text", ["A#x#y#z", "A#", "A#x", "B#x#y", "A##", "A#x#"])
def test_a_key_that_reads_in_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"more than one way|not a key"):
        Template("A#{a}#{b}").parse(text)


def test_what_is_parsed_renders_to_the_same_text() -> None:
    random = Random(12)
    parsed = 0
    for _ in range(5_000):
        template = Template(random.choice(("a{x}b{y}", "{x}#{y}", "{x}a{x}", "{n:02}{x}", "#{x}")))
        text = "".join(random.choices("ab#01", k=random.randint(1, 7)))
        try:
            values = template.parse(text)
        except ValueError:
            continue
        parsed += 1
        assert text == template.render(values)
    assert parsed > 500


def test_a_prefix_reaches_to_the_next_field() -> None:
    template = Template("A#{a}#B#{b}")
    assert ["A#", "A#x#B#", "A#x#B#y"] == [
        template.prefix(given) for given in ({}, {"a": "x"}, {"a": "x", "b": "y"})
    ]


@pytest.mark.parametrize(
    ("given", "operator", "field", "code"),
    [
        ({"b": "x"}, None, None, "key.skipped_part"),
        ({}, Range[object]("x"), "b", "key.skipped_part"),
        ({"z": "x"}, None, None, "key.unknown_part"),
        ({"a": None}, None, None, "key.absent_part"),
        ({"a": "x", "b": "y"}, Range[object]("x"), "b", "key.part_twice"),
        ({"a": "x"}, Range[object](1, 20), "b", "template.order"),
    ],
)
def test_a_question_that_a_template_cannot_answer_is_refused(
    given: dict[str, object], operator: Range[object] | None, field: str | None, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        Template("A#{a}#{b}").interval(given, operator, field)
    assert code == caught.value.code


@pytest.mark.parametrize("template", ["T#{d}", "T#{d}#{id}", "T#{d}#end"])
def test_a_range_of_dates_selects_what_plain_python_selects(template: str) -> None:
    key = Template(template)
    days = [date(2026, 1, day) for day in range(1, 29)]
    rows = {day: key.render({"d": day, "id": "x"}) or "" for day in days}
    random = Random(13)
    for _ in range(300):
        start, end = sorted(random.sample(days, 2))
        bounds = Range(
            random.choice((start, None)),
            random.choice((end, None)),
            include_start=random.random() < 0.5,
            include_end=random.random() < 0.5,
        )
        interval = key.interval({}, cast("Range[object]", bounds), "d")
        assert interval is not None
        selected = [day for day, text in rows.items() if interval.low <= text <= interval.high]
        assert [day for day in days if bounds.contains(day)] == selected


def test_a_beginning_is_a_prefix() -> None:
    interval = Template("U#{u}#{n}").interval({"u": "x"}, StartsWith("ab"), "n")
    assert interval is not None
    assert "U#x#ab" == interval.prefix


def test_all_fields_given_make_one_point() -> None:
    assert Interval("U#x", "U#x") == Template("U#{u}").interval({"u": "x"}, None, None)
