"""Equal moments have equal keys, whatever zone they are written in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tabledesign.errors import InputError
from tabledesign.keys.moments import Instant

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


def written(moment: datetime) -> str:
    return Instant().encode(moment, field="at")


def test_fifty_thousand_moments_are_in_order_across_zones_and_folds() -> None:
    random = Random(3)
    zones = [ZoneInfo(name) for name in ZONES]
    changes = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
    for _ in range(50_000):
        start = random.choice(changes)
        step = random.choice((1, 10**6, 1800 * 10**6))
        a = start + timedelta(microseconds=step * random.randint(-6, 6))
        b = start + timedelta(microseconds=step * random.randint(-6, 6))
        text_a = written(a.astimezone(random.choice(zones)))
        text_b = written(b.astimezone(random.choice(zones)))
        assert (a < b, a == b) == (text_a < text_b, text_a == text_b)
        assert Instant().decode(text_a) == a


def test_the_hour_that_a_clock_shows_twice_is_two_moments() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    second = first.replace(fold=1)
    assert "2026-10-25T00:30:00.000000Z" == written(first)
    assert "2026-10-25T01:30:00.000000Z" == written(second)


def test_whole_seconds_have_their_fraction_written() -> None:
    whole, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert written(whole) < written(later)
    assert len(written(whole)) == len(written(later))


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_the_first_and_the_last_moment_have_texts(moment: datetime) -> None:
    assert moment == Instant().decode(written(moment))


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
    ],
)
def test_a_moment_outside_the_years_of_utc_is_refused(moment: datetime) -> None:
    with pytest.raises(InputError) as caught:
        written(moment)
    assert "key.out_of_range" == caught.value.code
