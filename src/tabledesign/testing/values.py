"""Values of every type that is stored, biased to where designs break.

Ids come from a small pool in four of five cases, so that histories meet the same item again.
Texts hold the signs that key texts are delimited with, and beginnings of one another (``p1``,
``p10``); numbers and dates stand near their limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Final, Literal, cast, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from tabledesign.codec.annotations import Spelled, spelled
from tabledesign.codec.markers import EpochSeconds
from tabledesign.dataclass import dataclass
from tabledesign.testing.by_name import made
from tabledesign.testing.source import Source, chance, choice

__all__ = ["Bounds", "Draw", "draw_spelled", "draw_value", "pieces"]

Draw = Callable[[Source], object]
"""Draws one value; how a field that needs its own values is given them."""

ID_TEXTS: Final = ("p1", "p10", "p1#", "p", "p%231", '!"$~')
PIECES: Final = (
    "#", "%", "$", "!", '"', "~", "%23", "p1", "p10", "a", "B", " ", "\x00", "é", "e\u0301",
    "\uffff", "\U0001f600", ".", "1",
)  # fmt: skip
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = tuple(date(2026, 1, day) for day in (1, 2, 9, 10, 31))
MOMENTS: Final = tuple(
    START + timedelta(seconds=seconds) for seconds in (0, 1, 60, 86_400, 86_400 * 40)
)
WHOLES: Final = (0, 1, -1, 2, 9, 10, 100)
DECIMALS: Final = tuple(Decimal(text) for text in ("0", "1", "1.10", "-1", "-1.5", "10", "0.01"))
UUIDS: Final = tuple(UUID(int=number) for number in (0, 1, 10, 2**127, 2**128 - 1))
BYTES: Final = (b"\x00", b"#", b"#\xff", b"\xff", b"p1")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a field's constraints leave of its type; lengths and numbers, both ends included."""

    low: Any = None
    high: Any = None
    shortest: int = 0
    longest: int | None = None

    @classmethod
    def of(cls, metadata: Sequence[object]) -> Bounds:
        """The bounds that annotated-types and pydantic's Field declare."""

        def first(*names: str) -> Any:
            found = (getattr(part, name, None) for part in metadata for name in names)
            return next((value for value in found if value is not None), None)

        low, high = first("ge"), first("le")
        above, below = first("gt"), first("lt")
        if above is not None:
            low = above + 1 if isinstance(above, int) else above
        if below is not None:
            high = below - 1 if isinstance(below, int) else below
        return cls(low, high, first("min_length") or 0, first("max_length"))

    def holds(self, value: Any) -> bool:
        """Whether a number or a moment is within the bounds."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def pieces(source: Source, bounds: Bounds, *, most: int = 4) -> str:
    """A text made of delimiters, look-alikes and characters of every UTF-8 length."""
    text = "".join(choice(source, PIECES) for _ in range(source.integer(0, most)))
    while len(text) < bounds.shortest:
        text += choice(source, PIECES)
    return text if bounds.longest is None else text[: bounds.longest]


def draw_value(
    source: Source, annotation: object, metadata: Sequence[object] = (), *, identifies: bool = False
) -> Any:
    """A value of the annotation; ``identifies`` says that it stands in a key.

    Its constraints on numbers and lengths are kept; what else a validator demands is for the
    caller to filter.

    >>> from tabledesign.testing.source import Seeded
    >>> type(draw_value(Seeded(1), list[int]))
    <class 'list'>
    """
    return draw_spelled(source, spelled(annotation, metadata), identifies=identifies)


def draw_spelled(source: Source, taken: Spelled, *, identifies: bool = False) -> Any:
    """The same for an annotation that is taken apart already."""
    if taken.nullable and chance(source, 30):
        return None
    if taken.members:
        return draw_value(source, choice(source, taken.members))
    return _plain(source, taken, identifies=identifies)


def _plain(source: Source, taken: Spelled, *, identifies: bool) -> Any:
    kind, origin = taken.type, get_origin(taken.type)
    if origin is Literal:
        return choice(source, get_args(kind))
    if origin is not None:
        return _container(source, origin, get_args(kind), Bounds.of(taken.metadata))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return choice(source, list(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return draw_model(source, kind)
    bounds = Bounds.of(taken.metadata)
    if kind is datetime and any(isinstance(part, EpochSeconds) for part in taken.markers):
        return choice(source, MOMENTS)
    for wanted, draw in _DRAWS.items():
        if isinstance(kind, type) and issubclass(kind, wanted):
            value = draw(source, bounds, identifies)
            return value if kind is wanted or value is None else cast("Any", kind)(value)
    raise TypeError(f"no values of {kind!r} can be drawn; give values= a function for the field")


def draw_model(source: Source, model: type[BaseModel]) -> BaseModel:
    """A nested model with values in all of its fields."""
    values = {
        name: draw_value(source, info.annotation, info.metadata)
        for name, info in model.model_fields.items()
    }
    return made(model, values)


def _container(source: Source, origin: Any, args: tuple[Any, ...], bounds: Bounds) -> Any:
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        return tuple(draw_value(source, arg) for arg in args)
    longest = 3 if bounds.longest is None else min(3, bounds.longest)
    size = source.integer(bounds.shortest, max(bounds.shortest, longest))
    if issubclass(origin, Mapping):
        keys = [draw_value(source, args[0]) for _ in range(size)]
        return {key: draw_value(source, args[1]) for key in keys}
    values = [draw_value(source, args[0]) for _ in range(size)]
    if issubclass(origin, frozenset | set):
        # DynamoDB takes no empty text and no empty binary in a set.
        values = [value for value in values if value not in ("", b"")]
    return cast("Any", origin)(values)


def _text(source: Source, bounds: Bounds, identifies: bool) -> str:
    if identifies and chance(source, 80):
        fitting = [text for text in ID_TEXTS if _fits(text, bounds)]
        if fitting:
            return choice(source, fitting)
    if identifies and chance(source, 2):
        # Near the limit of a sort key, in bytes once it is escaped.
        return choice(source, ("x", "#", "é")) * source.integer(300, 1_100)
    text = pieces(source, bounds)
    return text or "p1" if identifies else text


def _fits(text: str, bounds: Bounds) -> bool:
    return bounds.shortest <= len(text) and (bounds.longest is None or len(text) <= bounds.longest)


def _whole(source: Source, bounds: Bounds, identifies: bool) -> int:
    fitting = [number for number in WHOLES if bounds.holds(number)]
    if fitting and chance(source, 80):
        return choice(source, fitting)
    # Emulators add with 28 digits where DynamoDB adds with 38.
    edge = 2**63 if identifies else 10**27
    low = -edge if bounds.low is None else int(bounds.low)
    high = edge - 1 if bounds.high is None else int(bounds.high)
    return choice(source, (low, high, source.integer(low, high)))


def _decimal(source: Source, bounds: Bounds, _identifies: bool) -> Decimal:
    fitting = [number for number in DECIMALS if bounds.holds(number)]
    if fitting and chance(source, 80):
        return choice(source, fitting)
    if bounds.low is not None or bounds.high is not None:
        return Decimal(bounds.low if bounds.low is not None else bounds.high)
    number = Decimal(source.integer(-(10**38) + 1, 10**38 - 1))
    return number.scaleb(source.integer(-100, 80))


def _day(source: Source, bounds: Bounds, _identifies: bool) -> date:
    fitting = [day for day in DAYS if bounds.holds(day)] or [bounds.low or bounds.high]
    if chance(source, 90) or bounds != Bounds():
        return choice(source, fitting)
    return choice(source, (date.min, date.max, date(2024, 2, 29)))


def _moment(source: Source, bounds: Bounds, _identifies: bool) -> datetime:
    fitting = [moment for moment in MOMENTS if bounds.holds(moment)] or [bounds.low or bounds.high]
    moment = choice(source, fitting)
    if chance(source, 20):
        moment = moment + timedelta(microseconds=1)
    zone = timezone(timedelta(minutes=choice(source, (0, 0, 330, -720))))
    return moment.astimezone(zone) if zone.utcoffset(None) else moment


def _float(source: Source, bounds: Bounds, _identifies: bool) -> float:
    low = -1e9 if bounds.low is None else float(bounds.low)
    high = 1e9 if bounds.high is None else float(bounds.high)
    return low + (high - low) * source.integer(0, 1_000) / 1_000


def _binary(source: Source, bounds: Bounds, identifies: bool) -> bytes:
    value = choice(source, BYTES) if identifies or chance(source, 80) else b""
    value = value.ljust(bounds.shortest, b"#")
    return value if bounds.longest is None else value[: bounds.longest]


_DRAWS: Final[dict[type[Any], Callable[[Source, Bounds, bool], Any]]] = {
    bool: lambda source, bounds, identifies: chance(source, 50),
    int: _whole,
    str: _text,
    Decimal: _decimal,
    float: _float,
    bytes: _binary,
    datetime: _moment,
    date: _day,
    UUID: lambda source, bounds, identifies: choice(source, UUIDS),
    NoneType: lambda source, bounds, identifies: None,
}
