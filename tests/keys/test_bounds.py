"""Slots that refuse to be looked at, and ranges that refuse to be reversed."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.bounds import BranchOnSlot, Interval, Range, Slot, StartsWith


class Size(Enum):
    SMALL = 1
    LARGE = 2


def slot() -> Any:
    return Slot("due", date)


USES: list[Callable[[Any], object]] = [
    lambda s: s == 1,
    lambda s: s != 1,
    lambda s: s < 1,
    lambda s: 1 >= s,
    lambda s: not s,
    str,
    lambda s: f"{s}",
    lambda s: f"{s:>3}",
    len,
    list,
    iter,
    hash,
    int,
    float,
    abs,
    round,
    math.floor,
    operator.index,
    lambda s: {s: 1},
    lambda s: s in {1, 2},
    lambda s: s in [1, 2],
    lambda s: 1 in s,
    lambda s: s[0],
    lambda s: s.year,
    lambda s: s.value,
    lambda s: s._private,
    lambda s: s(),
    lambda s: s + 1,
    lambda s: 1 + s,
    lambda s: -s,
    lambda s: s | None,
    lambda s: "x" + s,
    lambda s: "x".startswith(s) if s else 0,
    lambda s: hasattr(s, "upper"),
]


@pytest.mark.parametrize("use", USES)
def test_a_slot_that_is_looked_at_says_which_argument_it_is(use: Callable[[Any], object]) -> None:
    with pytest.raises(BranchOnSlot, match="'due'") as caught:
        use(slot())
    assert "due" == caught.value.name


def test_a_slot_can_be_shown_copied_and_handed_on() -> None:
    value = slot()
    assert "<slot due>" == repr(value)
    assert "due" == copy.deepcopy(value).name
    assert "due" == pickle.loads(pickle.dumps(value)).name
    assert value is Range[object].before(value).end


def test_the_refusal_of_a_slot_can_be_pickled() -> None:
    assert "due" == pickle.loads(pickle.dumps(BranchOnSlot("due", "=="))).name


def test_a_range_with_a_slot_at_an_end_is_not_compared() -> None:
    bounds = Range[object](date(2026, 1, 1), slot(), include_end=False)
    assert bounds.is_empty is False


@pytest.mark.parametrize(
    ("start", "end"),
    [(2, 1), ("b", "a"), (date(2026, 1, 2), date(2026, 1, 1)), (Size.LARGE, Size.SMALL)],
)
def test_a_reversed_range_is_refused(start: object, end: object) -> None:
    with pytest.raises(InputError) as caught:
        Range(start, end)
    assert "range.reversed" == caught.value.code


def test_a_range_over_a_repeated_hour_is_not_reversed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 40, tzinfo=berlin)
    second = datetime(2026, 10, 25, 2, 20, tzinfo=berlin, fold=1)
    bounds = Range(first, second)
    assert bounds.contains(datetime(2026, 10, 25, 1, 0, tzinfo=UTC))
    assert bounds.is_empty is False


@pytest.mark.parametrize(("start", "end"), [(1, "a"), (date(2026, 1, 1), 3), (Decimal("NaN"), 1)])
def test_ends_without_an_order_between_them_are_refused(start: object, end: object) -> None:
    with pytest.raises(InputError) as caught:
        Range(start, end)
    assert caught.value.code in {"range.mixed", "range.reversed"}


@pytest.mark.parametrize(
    ("bounds", "inside"),
    [
        (Range(2, 4), [2, 3, 4]),
        (Range(2, 4, include_start=False), [3, 4]),
        (Range(2, 4, include_end=False), [2, 3]),
        (Range(2, 2, include_end=False), []),
        (Range.at_least(4), [4, 5]),
        (Range.after(4), [5]),
        (Range.at_most(2), [1, 2]),
        (Range.before(2), [1]),
        (Range[int](), [1, 2, 3, 4, 5]),
    ],
)
def test_a_range_contains_what_lies_between_its_ends(bounds: Range[int], inside: list[int]) -> None:
    assert inside == [n for n in range(1, 6) if bounds.contains(n)]
    assert (not inside) == bounds.is_empty


def test_members_of_an_enum_are_compared_by_their_values() -> None:
    assert Range.after(Size.SMALL).contains(Size.LARGE)


def test_a_range_can_be_made_with_its_type_spelled_out() -> None:
    assert Range(1, 2) == Range[int](1, 2)
    assert hash(Range(1, 2)) == hash(Range(1, 2))


@pytest.mark.parametrize(("text", "code"), [("", "key.empty_part"), (3, "key.wrong_kind")])
def test_a_beginning_needs_text(text: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        StartsWith(text)
    assert code == caught.value.code


def test_a_beginning_may_be_a_slot() -> None:
    assert "<slot due>" == repr(StartsWith(slot()).text)


def test_a_point_is_an_interval_of_one_text() -> None:
    assert [True, False] == [Interval("a", "a").is_point, Interval("a", "b").is_point]
