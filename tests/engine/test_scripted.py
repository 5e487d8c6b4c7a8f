from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from tabledesign.engine import Operation, drive, new_id, now, send, send_many, sleep
from tabledesign.engine.scripted import FakeClock, Lost, ScriptedDriver, ScriptedEngine
from tabledesign.errors import OutcomeUnknown, RequestError, Throttled
from tabledesign.wire import Request, Response

SLOW_DOWN = Throttled("too much; slow down", code="request.throttled")
LOST = OutcomeUnknown("lost; read again", code="outcome.unknown")


class Counter:
    def __init__(self) -> None:
        self.applied = 0

    def send(self, request: Request) -> Response:
        self.applied += 1
        return {"n": self.applied}


def patient() -> Operation[Response]:
    for attempt in range(3):
        try:
            return (yield from send(Request("GetItem", {})))
        except Throttled:
            yield from sleep(2**attempt)
    return {}


def throttle_twice(request: Request, n: int) -> Exception | None:
    return SLOW_DOWN if n <= 2 else None


def test_a_fault_before_sending_leaves_the_engine_untouched() -> None:
    engine = Counter()
    driver = ScriptedDriver(engine, fault=throttle_twice)
    answer = driver.drive(patient())
    assert (answer, engine.applied, len(driver.requests)) == ({"n": 1}, 1, 3)


def test_waiting_moves_the_fake_clock_and_takes_no_time() -> None:
    driver = ScriptedDriver(Counter(), fault=throttle_twice)
    asyncio.run(driver.adrive(patient()))
    assert (driver.clock.slept, driver.clock.now()) == (
        [1, 2],
        datetime(2026, 1, 1, 0, 0, 3, 0, UTC),
    )


def test_an_engine_brings_its_fake_clock_to_any_driver() -> None:
    engine = ScriptedEngine(Counter(), fault=throttle_twice)
    drive(patient(), engine)
    assert engine.clock.slept == [1, 2]


def test_a_lost_answer_is_of_a_request_that_was_applied() -> None:
    engine = Counter()
    driver = ScriptedDriver(engine, fault=lambda request, n: Lost(LOST))
    with pytest.raises(OutcomeUnknown):
        driver.drive(send(Request("PutItem", {})))
    assert engine.applied == 1


def test_an_answer_may_be_given_instead() -> None:
    engine = Counter()
    driver = ScriptedDriver(engine, fault=lambda request, n: {"instead": n})
    assert (driver.drive(send(Request("Query", {}))), engine.applied) == ({"instead": 1}, 0)


def test_faults_among_many_stay_in_their_places() -> None:
    driver = ScriptedDriver(Counter(), fault=lambda request, n: SLOW_DOWN if n == 2 else None)
    outcomes = driver.drive(send_many((Request("Query", {}),) * 3, limit=2))
    assert [isinstance(outcome, RequestError) for outcome in outcomes] == [False, True, False]


def test_a_request_nobody_decides_is_a_failure_of_the_test() -> None:
    with pytest.raises(AssertionError, match="nothing answers DeleteItem, request 1"):
        ScriptedEngine().send(Request("DeleteItem", {}))


def test_ids_and_instants_are_the_same_in_every_run() -> None:
    def operation() -> Operation[tuple[str, str, datetime]]:
        first = yield from new_id()
        second = yield from new_id()
        return first, second, (yield from now())

    expected = (f"{1:032x}", f"{2:032x}", datetime(2030, 1, 1, tzinfo=UTC))
    clock = FakeClock(datetime(2030, 1, 1, tzinfo=UTC))
    assert expected == ScriptedDriver(clock=clock).drive(operation())
