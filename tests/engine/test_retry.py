from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from tabledesign.engine import drive
from tabledesign.engine.allowance import Allowance, Retries
from tabledesign.engine.effects import Operation
from tabledesign.engine.retry import FIRST, Attempt, Raise, Wait, backoff, decide, send, send_many
from tabledesign.engine.scripted import Fault, Lost, ScriptedDriver, ScriptedEngine
from tabledesign.errors import (
    AccessDenied,
    ConditionFailed,
    DeadlinePassed,
    EngineUnreachable,
    OutcomeUnknown,
    RequestError,
    RequestRefused,
    ServiceFailed,
    TableMissing,
    Throttled,
    TransactionConflict,
)
from tabledesign.wire import Repeat, Request, Response

REQUESTS: dict[Repeat, Request] = {
    "read": Request("GetItem", {"TableName": "todo"}),
    "token": Request("TransactWriteItems", {"ClientRequestToken": "t", "TransactItems": []}),
    "overwrite": Request("PutItem", {"TableName": "todo", "Item": {}}, last_writer_wins=True),
    "never": Request("UpdateItem", {"UpdateExpression": "ADD #n :one"}),
}


def fault(kind: type[RequestError], code: str = "x", **details: object) -> RequestError:
    return kind("it failed; do something", code=code, details=details)


BUSY = fault(Throttled, "request.throttled")
LOST = fault(OutcomeUnknown, "outcome.unknown")
FAILED = fault(ServiceFailed, "service.failed")
CONFLICT = fault(TransactionConflict)
IN_PROGRESS = fault(TransactionConflict, aws_code="TransactionInProgressException")
UNREACHABLE = fault(EngineUnreachable, "engine.unreachable")
CONDITION = fault(ConditionFailed)
REFUSED = fault(RequestRefused)

# What follows a first failure: again, or the class that is raised; by class of the request.
AGAIN = "again"
CLASSES: tuple[Repeat, ...] = get_args(Repeat)


def alike(outcome: str) -> dict[Repeat, str]:
    return dict.fromkeys(CLASSES, outcome)


BY_CLASS: dict[Repeat, str] = {**alike(AGAIN), "never": "OutcomeUnknown"}
OUTCOMES: list[tuple[RequestError, dict[Repeat, str]]] = [
    (BUSY, alike(AGAIN)),
    (CONFLICT, alike(AGAIN)),
    (IN_PROGRESS, alike(AGAIN)),
    (UNREACHABLE, alike(AGAIN)),
    (LOST, BY_CLASS),
    (FAILED, BY_CLASS),
    (CONDITION, alike("ConditionFailed")),
    (REFUSED, alike("RequestRefused")),
    (fault(TableMissing), alike("TableMissing")),
    (fault(AccessDenied), alike("AccessDenied")),
    (fault(DeadlinePassed), alike("DeadlinePassed")),
    (fault(EngineUnreachable, "engine.closed"), alike("EngineUnreachable")),
    (fault(EngineUnreachable, "engine.untrusted"), alike("EngineUnreachable")),
]

# What is raised in the end by a failure that follows a lost answer, with nothing left to spend.
DOUBTFUL: list[tuple[RequestError, dict[Repeat, str]]] = [
    (
        failure,
        {
            "read": type(failure).__name__,
            "token": definite or "OutcomeUnknown",
            "overwrite": "OutcomeUnknown",
            "never": "OutcomeUnknown",
        },
    )
    for failure, definite in (
        (BUSY, ""),
        (CONFLICT, ""),
        (UNREACHABLE, ""),
        (LOST, ""),
        (FAILED, ""),
        (fault(AccessDenied), ""),
        (fault(DeadlinePassed), ""),
        (CONDITION, "ConditionFailed"),
        (REFUSED, "RequestRefused"),
    )
]


def allowance(spent: int = 0, **rule: Any) -> Allowance:
    return Allowance(Retries(**rule), datetime(2026, 1, 1, tzinfo=UTC), spent)


def decided(decision: Wait | Raise) -> str:
    return AGAIN if isinstance(decision, Wait) else type(decision.error).__name__


@pytest.mark.parametrize("repeat", CLASSES)
@pytest.mark.parametrize(("failure", "expected"), OUTCOMES)
def test_the_class_of_a_request_decides_what_a_failure_leads_to(
    failure: RequestError, expected: dict[Repeat, str], repeat: Repeat
) -> None:
    decision = decide(failure, REQUESTS[repeat], attempt=FIRST, elapsed=0, allowance=allowance())
    assert expected[repeat] == decided(decision)


@pytest.mark.parametrize("repeat", CLASSES)
@pytest.mark.parametrize(("failure", "expected"), DOUBTFUL)
def test_what_follows_a_lost_answer_does_not_make_it_certain(
    failure: RequestError, expected: dict[Repeat, str], repeat: Repeat
) -> None:
    decision = decide(
        failure,
        REQUESTS[repeat],
        attempt=Attempt(2, doubtful=True),
        elapsed=0,
        allowance=allowance(spent=10),
    )
    assert expected[repeat] == decided(decision)


def test_an_error_in_disguise_keeps_its_details_and_its_cause() -> None:
    failure = fault(ServiceFailed, "service.failed", table="todo")
    decision = decide(failure, REQUESTS["never"], attempt=FIRST, elapsed=0, allowance=allowance())
    assert isinstance(decision, Raise)
    error = decision.error
    assert (error.code, error.details, error.__cause__) == (
        "outcome.unknown",
        {"table": "todo"},
        failure,
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("Query", {}), "read"),
        (Request("DescribeTimeToLive", {}), "read"),
        (Request("Query", {}, last_writer_wins=True), "read"),
        (Request("PutItem", {}), "never"),
        (Request("PutItem", {}, last_writer_wins=True), "overwrite"),
        (Request("DeleteItem", {}, last_writer_wins=True), "overwrite"),
        (Request("BatchWriteItem", {}, last_writer_wins=True), "overwrite"),
        (Request("PutItem", {"ConditionExpression": "c"}, last_writer_wins=True), "never"),
        (Request("TransactWriteItems", {}), "never"),
        (Request("TransactWriteItems", {}, last_writer_wins=True), "never"),
        (Request("TransactWriteItems", {"ClientRequestToken": "t"}), "token"),
        (Request("CreateTable", {}, last_writer_wins=True), "never"),
        (Request("PutItem", {"ClientRequestToken": "t"}), "never"),
    ],
)
def test_a_request_knows_its_class(request_: Request, expected: Repeat) -> None:
    assert expected == request_.repeat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SET #a = :v, #b = :w", "overwrite"),
        ("SET #a = if_not_exists(#a, :v) REMOVE #b", "overwrite"),
        ("SET #a = #a + :v", "never"),
        ("SET #a = #a - :v", "never"),
        ("SET #a = list_append(#a, :v)", "never"),
        ("SET #a = LIST_APPEND(:v, #a)", "never"),
        ("SET #b = :w ADD #a :v", "never"),
        ("set #b = :w add #a :v", "never"),
        ("DELETE #a :v", "never"),
        ("REMOVE #a[0]", "never"),
    ],
)
def test_no_declaration_lets_an_update_count_twice(text: str, expected: Repeat) -> None:
    update = Request("UpdateItem", {"UpdateExpression": text}, last_writer_wins=True)
    assert expected == update.repeat


def test_pauses_double_up_to_the_longest() -> None:
    ceilings = [
        backoff(Attempt(n), elapsed=0, allowance=allowance()) for n in (1, 2, 3, 4, 5, 6, 7, 10_000)
    ]
    assert ceilings == [Wait(s) for s in (0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0)]


def test_a_pause_leaves_the_time_one_more_attempt_takes() -> None:
    last = backoff(Attempt(9), elapsed=3.75, allowance=allowance())
    none = backoff(Attempt(9), elapsed=4.01, allowance=allowance())
    assert (last, none) == (Wait(0.25), None)


def test_a_spent_budget_allows_no_pause() -> None:
    left = [backoff(FIRST, elapsed=0, allowance=allowance(spent=n)) for n in (9, 10, 11)]
    assert left == [Wait(0.05), None, None]


def test_a_token_protects_for_ten_minutes_only() -> None:
    long = allowance(seconds=3_600.0)
    decisions = [
        decided(decide(LOST, REQUESTS["token"], attempt=FIRST, elapsed=s, allowance=long))
        for s in (599, 600)
    ]
    assert decisions == [AGAIN, "OutcomeUnknown"]


def test_a_pause_is_drawn_between_nothing_and_its_ceiling() -> None:
    for drawn in (0.0, 0.25, 0.999):
        driver = ScriptedDriver(fault=lambda request, n: BUSY if n == 1 else {})
        driver.clock.drawn = drawn
        driver.drive(send(REQUESTS["never"]))
        assert driver.clock.slept == [drawn * 0.05]


def test_the_real_clock_draws_evenly() -> None:
    from tabledesign import clock

    drawn = [clock.fraction() for _ in range(2_000)]
    assert min(drawn) >= 0
    assert max(drawn) < 1
    assert all(any(n / 10 <= d < (n + 1) / 10 for d in drawn) for n in range(10))


class Counter:
    """Applies every write it is sent; a transaction once a token."""

    def __init__(self) -> None:
        self.effects = 0
        self.tokens: set[object] = set()

    def send(self, request: Request) -> Response:
        token = request.parameters.get("ClientRequestToken")
        if request.repeat != "read" and (token is None or token not in self.tokens):
            self.effects += 1
        self.tokens.add(token)
        return {}


def five(request: Request) -> Operation[int]:
    """Five requests in one call; gives how many were acknowledged."""
    done = 0
    for number in range(5):
        parameters = dict(request.parameters)
        if request.repeat == "token":
            parameters["ClientRequestToken"] = str(number)
        each = Request(request.operation, parameters, last_writer_wins=request.last_writer_wins)
        yield from send(each)
        done += 1
    return done


FAULTS: dict[str, Exception | Lost] = {
    "dropped": LOST,
    "applied and lost": Lost(LOST),
    "failed": FAILED,
    "applied and failed": Lost(FAILED),
    "throttled": BUSY,
    "conflict": CONFLICT,
    "unreachable": UNREACHABLE,
    "refused": CONDITION,
}


def at(kind: str, place: int, *, lasting: bool = False) -> Fault:
    """The fault at one request, or at that one and all after it."""

    def decide(request: Request, n: int) -> Exception | Lost | None:
        return FAULTS[kind] if n == place or (lasting and n > place) else None

    return decide


@pytest.mark.parametrize("repeat", ["token", "never"])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_once_at_each_request_applies_every_write_at_most_once(
    kind: str, repeat: Repeat
) -> None:
    for place in range(1, 6):
        engine = Counter()
        driver = ScriptedDriver(engine, fault=at(kind, place))
        failure: RequestError | None = None
        try:
            assert driver.drive(five(REQUESTS[repeat])) == 5
        except RequestError as error:
            failure = error
        sent, effects = len(driver.requests), engine.effects
        if failure is None:
            assert (sent, effects) == (6, 5)
            continue
        applied = isinstance(FAULTS[kind], Lost)
        assert (sent, effects) == (place, place - 1 + applied)
        assert isinstance(failure, OutcomeUnknown) == (kind != "refused")


@pytest.mark.parametrize("repeat", CLASSES)
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_from_each_request_on_ends_within_budget_and_time(
    kind: str, repeat: Repeat
) -> None:
    certain = repeat == "read" or kind in {"throttled", "conflict", "unreachable", "refused"}
    for place in range(1, 6):
        engine = ScriptedEngine(Counter(), fault=at(kind, place, lasting=True))
        with pytest.raises(RequestError) as caught:
            drive(five(REQUESTS[repeat]), engine)
        assert len(engine.requests) <= place + Retries().budget
        assert (engine.clock.now() - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds() <= 8.0
        if not certain:
            assert isinstance(caught.value, OutcomeUnknown)
        elif repeat != "read":
            assert not isinstance(caught.value, OutcomeUnknown)


def test_a_read_is_sent_again_until_it_is_answered() -> None:
    faults = [LOST, FAILED, BUSY, UNREACHABLE]
    driver = ScriptedDriver(fault=lambda request, n: faults[n - 1] if n <= 4 else {"Count": 1})
    assert (driver.drive(send(REQUESTS["read"])), len(driver.requests)) == ({"Count": 1}, 5)


def test_the_same_transaction_is_sent_again_with_its_token() -> None:
    engine = Counter()
    driver = ScriptedDriver(engine, fault=lambda request, n: Lost(LOST) if n == 1 else None)
    driver.drive(send(REQUESTS["token"]))
    assert (driver.requests, engine.effects) == ([REQUESTS["token"]] * 2, 1)


def test_the_requests_of_a_call_share_one_budget() -> None:
    def twice_each(request: Request, n: int) -> Response | Exception:
        return {} if n % 5 == 0 else BUSY

    driver = ScriptedDriver(fault=twice_each)
    with pytest.raises(Throttled):
        driver.drive(five(REQUESTS["read"]))
    # Two are answered at their fifth attempt, the third has two repetitions left.
    assert len(driver.requests) == 5 + 5 + 3


def test_each_call_has_a_budget_of_its_own() -> None:
    driver = ScriptedDriver(fault=lambda request, n: {} if n % 8 == 0 else BUSY)
    for _ in range(3):
        driver.drive(send(REQUESTS["read"]))
    assert len(driver.requests) == 24


def test_an_awaited_request_is_sent_again_too() -> None:
    driver = ScriptedDriver(fault=lambda request, n: BUSY if n < 3 else {"Count": 1})
    assert asyncio.run(driver.adrive(send(REQUESTS["never"]))) == {"Count": 1}
    assert len(driver.requests) == 3


def test_of_many_only_those_that_failed_are_sent_again() -> None:
    failing = {"b": [BUSY, LOST], "c": [CONDITION]}

    def script(request: Request, n: int) -> Response | Exception:
        waiting = failing.get(request.parameters["n"], [])
        return waiting.pop(0) if waiting else {"n": request.parameters["n"]}

    driver = ScriptedDriver(fault=script)
    requests = [Request("Query", {"n": name}) for name in "abcd"]
    outcomes = driver.drive(send_many(requests, limit=2))
    assert outcomes == ({"n": "a"}, {"n": "b"}, CONDITION, {"n": "d"})
    assert [request.parameters["n"] for request in driver.requests] == [*"abcd", "b", "b"]


def test_of_many_writes_those_in_doubt_are_left_as_unknown() -> None:
    driver = ScriptedDriver(fault=lambda request, n: FAILED)
    outcomes = driver.drive(send_many([REQUESTS["never"], REQUESTS["never"]], limit=2))
    assert [type(outcome) for outcome in outcomes] == [OutcomeUnknown] * 2
    assert len(driver.requests) == 2


def test_sending_none_of_many_sends_nothing() -> None:
    assert ScriptedDriver().drive(send_many((), limit=2)) == ()
