"""Sums: what is counted away from its bounds is one request, and starts where absence reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field, NonNegativeInt, field_validator

from tabledesign import (
    Change,
    ConditionFailed,
    Entity,
    InputError,
    Key,
    Repository,
    Table,
    Transaction,
)
from tabledesign.engine.scripted import ScriptedEngine

from .memory import Memory

meters = Table("meters", global_indexes=("gsi1",))


class Meter(Entity, table=meters):
    meter_id: str
    visits: NonNegativeInt = 0  # stands in a key
    counted: NonNegativeInt = 0
    debt: Annotated[Decimal, Field(le=0)] | None = None
    high: Annotated[int, Field(ge=5)] | None = None
    both: Annotated[int, Field(ge=0, le=10)] = 0
    evens: Annotated[int, Field(ge=0, multiple_of=2)] = 0
    watched: Annotated[int, Field(ge=0)] = 0
    short: Annotated[Decimal, Field(ge=0, max_digits=2)] = Decimal(0)
    balance: Decimal | None = None
    price: Decimal = Decimal(1)
    by_id = Key(partition="meter_id")
    by_visits = Key("gsi1", label="visits", partition=(), sort=("visits", "meter_id"))

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
        (Change().add(counted=1), 1),
        (Change().increment("counted", 1, at_most=9), 1),
        (Change().add(visits=1), 2),
        (Change().subtract(debt=Decimal(2)), 1),
        (Change().add(both=1), 2),
        (Change().add(evens=2), 2),
        (Change().add(watched=1), 2),
        (Change().add(short=1), 2),
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
        Change().add(short=100),
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


@pytest.mark.parametrize("name", ["visits", "counted"])
def test_a_bound_of_the_change_fails_as_a_condition_whether_the_item_is_read_or_not(
    engine: ScriptedEngine, name: str
) -> None:
    meters = Meters(engine)
    for change in (
        Change().increment(name, -1, at_least=0),
        Change().increment(name, 4, at_most=3),
        Change().increment("high", 1),
    ):
        with pytest.raises(ConditionFailed) as caught:
            meters.update(METER, change)
        assert Meter(meter_id="m") == caught.value.stored

    meters.update(METER, Change().increment(name, 3, at_most=3))
    assert 1 == getattr(meters.update(METER, Change().increment(name, -2, at_least=1)), name)


def test_a_bound_on_an_unknown_field_is_told_so_beside_a_request_key(
    engine: ScriptedEngine,
) -> None:
    wrong = Transaction().update("meter", METER, Change().increment("vists", 1, at_least=0))
    with pytest.raises(InputError, match="no field 'vists'"):
        Meters(engine).once("k", wrong, content="c")
