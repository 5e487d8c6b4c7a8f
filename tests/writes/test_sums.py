"""Sums: what is counted away from its bounds is one request, and starts where absence reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field, NonNegativeInt, field_validator

from tabledesign import Change, Entity, InputError, Key, Repository, Table
from tabledesign.engine.scripted import ScriptedEngine

from .memory import Memory

meters = Table("meters")


class Meter(Entity, table=meters):
    meter_id: str
    visits: NonNegativeInt = 0
    debt: Annotated[Decimal, Field(le=0)] | None = None
    high: Annotated[int, Field(ge=5)] | None = None
    both: Annotated[int, Field(ge=0, le=10)] = 0
    evens: Annotated[int, Field(ge=0, multiple_of=2)] = 0
    watched: Annotated[int, Field(ge=0)] = 0
    balance: Decimal | None = None
    price: Decimal = Decimal(1)
    by_id = Key(partition="meter_id")

    @field_validator("watched")
    @classmethod
    def _not_seven(cls, watched: int) -> int:
        if watched == 7:
            raise ValueError("seven is taken")
        return watched


class Meters(Repository, table=meters):
    pass


METER = Meter.by_id(meter_id="m")


@pytest.fixture
def engine() -> ScriptedEngine:
    memory = Memory()
    Meters(memory).create(Meter(meter_id="m"))
    return ScriptedEngine(memory, clock=memory.clock)


@pytest.mark.parametrize(
    ("change", "requests"),
    [
        (Change().add(visits=1), 1),
        (Change().increment("visits", 1, at_most=9), 1),
        (Change().subtract(debt=Decimal(2)), 1),
        (Change().add(both=1), 2),
        (Change().add(evens=2), 2),
        (Change().add(watched=1), 2),
    ],
)
def test_only_a_sum_that_may_leave_its_bounds_is_read_first(
    engine: ScriptedEngine, change: Change, requests: int
) -> None:
    Meters(engine).update(METER, change)

    assert requests == len(engine.requests)


@pytest.mark.parametrize(
    "change",
    [
        Change().subtract(visits=1),
        Change().add(debt=Decimal(1)),
        Change().add(high=1),
        Change().add(both=11),
        Change().add(evens=1),
        Change().add(watched=7),
    ],
)
def test_a_sum_that_leaves_its_bounds_is_refused_and_nothing_is_written(
    engine: ScriptedEngine, change: Change
) -> None:
    with pytest.raises(InputError):
        Meters(engine).update(METER, change)

    assert Meter(meter_id="m") == Meters(engine).get(METER)


def test_a_decimal_that_is_not_there_counts_from_zero_or_its_default(
    engine: ScriptedEngine,
) -> None:
    after = Meters(engine).update(METER, Change().add(balance=1, price=Decimal("0.5")))

    assert (Decimal(1), Decimal("1.5")) == (after.balance, after.price)
