"""Kinds of dates and moments; equal moments have one text, and texts sort as moments do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tabledesign.codec.faults import Misfit, Misread, wrong_kind
from tabledesign.codec.kind import Kind, misread_tag
from tabledesign.codec.numbers import read_whole
from tabledesign.wire import AttributeValue

__all__ = ["DAY", "EPOCH", "INSTANT", "instant_text"]

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_TWO: Final = tuple(f"{number:02}" for number in range(100))


def _write_day(value: Any) -> AttributeValue:
    # A datetime is a date to Python; storing one here would drop its time.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise wrong_kind(value, "a date", "pass a datetime.date")
    return {"S": date.isoformat(value)}


def _read_day(stored: AttributeValue) -> date:
    try:
        return date.fromisoformat(stored["S"])
    except KeyError:
        raise misread_tag(stored, "S") from None
    except (TypeError, ValueError):
        raise Misread("is not the text of a date") from None


def _in_utc(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise wrong_kind(value, "a moment", "pass an aware datetime.datetime")
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise Misfit(
            "value.naive_datetime",
            "is a datetime without a time zone, which names no moment",
            "pass one with tzinfo, for example datetime.now(timezone.utc)",
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Misfit(
            "value.out_of_range",
            "is a moment outside the years 1 to 9999 once it is in UTC",
            "pass one inside them",
        ) from None


def instant_text(value: Any) -> str:
    """The one text of a moment: in UTC, to the microsecond; raises `Misfit`."""
    # pydantic's own text leaves out a zero fraction and keeps the zone, so it does not sort.
    at = _in_utc(value)
    # By twos, as that is twice as fast as any format: isoformat would ask the time zone again.
    two = _TWO
    century, year = divmod(at.year, 100)
    rest, low = divmod(at.microsecond, 100)
    high, middle = divmod(rest, 100)
    return (
        f"{two[century]}{two[year]}-{two[at.month]}-{two[at.day]}"
        f"T{two[at.hour]}:{two[at.minute]}:{two[at.second]}.{two[high]}{two[middle]}{two[low]}Z"
    )


def _write_instant(value: Any) -> AttributeValue:
    return {"S": instant_text(value)}


def _read_instant(stored: AttributeValue) -> datetime:
    try:
        moment = datetime.fromisoformat(stored["S"])
    except KeyError:
        raise misread_tag(stored, "S") from None
    except (TypeError, ValueError):
        raise Misread("is not the text of a moment") from None
    if moment.tzinfo is None:
        raise Misread("is the text of a datetime without a time zone, which names no moment")
    return moment


def _write_epoch(value: Any) -> AttributeValue:
    return {"N": str(-((_START - _in_utc(value)) // _SECOND))}


def _read_epoch(stored: AttributeValue) -> datetime:
    try:
        text = stored["N"]
    except KeyError:
        raise misread_tag(stored, "N") from None
    try:
        return _START + timedelta(seconds=read_whole(text))
    except OverflowError:
        raise Misread("is not a number of seconds inside the years 1 to 9999") from None


DAY: Final = Kind(name="date", tags=("S",), encode=_write_day, decode=_read_day)
INSTANT: Final = Kind(name="moment", tags=("S",), encode=_write_instant, decode=_read_instant)
EPOCH: Final = Kind(name="moment in seconds", tags=("N",), encode=_write_epoch, decode=_read_epoch)
