"""The fields that what is sent is made of, each with what it may hold."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tabledesign.todo.entities import Status

__all__ = [
    "Day",
    "Email",
    "Id",
    "Moment",
    "Name",
    "NewId",
    "Notes",
    "OpenStatus",
    "Purpose",
    "Sent",
    "Tags",
    "Title",
]

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    _DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Sent(BaseModel):
    """A body, which has no member that it is not to have."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _day(value: object) -> object:
    """A date as a text of one form: 0 would be taken for a day of 1970."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise ValueError("give a date as YYYY-MM-DD")
    return date.fromisoformat(value)


def _moment(value: object) -> object:
    """A time as a text of one form, with its zone."""
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise ValueError("give a time with its zone, such as 2026-01-31T09:00:00Z")
    return datetime.fromisoformat(value)


def _open(value: Status) -> Status:
    if value is Status.DONE:
        raise ValueError("POST to the completion of the task to mark it done")
    return value


def _not_me(value: str) -> str:
    if value == "me":
        raise ValueError("me is whoever asks, in every path; choose another id")
    return value


Title = Annotated[str, Field(min_length=1, max_length=500)]
Notes = Annotated[str, Field(max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=128)]
# What a path can name later on.
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", max_length=64)]
NewId = Annotated[Id, AfterValidator(_not_me)]
Tag = Annotated[str, Field(min_length=1, max_length=50)]
Tags = Annotated[frozenset[Tag], Field(max_length=20)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
OpenStatus = Annotated[Status, AfterValidator(_open)]
Purpose = Annotated[str, Field(min_length=1, max_length=200)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
