"""Values of every scalar type, biased to what breaks keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from random import Random
from typing import Literal
from uuid import UUID

import pytest

from tabledesign.keys.scalars import Scalar, scalar_of

Draw = Callable[[Random], object]


class Mood(Enum):
    GLAD = "glad"
    SAD = "sa"
    SADDER = "sad#er"
    TILDE = "z~"
    DARK = "!"


class Level(IntEnum):
    LOW = -3
    ZERO = 0
    HIGH = 200


ALPHABET = '#%$!"~& azAZ09\x00\x1f\x7f\u0301é\ud7ff\ue000\uffff\U0001f600\U0010ffff'


def text(random: Random) -> str:
    return "".join(random.choices(ALPHABET, k=random.choice((1, 1, 1, 2, 2, 3, 5))))


def integer(random: Random) -> int:
    edges = (0, 1, -1, 9, 10, -9, -10, 2**63 - 1, -(2**63))
    if random.random() < 0.3:
        return random.choice(edges)
    size = 10 ** random.randrange(1, 19)
    return max(-(2**63), min(2**63 - 1, random.randint(-size, size)))


def decimal(random: Random) -> Decimal:
    if random.random() < 0.1:
        return Decimal(random.choice(("0", "-0", "0.00", "0E+9", "1E+125", "-1E-130")))
    digits = str(random.randrange(10 ** random.choice((1, 1, 2, 3, 38))))
    digits += "0" * random.randrange(0, 38 - len(digits) + 1, 7)
    exponent = random.choice((0, 0, 0, -1, -2, 1, -40, 60))
    return Decimal(f"{random.choice('+-')}{digits}E{exponent}")


def day(random: Random) -> date:
    if random.random() < 0.1:
        return random.choice((date.min, date.max))
    return date(2026, 1, 1) + timedelta(days=random.randint(-400, 400))


def moment(random: Random) -> datetime:
    zone = timezone(timedelta(minutes=random.randint(-1439, 1439)))
    start = datetime(2026, 10, 25, tzinfo=UTC)
    step = random.choice((1, 1_000_000, 3_600_000_000))
    return (start + timedelta(microseconds=step * random.randint(-30, 30))).astimezone(zone)


def uuid(random: Random) -> UUID:
    return UUID(int=random.choice((random.getrandbits(128), random.getrandbits(8))))


def binary(random: Random) -> bytes:
    return bytes(random.choices((0, 1, 15, 16, 127, 128, 255), k=random.randint(1, 4)))


def one_of(*values: object) -> Draw:
    return lambda random: random.choice(values)


DRAWS: dict[object, Draw] = {
    str: text,
    int: integer,
    Decimal: decimal,
    bool: one_of(False, True),
    date: day,
    datetime: moment,
    UUID: uuid,
    bytes: binary,
    Mood: one_of(*Mood),
    Level: one_of(*Level),
    Literal["#", "a", "a#", "a b", "~"]: one_of("#", "a", "a#", "a b", "~"),
    Literal[-1, 0, 10, 9]: one_of(-1, 0, 10, 9),
}


def rank(value: object) -> object:
    """What Python's own order of the value is, where members and zones have none."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value


def kinds() -> list[tuple[Scalar, Draw]]:
    found = [(scalar_of(annotation), draw) for annotation, draw in DRAWS.items()]
    return [(scalar, draw) for scalar, draw in found if scalar is not None]


@pytest.fixture(scope="session")
def drawn_scalars() -> list[tuple[Scalar, Draw]]:
    """Every scalar type, and what draws its values."""
    return kinds()


@pytest.fixture(scope="session")
def rank_of() -> Callable[[object], object]:
    """Python's own order of values."""
    return rank
