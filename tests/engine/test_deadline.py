from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import ClassVar

import pytest

from tabledesign.engine import AsyncClientEngine, adrive, capabilities_of, drive, is_async
from tabledesign.engine.allowance import Retries, retries_of, within
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.effects import Operation, now
from tabledesign.engine.retry import send, send_many
from tabledesign.engine.scripted import FakeClock, Lost, ScriptedEngine
from tabledesign.errors import (
    ConditionFailed,
    DeadlinePassed,
    EngineUnreachable,
    OutcomeUnknown,
    RequestError,
    ServiceFailed,
    Throttled,
)
from tabledesign.wire import Request, Response

from .lanes.answering import run, settled
from .lanes.asking import loop

START = datetime(2026, 1, 1, tzinfo=UTC)
READ = Request("GetItem", {"TableName": "todo"})
REQUESTS = (
    READ,
    Request("UpdateItem", {"UpdateExpression": "ADD #n :one"}),
    Request("TransactWriteItems", {"ClientRequestToken": "t"}),
    Request("PutItem", {}, last_writer_wins=True),
)
LOST = OutcomeUnknown("lost; read the item", code="outcome.unknown")
FAILED = ServiceFailed("failed; read the item", code="service.failed")
REFUSED = ConditionFailed("another state; read it", code="condition.failed")
FAULTS: tuple[Exception | Lost | None, ...] = (
    None,
    LOST,
    FAILED,
    Lost(LOST),
    Lost(FAILED),
    REFUSED,
    Throttled("too much; slow down", code="request.throttled"),
    EngineUnreachable("no connection; look", code="engine.unreachable"),
)


class Script:
    """An engine that takes its time and fails at random; a token is applied once."""

    def __init__(self, random: Random, clock: FakeClock) -> None:
        self.random = random
        self.clock = clock
        self.effects = 0

    def fault(self, request: Request, n: int) -> Exception | Lost | None:
        random = self.random
        self.clock.drawn = random.random()
        took = random.choice((0.0, random.random(), random.uniform(0, 4), 4.0))
        self.clock.instant += timedelta(seconds=took)
        decided = random.choice(FAULTS)
        # DynamoDB answers a token that it has applied, and refuses it no more.
        known = request.repeat == "token" and self.effects
        return None if decided is REFUSED and known else decided

    def send(self, request: Request) -> Response:
        if request.repeat != "token" or not self.effects:
            self.effects += 1
        return {}


def test_no_script_of_faults_ends_after_its_time_or_applies_a_write_twice() -> None:
    random = Random(20_261_124)
    latest = timedelta(0)
    failures = 0
    for _ in range(10_000):
        clock = FakeClock()
        script = Script(random, clock)
        engine = ScriptedEngine(script, fault=script.fault, clock=clock)
        rule = Retries(seconds=random.choice((4.0, 5.5, 8.0)), budget=random.randint(0, 10))
        request = random.choice(REQUESTS)
        failure: RequestError | None = None
        try:
            drive(send(request), within(engine, retries=rule))
        except RequestError as error:
            failure, failures = error, failures + 1
        latest = max(latest, clock.now() - START - timedelta(seconds=rule.seconds))
        assert len(engine.requests) <= rule.budget + 1
        if request.repeat in {"never", "token"}:
            unknown = isinstance(failure, OutcomeUnknown)
            assert script.effects in ({1} if failure is None else {0, 1} if unknown else {0})
    assert latest <= timedelta(0)
    assert failures > 1_000


def test_a_lambda_context_leaves_a_margin_to_answer_in() -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 3_000

    clock = FakeClock()
    deadlines = [
        Deadline.from_lambda(Context(), clock=clock),
        Deadline.from_lambda(Context(), margin=timedelta(seconds=1), clock=clock),
    ]
    assert [deadline.left(clock.now()) for deadline in deadlines] == [2.5, 2.0]


def test_nothing_is_left_of_a_deadline_that_has_passed() -> None:
    assert Deadline(START).left(START + timedelta(days=1)) == 0.0


def test_an_operation_asks_for_the_time_left() -> None:
    engine = ScriptedEngine()
    deadline = Deadline.after(3, clock=engine.clock)

    def left() -> Operation[float]:
        return deadline.left((yield from now()))

    engine.clock.sleep(1)
    assert drive(left(), engine) == 2.0


def test_the_real_clock_serves_where_none_is_given() -> None:
    left = Deadline.after(100).left(datetime.now(UTC))
    assert 99 < left <= 100


def test_nothing_is_sent_after_the_callers_deadline() -> None:
    engine = ScriptedEngine(fault=lambda request, n: {})
    limited = within(engine, Deadline.after(2, clock=engine.clock))
    drive(send(READ), limited)
    engine.clock.sleep(2)
    with pytest.raises(DeadlinePassed, match="'scripted' was asked") as caught:
        drive(send(READ), limited)
    assert (caught.value.code, len(engine.requests)) == ("deadline.passed", 1)


def test_a_callers_deadline_shortens_the_time_for_repeating() -> None:
    busy = Throttled("too much; slow down", code="request.throttled")
    engine = ScriptedEngine(fault=lambda request, n: busy)
    limited = within(engine, Deadline.after(4.5, clock=engine.clock))
    with pytest.raises(Throttled):
        drive(send(READ), limited)
    assert engine.clock.now() - START <= timedelta(seconds=0.5)


def test_a_deadline_that_passes_after_a_lost_answer_leaves_the_write_unknown() -> None:
    engine = ScriptedEngine(fault=lambda request, n: LOST)
    engine.clock.drawn = 1.0
    rule = Retries(attempt=0.0, first=1.0)
    limited = within(engine, Deadline.after(1, clock=engine.clock), retries=rule)
    with pytest.raises(OutcomeUnknown) as caught:
        drive(send(REQUESTS[3]), limited)
    assert (len(engine.requests), type(caught.value.__cause__)) == (1, DeadlinePassed)


def test_of_many_those_that_come_after_the_deadline_are_left_unsent() -> None:
    engine = ScriptedEngine()

    def slow(request: Request, n: int) -> Response:
        engine.clock.sleep(1)
        return {}

    engine.fault = slow
    limited = within(engine, Deadline.after(2, clock=engine.clock))
    outcomes = drive(send_many([READ] * 3, limit=3), limited)
    assert [isinstance(outcome, DeadlinePassed) for outcome in outcomes] == [False, False, True]


@pytest.fixture
def passed() -> Iterator[ScriptedEngine]:
    engine = ScriptedEngine(fault=lambda request, n: {})
    yield engine
    assert engine.requests == []


def test_an_awaited_request_is_not_sent_after_the_deadline(passed: ScriptedEngine) -> None:
    limited = within(AsyncClientEngine(passed), Deadline(START))
    assert is_async(limited)
    with pytest.raises(DeadlinePassed):
        asyncio.run(adrive(send(READ), limited))


def test_of_many_awaited_none_is_sent_after_the_deadline(passed: ScriptedEngine) -> None:
    limited = within(AsyncClientEngine(passed), Deadline(START))
    (outcome,) = asyncio.run(adrive(send_many([READ], limit=1), limited))
    assert isinstance(outcome, DeadlinePassed)


class Silent:
    """An asynchronous engine that never answers."""

    is_async: ClassVar[bool] = True
    name: ClassVar[str] = "silent"

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.under_way = 0

    async def send(self, request: Request) -> Response:
        self.under_way += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.under_way -= 1
        return {}


@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.repeat)
def test_an_awaited_answer_is_waited_for_until_the_deadline_and_no_longer(
    request_: Request, at_once: int
) -> None:
    engine = Silent()
    limited = within(engine, Deadline.after(2, clock=engine.clock))

    async def scenario() -> list[RequestError]:
        asked = adrive(send_many([request_] * at_once, limit=2), limited)
        waiting = asyncio.create_task(asked)
        for _ in range(4):
            await settled()
            loop().skip(1)
            engine.clock.sleep(1)
        return [outcome for outcome in await waiting if isinstance(outcome, RequestError)]

    unsent = max(0, at_once - 2)
    first = DeadlinePassed if request_.repeat == "read" else OutcomeUnknown
    expected = [first] * (at_once - unsent) + [DeadlinePassed] * unsent
    assert expected == [type(error) for error in run(scenario())]
    assert 0 == engine.under_way


def test_a_time_out_of_the_engines_own_is_not_taken_for_the_deadline() -> None:
    class Impatient(Silent):
        async def send(self, request: Request) -> Response:
            raise TimeoutError("its own")

    limited = within(Impatient(), Deadline(START + timedelta(seconds=2)))
    with pytest.raises(TimeoutError, match="its own"):
        asyncio.run(adrive(send(READ), limited))


def test_a_caller_that_is_cancelled_sees_its_own_error_and_nothing_stays_under_way() -> None:
    engine = Silent()
    limited = within(engine, Deadline.after(2, clock=engine.clock))

    async def scenario() -> None:
        waiting = asyncio.create_task(adrive(send_many(REQUESTS, limit=3), limited))
        await settled()
        assert 3 == engine.under_way
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    run(scenario())
    assert 0 == engine.under_way


def test_an_engine_under_a_deadline_is_the_same_in_all_else() -> None:
    engine = ScriptedEngine()
    rule = Retries(budget=3)
    limited = within(within(engine, retries=rule), Deadline(START))
    assert capabilities_of(limited) == capabilities_of(engine)
    assert retries_of(limited) == Retries(budget=3, deadline=Deadline(START))
    assert retries_of(AsyncClientEngine(limited)) == retries_of(limited)
