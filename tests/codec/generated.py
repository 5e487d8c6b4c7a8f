"""Generated models and values, with the plain meaning boto3 must find in what is stored.

Everything is drawn as whole numbers, so that one generator serves a seeded loop, which is fast,
and hypothesis, which shrinks.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model

from tabledesign.codec import AsNumber, EpochSeconds, Stored

__all__ = ["Generated", "Seeded", "Source", "generate_model"]

ALPHABET = "ab#%'\"\\ \x00\n\x7fé̀߿￿𐀀🎉"
DIGITS = 38


class Source(Protocol):
    """Where choices come from."""

    def integer(self, low: int, high: int) -> int: ...


class Seeded:
    """Choices of a seeded loop."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return (
            low + int(self._random.random() * (high - low + 1))
            if high < 2**40
            else (self._random.randint(low, high))
        )


Make = Callable[[Source], tuple[Any, Any]]
"""Draws a value and its plain meaning."""

ABSENT = object()
"""The meaning of a value that is stored as absence."""


@dataclass(frozen=True)
class Generated:
    """A generated type: the annotation, and values of it."""

    annotation: Any
    make: Make
    is_set: bool = False


class Colour(Enum):
    RED = "red"
    GREEN = "g#"


class Level(IntEnum):
    LOW = -1
    HIGH = 10**20


def text(source: Source) -> tuple[str, str]:
    size = source.integer(0, 6)
    value = "".join(ALPHABET[source.integer(0, len(ALPHABET) - 1)] for _ in range(size))
    return value, value


def whole(source: Source) -> tuple[int, Decimal]:
    value = source.integer(0, 10 ** source.integer(0, DIGITS) - 1) * (1 - 2 * source.integer(0, 1))
    return value, Decimal(value)


def decimal(source: Source) -> tuple[Decimal, Decimal]:
    value = Decimal(whole(source)[0]).scaleb(source.integer(-60, 60))
    return value, value


def binary_float(source: Source) -> tuple[float, Decimal]:
    value = float(whole(source)[0]) * 2.0 ** source.integer(-200, 200)
    value = value if abs(value) < 1e125 else 0.5
    return value, Decimal(repr(value))


def boolean(source: Source) -> tuple[bool, bool]:
    value = source.integer(0, 1) == 1
    return value, value


def binary(source: Source) -> tuple[bytes, bytes]:
    value = bytes(source.integer(0, 255) for _ in range(source.integer(0, 5)))
    return value, value


def day(source: Source) -> tuple[date, str]:
    value = date.fromordinal(source.integer(1, date.max.toordinal()))
    return value, f"{value.year:04}-{value.month:02}-{value.day:02}"


def moment(source: Source) -> tuple[datetime, str]:
    utc = datetime(1, 1, 2, tzinfo=UTC) + timedelta(
        days=source.integer(0, 3_652_000), microseconds=source.integer(0, 86_399_999_999)
    )
    local = utc.astimezone(timezone(timedelta(minutes=source.integer(-720, 720))))
    return local, f"{utc:%m-%dT%H:%M:%S.%f}".join([f"{utc.year:04}-", "Z"])


def epoch(source: Source) -> tuple[datetime, Decimal]:
    seconds = source.integer(0, 4_000_000_000) - 2_000_000_000
    value = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return value, Decimal(seconds)


def identifier(source: Source) -> tuple[UUID, str]:
    value = UUID(int=source.integer(0, 2**128 - 1))
    return value, str(value)


def colour(source: Source) -> tuple[Colour, str]:
    value = list(Colour)[source.integer(0, 1)]
    return value, value.value


def level(source: Source) -> tuple[Level, Decimal]:
    value = list(Level)[source.integer(0, 1)]
    return value, Decimal(int(value))


def choice(source: Source) -> tuple[str | int | bool, Any]:
    value: str | int | bool = ("a", 1, True)[source.integer(0, 2)]
    return value, Decimal(1) if value == 1 and value is not True else value


SCALARS = (
    Generated(str, text),
    Generated(int, whole),
    Generated(Decimal, decimal),
    Generated(Annotated[float, AsNumber()], binary_float),
    Generated(bytes, binary),
    Generated(date, day),
    Generated(datetime, moment),
    Generated(Annotated[datetime, EpochSeconds()], epoch),
    Generated(UUID, identifier),
    Generated(Colour, colour),
    Generated(Level, level),
    Generated(bool, boolean),
    Generated(Literal["a", 1, True], choice),
)
MEMBERS = len(SCALARS) - 2
"""How many of them, from the first, can be members of a set."""


def generate_type(source: Source, depth: int) -> Generated:
    """Any type, less nested than ``depth``."""
    shape = source.integer(0, 6 if depth else 1)
    if shape < 2:
        return SCALARS[source.integer(0, len(SCALARS) - 1)]
    return (_set, _list, _fixed, _dict, _nested_or_union)[shape - 2](source, depth - 1)


def _set(source: Source, depth: int) -> Generated:
    member = SCALARS[source.integer(0, MEMBERS - 1)]
    kind = (set, frozenset)[source.integer(0, 1)]

    def make(source: Source) -> tuple[Any, Any]:
        drawn = [member.make(source) for _ in range(source.integer(0, 3))]
        value = kind(each for each, _ in drawn)
        return value, {meaning for _, meaning in drawn} or ABSENT

    return Generated(kind.__class_getitem__(member.annotation), make, is_set=True)


def _filled(generated: Generated) -> Make:
    # Inside a list or a dict there is no absence to stand for an empty set.
    def make(source: Source) -> tuple[Any, Any]:
        value, meaning = generated.make(source)
        return generated.make(_Most()) if meaning is ABSENT else (value, meaning)

    return make


class _Most:
    def integer(self, low: int, high: int) -> int:
        return high if high < 10 else low + 1


def _element(source: Source, depth: int) -> Generated:
    element = generate_type(source, depth)
    make = _filled(element)
    if element.is_set or source.integer(0, 3):
        return Generated(element.annotation, make)
    return Generated(element.annotation | None, _or_null(make))


def _or_null(make: Make) -> Make:
    return lambda source: make(source) if source.integer(0, 2) else (None, None)


def _list(source: Source, depth: int) -> Generated:
    element = _element(source, depth)
    as_tuple = source.integer(0, 1) == 1

    def make(source: Source) -> tuple[Any, Any]:
        drawn = [element.make(source) for _ in range(source.integer(0, 3))]
        values = [value for value, _ in drawn]
        return tuple(values) if as_tuple else values, [meaning for _, meaning in drawn]

    inner = element.annotation
    generic = tuple.__class_getitem__((inner, ...)) if as_tuple else list.__class_getitem__(inner)
    return Generated(generic, make)


def _fixed(source: Source, depth: int) -> Generated:
    places = [_element(source, depth) for _ in range(source.integer(1, 3))]

    def make(source: Source) -> tuple[Any, Any]:
        drawn = [place.make(source) for place in places]
        return tuple(value for value, _ in drawn), [meaning for _, meaning in drawn]

    return Generated(tuple.__class_getitem__(tuple(each.annotation for each in places)), make)


def _dict(source: Source, depth: int) -> Generated:
    element = _element(source, depth)

    def make(source: Source) -> tuple[Any, Any]:
        keys = {text(source)[0] + "." for _ in range(source.integer(0, 3))}
        drawn = {key: element.make(source) for key in sorted(keys)}
        return {k: v for k, (v, _) in drawn.items()}, {k: m for k, (_, m) in drawn.items()}

    return Generated(dict.__class_getitem__((str, element.annotation)), make)


def _nested_or_union(source: Source, depth: int) -> Generated:
    if source.integer(0, 1):
        return Generated(*generate_model(source, depth))
    first, make_first = generate_model(source, depth, kind="first")
    second, make_second = generate_model(source, depth, kind="second")

    def make(source: Source) -> tuple[Any, Any]:
        return (make_first, make_second)[source.integer(0, 1)](source)

    return Generated(Annotated[first | second, Field(discriminator="kind")], make)


def generate_model(
    source: Source, depth: int, *, kind: str | None = None
) -> tuple[type[BaseModel], Make]:
    """A model of up to five fields; with ``kind``, a member of a tagged union."""
    fields: dict[str, Any] = {} if kind is None else {"kind": (Literal[kind], kind)}
    makers: list[tuple[str, str, Make, bool]] = []
    for number in range(source.integer(0 if kind else 1, 5)):
        name = f"field{number}"
        stored = f"s{number}" if source.integer(0, 2) == 0 else name
        generated = generate_type(source, depth)
        annotation: Any = generated.annotation
        nullable = not generated.is_set and source.integer(0, 2) == 0
        optional = nullable and source.integer(0, 1) == 1
        if nullable:
            annotation = annotation | None
        if stored != name:
            annotation = Annotated[annotation, Stored(stored)]
        fields[name] = (annotation, None if optional else ...)
        make = _or_null(generated.make) if nullable else generated.make
        makers.append((name, stored, make, optional))
    config = ConfigDict(extra="forbid", frozen=True, strict=source.integer(0, 1) == 1)
    model: type[BaseModel] = create_model("Model", __config__=config, **fields)

    def make_instance(source: Source) -> tuple[Any, Any]:
        values: dict[str, Any] = {}
        meanings: dict[str, Any] = {} if kind is None else {"kind": kind}
        for name, stored, make, optional in makers:
            if optional and source.integer(0, 3) == 0:
                continue
            values[name], meanings[stored] = make(source)
        present = {name: each for name, each in meanings.items() if each is not ABSENT}
        return model(**values), present

    return model, make_instance
