"""Dates and instants in keys."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tabledesign.dataclass import dataclass
from tabledesign.keys.scalar import Kind, Scalar, refuse, wrong_kind

__all__ = ["Day", "Instant"]


@dataclass(frozen=True, slots=True)
class Day(Scalar):
    """A calendar date, as ISO 8601 writes it.

    >>> Day().encode(date(2026, 11, 23), field="due")
    '2026-11-23'
    """

    kind: Kind = "date"
    python_type: type[date] = date
    sample: str = "2000-01-01"

    def encode(self, value: object, *, field: str) -> str:
        if isinstance(value, datetime):
            raise wrong_kind(field, value, "a date", "pass value.date() in the zone you mean")
        if not isinstance(value, date):
            raise wrong_kind(field, value, "a date", "pass a datetime.date")
        return date.isoformat(value)

    def _read(self, text: str) -> date:
        return date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Instant(Scalar):
    """A moment, always in UTC and to the microsecond, so that equal moments have one text.

    >>> Instant().encode(datetime(2026, 11, 23, 9, tzinfo=UTC), field="at")
    '2026-11-23T09:00:00.000000Z'
    """

    kind: Kind = "datetime"
    python_type: type[datetime] = datetime
    sample: str = "2000-01-01T00:00:00.000000Z"

    def encode(self, value: object, *, field: str) -> str:
        if not isinstance(value, datetime):
            raise wrong_kind(
                field, value, "a datetime with a time zone", "pass an aware datetime.datetime"
            )
        if value.utcoffset() is None:
            raise refuse(
                "key.naive_datetime",
                field,
                "holds a datetime without a time zone, which names no moment; "
                "pass one with tzinfo, for example datetime.now(UTC)",
            )
        try:
            moment = value.astimezone(UTC)
        except OverflowError:
            raise refuse(
                "key.out_of_range",
                field,
                "holds a moment outside the years 1 to 9999 once it is in UTC; "
                "pass one inside them",
            ) from None
        return datetime.isoformat(moment.replace(tzinfo=None), timespec="microseconds") + "Z"

    def _read(self, text: str) -> datetime:
        return datetime.fromisoformat(text)
