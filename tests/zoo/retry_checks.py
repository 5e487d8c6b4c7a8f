"""What must hold of requests that fail: nothing twice, nothing too late, everything told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import product
from random import Random

from tabledesign.engine.allowance import Retries, within
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.drivers import drive
from tabledesign.engine.retry import send
from tabledesign.engine.scripted import FakeClock, ScriptedEngine
from tabledesign.errors import (
    ConditionFailed,
    OutcomeUnknown,
    RequestError,
    ServiceFailed,
    TabledesignError,
    Throttled,
)
from tabledesign.wire import Request

from ..writes.memory import Memory
from ..writes.scenarios import HOUSE
from ..writes.sweep import Bench
from ..writes.test_cancellations import PASSING, REASONS, cancelled, expected
from ..writes.test_effects import played
from .check import Check, source_of

__all__ = ["RETRY_CHECKS"]

REQUESTS = (
    Request("Query", {}),
    Request("UpdateItem", {"UpdateExpression": "ADD #n :v"}),
    Request("PutItem", {"Item": {}}),
    Request("PutItem", {"Item": {}}, last_writer_wins=True),
    Request("TransactWriteItems", {"ClientRequestToken": "t"}),
)
ERRORS = (
    lambda: Throttled("too much; slow down", code="request.throttled"),
    lambda: OutcomeUnknown("lost; read the item", code="outcome.unknown"),
    lambda: ServiceFailed("failed; again", code="service.failed"),
    lambda: ConditionFailed("no; read", code="condition.failed"),
)


class Script:
    """Fails as it is told to, each time after so many seconds, and writes down when."""

    def __init__(self, random: Random, clock: FakeClock) -> None:
        self.random, self.clock = random, clock
        self.sent: list[tuple[float, RequestError]] = []
        self.tokens: set[object] = set()
        self.began = clock.now()
        self.likely = random.choice(ERRORS)

    def __call__(self, request: Request, number: int) -> Exception:
        assert number <= 60, "the request is sent again and again"
        error = self.likely() if self.random.random() < 0.8 else self.random.choice(ERRORS)()
        self.sent.append((self.seconds, error))
        self.tokens.add(request.parameters.get("ClientRequestToken"))
        self.clock.instant += timedelta(seconds=self.random.choice((0.01, 0.01, 0.5, 1.0)))
        return error

    @property
    def seconds(self) -> float:
        return (self.clock.now() - self.began).total_seconds()


def _attempts(seed: int) -> Iterator[None]:
    """A request is sent again only where it may be, within budget and time, under one token."""
    number = 0
    while True:
        random = source_of("attempts", seed, number)
        number += 1
        request = random.choice(REQUESTS)
        clock = FakeClock(drawn=random.random())
        script = Script(random, clock)
        rule = Retries(
            seconds=random.choice((3.0, 8.0, 60.0)), budget=random.randint(0, 6), attempt=1
        )
        limit = random.choice((None, 0.0, 0.6, 2.0, 5.0))
        deadline = None if limit is None else Deadline.after(limit, clock=clock)
        engine = within(ScriptedEngine(fault=script, clock=clock), deadline, retries=rule)
        with suppress(TabledesignError):
            drive(send(request), engine)
        said = f"{request.operation}, {rule}, {limit}: {script.sent}"
        assert len(script.sent) <= rule.budget + 1, f"over the budget: {said}"
        for at, _ in script.sent:
            assert limit is None or at < limit, f"sent after the deadline: {said}"
        if len(script.sent) > 1:
            assert script.seconds <= min(rule.seconds, limit or 60.0) + 1e-6, f"too late: {said}"
        for _, error in script.sent[:-1]:
            assert not isinstance(error, ConditionFailed), f"a refusal is sent again: {said}"
            assert error.retry == "safe" or _may_repeat(request), f"sent twice: {said}"
        assert len(script.tokens) <= 1, f"several tokens: {said}"
        yield


def _may_repeat(request: Request) -> bool:
    """Whether it does no harm twice: a question, a transaction under its token, a declared put."""
    reads = request.operation == "Query"
    return reads or "ClientRequestToken" in request.parameters or request.last_writer_wins


def _sweep(seed: int) -> Iterator[None]:
    """A fault at request n, once or from then on, leaves all of a write or nothing, once."""
    bench = Bench(HOUSE, Memory())
    cases = list(bench.cases())
    source_of("sweep", seed).shuffle(cases)
    # Most that goes wrong goes wrong at the first request already.
    cases.sort(key=lambda case: case.number)
    for case in cases:
        bench.check(case)
        yield


def _counted(seed: int) -> Iterator[None]:
    """Of writes whose answers are lost each has its effect once."""
    number = seed % 1_000_000
    while True:
        played(number)
        number += 1
        yield


def _reasons(seed: int) -> Iterator[None]:
    """Why a transaction was cancelled is told by the steps' names; sent again where it may be."""
    random = source_of("reasons", seed)
    products = [each for steps in (1, 2, 3) for each in product(REASONS, repeat=steps)]
    random.shuffle(products)
    for reasons in products:
        error, engine = cancelled(reasons)
        told = {f"step {n}": (code,) for n, code in enumerate(reasons) if code != "None"}
        assert isinstance(error, expected(reasons)), (reasons, error)
        assert (error.details.get("steps") or {}) == told, (reasons, error.details.get("steps"))
        if isinstance(error, ConditionFailed):
            first = f"step {reasons.index('ConditionalCheckFailed')}"
            assert error.details["step"] == first, (reasons, error.details["step"])
        again = len(engine.requests) > 1
        assert again is (set(reasons) <= PASSING and set(reasons) != {"None"}), reasons
        yield


RETRY_CHECKS = (
    Check("requests.attempts", "sent again only where and while it may be", _attempts, 1_000),
    Check("requests.sweep", "a fault anywhere leaves all of a write or nothing", _sweep, 600),
    Check("requests.counted", "a write whose answer is lost has its effect once", _counted, 40),
    Check("transactions.reasons", "a cancellation is told by steps", _reasons, 300),
)
