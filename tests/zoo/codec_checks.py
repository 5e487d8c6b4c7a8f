"""What must hold of stored values: they read back as they were, exactly, or are refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal, Inexact
from typing import Any

from pydantic import BaseModel

from tabledesign.codec import Unreadable, compile_codec
from tabledesign.errors import InputError

from ..codec.generated import Seeded, generate_model
from ..codec.test_codec_round_trips import check as round_trip
from ..codec.test_codec_versions import ANN, OLD, Member, in_cents, split_name
from .check import Check, source_of

__all__ = ["CODEC_CHECKS"]

HELD = Context(prec=38, traps=[Inexact])


class Price(BaseModel):
    amount: Decimal
    whole: int = 0


def _round_trips(seed: int) -> Iterator[None]:
    """A generated model's values read back the same, and mean to boto3 what they mean to us."""
    number = 0
    while True:
        source = Seeded(seed + number)
        number += 1
        model, make = generate_model(source, depth=2)
        codec = compile_codec(model)
        for _ in range(2):
            instance, expected = make(source)
            try:
                round_trip(codec, instance, expected)
            except Unreadable as error:
                raise AssertionError(f"{instance!r} does not read back: {error}") from error
            yield


def _numbers(seed: int) -> Iterator[None]:
    """A number is stored exactly, by one text for equal numbers, or it is refused."""
    codec, number = compile_codec(Price), 0
    while True:
        random = source_of("numbers", seed, number)
        number += 1
        digits = str(random.randint(1, 9)) + "".join(
            random.choices("0123456789", k=random.choice((0, 1, 4, 36, 37, 38, 39, 44)))
        )
        value = Decimal(f"{random.choice(('', '-'))}{digits}E{random.randint(-60, 60)}")
        if random.random() < 0.1:
            value = random.choice((Decimal("-0"), Decimal("0.00"), Decimal("NaN"), Decimal("inf")))
        item = _encoded(codec, Price.model_construct(amount=value, whole=0))
        if item is None:
            assert not _fits(value), f"{value} was refused"
        else:
            assert _fits(value), f"{value} was taken"
            assert codec.decode(item).amount == value
            longer = Price.model_construct(amount=Decimal(f"{value:f}"), whole=0)
            assert item == _encoded(codec, longer), f"{value} has two texts"
        yield


def _encoded(codec: Any, price: Price) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = codec.encode(price)
    except InputError:
        return None
    return found


def _fits(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    try:
        HELD.plus(value)
    except Inexact:
        return False
    return True


def _versions(seed: int) -> Iterator[None]:
    """An item of any past version reads as the same entity."""
    number = 0
    while True:
        random = source_of("versions", seed, number)
        number += 1
        codec = compile_codec(Member, version=4, upcasters={1: split_name, 3: in_cents})
        item = random.choice(OLD)
        try:
            assert codec.decode(item) == ANN, item
            assert codec.decode(codec.current_form(item)) == ANN, item
        except Unreadable as error:
            raise AssertionError(f"{item} cannot be read: {error}") from error
        yield


CODEC_CHECKS = (
    Check("codec.round_trips", "what is stored reads back the same", _round_trips, 1_000),
    Check("codec.numbers", "a number is exact or refused", _numbers, 1_000),
    Check("codec.versions", "items of every past version read the same", _versions, 200),
)
