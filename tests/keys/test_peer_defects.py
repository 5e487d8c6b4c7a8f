"""Faults found in other libraries' keys, each with the values that showed it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import DecimalNumber, Instant, Integer, Text
from tabledesign.keys.template import Template

PAIR = Composite((Label("t"), Part("a", Text()), Part("b", Text())))
NUMBERED = Composite((Label("t"), Part("n", Integer()), Part("a", Text())))


def test_a_delimiter_inside_a_value_does_not_move_the_border_between_two_parts() -> None:
    for one, other in (
        ({"a": "x#b_y", "b": "z"}, {"a": "x", "b": "y#b_z"}),
        ({"a": "x#task_y", "b": "z"}, {"a": "x", "b": "y#task_z"}),
        ({"a": "x#", "b": "z"}, {"a": "x", "b": "#z"}),
    ):
        assert PAIR.render(one) != PAIR.render(other)


def test_a_template_that_can_collide_says_so_and_refuses_to_guess() -> None:
    template = Template("a#{a}#b#{b}")
    one, other = ({"a": "x#b#y", "b": "z"}, {"a": "x", "b": "y#b#z"})
    text = template.render(one)
    assert text is not None
    assert text == template.render(other)
    assert template.guaranteed is False
    with pytest.raises(ValueError, match="more than one way"):
        template.parse(text)


def test_ids_that_differ_in_case_have_different_keys() -> None:
    key = Composite((Label("t"), Part("id", Text())))
    assert ["t#AbC#", "t#abc#"] == [key.render({"id": text}) for text in ("AbC", "abc")]


def test_numbers_are_in_order_below_zero_and_beyond_ten() -> None:
    whole = [-10, -6, -5, -1, 0, 5, 9, 10, 10**15]
    assert whole == sorted(whole, key=lambda n: Integer().encode(n, field="n"))
    numbers = [Decimal(n) for n in ("-6", "-5", "-1.5", "0", "0.1", "1.5", "9", "10", "1E+21")]
    assert numbers == sorted(numbers, key=lambda n: DecimalNumber().encode(n, field="n"))


def test_an_inclusive_bound_includes_the_rows_with_further_parts() -> None:
    stored = NUMBERED.render({"n": 5, "a": "q"})
    interval = NUMBERED.interval({}, Range[object].at_most(5), "n")
    assert stored is not None
    assert interval is not None
    assert interval.low <= stored <= interval.high


def test_an_exclusive_bound_excludes_the_rows_with_further_parts() -> None:
    stored = NUMBERED.render({"n": 5, "a": "q"})
    interval = NUMBERED.interval({}, Range[object].after(5), "n")
    assert stored is not None
    assert interval is not None
    assert not interval.low <= stored <= interval.high


def test_an_open_range_stays_inside_its_entity() -> None:
    strangers = ["t2#x#", "u#x#", "s#x#", "t", "t#", "tt#0000000000000000009#q#"]
    for bounds in (Range[object].after(5), Range[object].at_most(5), Range[object]()):
        interval = NUMBERED.interval({}, bounds, "n")
        assert interval is not None
        assert [] == [key for key in strangers if interval.low <= key <= interval.high]


def test_a_skipped_part_is_an_error_and_not_ignored() -> None:
    with pytest.raises(InputError) as caught:
        PAIR.interval({"b": "x"}, None, None)
    assert ("key.skipped_part", "a") == (caught.value.code, caught.value.field)


def test_a_key_without_one_of_its_parts_is_absent_and_never_half_written() -> None:
    for half in ({"a": "x"}, {"b": "x"}, {"a": None, "b": "x"}, {}):
        assert PAIR.render(half) is None


def test_an_empty_part_is_refused_and_never_an_empty_segment() -> None:
    with pytest.raises(InputError) as caught:
        PAIR.render({"a": "", "b": "x"})
    assert ("key.empty_part", "a") == (caught.value.code, caught.value.field)


@pytest.mark.parametrize("value", ["${x}", "{x}", "{{x}}", "%s", "{0}", "\\1", "%23", "$a"])
def test_template_syntax_inside_a_value_is_only_text(value: str) -> None:
    values = {"a": value, "b": "z"}
    assert values == PAIR.parse(PAIR.render(values) or "")
    template = Template("T#{a}")
    assert f"T#{value}" == template.render({"a": value})
    assert {"a": value} == template.parse(f"T#{value}")


def test_two_tenants_have_different_keys_whatever_their_names_hold() -> None:
    assert PAIR.render({"a": "t#1", "b": "x"}) != PAIR.render({"a": "t", "b": "1#x"})


def test_items_that_differ_in_any_part_have_different_keys_under_one_version() -> None:
    key = Composite((Label("t"), Part("id", Text()), Label("v"), Part("version", Integer())))
    texts = [key.render({"id": name, "version": 1}) for name in ("one", "two")]
    assert texts[0] != texts[1]


def test_moments_are_in_order_with_and_without_a_fraction() -> None:
    whole = datetime(2026, 1, 1, tzinfo=UTC)
    half = whole.replace(microsecond=500_000)
    assert Instant().encode(whole, field="at") < Instant().encode(half, field="at")
