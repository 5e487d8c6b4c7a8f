"""Whether a failed request is sent again, and when: a pure decision, and `send` that obeys it.

What is certain not to have been applied (throttling, conflicts, no connection) may always be
sent again. What may have been applied (a 5xx, an answer lost or damaged) is sent again only as
the request's `Repeat` allows, and is raised as `OutcomeUnknown` otherwise. Everything else is
DynamoDB's definite refusal and is raised.
"""

from __future__ import annotations

from collections.abc import Sequence

from tabledesign.dataclass import dataclass
from tabledesign.engine import effects
from tabledesign.engine.allowance import Allowance
from tabledesign.engine.effects import Operation, Outcome, allowed, fraction, now, sleep
from tabledesign.errors import (
    ConditionFailed,
    DeadlinePassed,
    OutcomeUnknown,
    RequestError,
    RequestRefused,
    ServiceFailed,
)
from tabledesign.limits import TOKEN_SECONDS
from tabledesign.wire import Request, Response

__all__ = [
    "FIRST",
    "Attempt",
    "Raise",
    "Wait",
    "backoff",
    "decide",
    "is_doubtful",
    "is_safe",
    "pause",
    "seen",
    "send",
    "send_many",
]

# They will not connect however often they are tried.
HOPELESS = frozenset({"engine.closed", "engine.untrusted"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which attempt failed, counted from 1, and whether an earlier one may have been applied."""

    number: int = 1
    doubtful: bool = False


FIRST = Attempt()


@dataclass(frozen=True, slots=True)
class Wait:
    """Send again after a random pause of at most so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Raise:
    """Give up with this error."""

    error: RequestError


def decide(
    error: RequestError,
    request: Request,
    *,
    attempt: Attempt,
    elapsed: float,
    allowance: Allowance,
) -> Wait | Raise:
    """What to do about a failed request, ``elapsed`` seconds after the call began.

    >>> from datetime import UTC, datetime
    >>> from tabledesign.engine.allowance import Retries
    >>> allowance = Allowance(Retries(), datetime(2026, 1, 1, tzinfo=UTC))
    >>> lost = OutcomeUnknown("lost; read the item", code="outcome.unknown")
    >>> decide(lost, Request("Query", {}), attempt=Attempt(), elapsed=0, allowance=allowance)
    Wait(seconds=0.05)
    >>> decide(lost, Request("PutItem", {}), attempt=Attempt(), elapsed=0, allowance=allowance)
    Raise(error=OutcomeUnknown('lost; read the item'))
    """
    if _may_repeat(error, request, elapsed):
        wait = backoff(attempt, elapsed=elapsed, allowance=allowance)
        if wait is not None:
            return wait
    return Raise(seen(error, request, attempt))


def backoff(attempt: Attempt, *, elapsed: float, allowance: Allowance) -> Wait | None:
    """The longest pause before the next attempt; None when budget or time do not allow one.

    Full jitter: the pause is drawn between 0 and a ceiling that doubles with each attempt. The
    time one more attempt takes is kept free, so that its answer comes before the deadline.
    """
    rule = allowance.retries
    room = allowance.seconds - elapsed - rule.attempt
    if allowance.spent >= rule.budget or room < 0:
        return None
    return Wait(min(rule.first * 2.0 ** min(attempt.number - 1, 64), rule.longest, room))


def is_safe(error: RequestError) -> bool:
    """Whether the request was certainly not applied, and may be sent again with some hope."""
    hopeless = error.code in HOPELESS or isinstance(error, DeadlinePassed)
    return error.retry == "safe" and not hopeless


def is_doubtful(error: RequestError) -> bool:
    """Whether the failed request may have been applied, or may still be.

    A transaction that is in progress under its token was sent before.
    """
    if error.details.get("aws_code") == "TransactionInProgressException":
        return True
    return error.retry == "unknown_outcome"


def seen(error: RequestError, request: Request, attempt: Attempt = FIRST) -> RequestError:
    """The error as the caller sees it: an `OutcomeUnknown` wherever a write may have happened.

    The refusal of a transaction with its token is definite even after a lost answer: had the
    first one been applied, DynamoDB would have answered it anew instead of refusing it.
    """
    if request.repeat == "read":
        return error
    if isinstance(error, ServiceFailed):
        return _caused(OutcomeUnknown(error.message, code="outcome.unknown"), error)
    if not attempt.doubtful or isinstance(error, OutcomeUnknown):
        return error
    if request.repeat == "token" and isinstance(error, ConditionFailed | RequestRefused):
        return error
    message = (
        f"an answer to {request.operation} was lost, sent again it failed ({error.code}), and it "
        "may have been applied; read the item before sending again"
    )
    return _caused(OutcomeUnknown(message, code="outcome.unknown"), error)


def send(request: Request) -> Operation[Response]:
    """Send one request, again where that is allowed; raises the error the caller should see.

    >>> from tabledesign.engine.scripted import ScriptedDriver
    >>> from tabledesign.errors import Throttled
    >>> busy = Throttled("too much; slow down", code="request.throttled")
    >>> driver = ScriptedDriver(fault=lambda request, n: busy if n < 3 else {"Count": 0})
    >>> driver.drive(send(Request("Query", {}))), len(driver.requests)
    ({'Count': 0}, 3)
    """
    attempt = FIRST
    while True:
        try:
            return (yield from effects.send(request))
        except RequestError as error:
            failure = error
        decision = yield from _decision(failure, request, attempt)
        if isinstance(decision, Raise):
            raise decision.error
        yield from pause(decision)
        attempt = _after(attempt, failure)


def send_many(requests: Sequence[Request], *, limit: int) -> Operation[tuple[Outcome, ...]]:
    """Send several requests side by side; those that failed are sent again after one pause.

    What fails for good leaves its error in its place, as with the plain effect.
    """
    outcomes: dict[int, Outcome] = {}
    attempts = dict.fromkeys(range(len(requests)), FIRST)
    while attempts:
        sent = tuple(requests[place] for place in attempts)
        answers = yield from effects.send_many(sent, limit=limit)
        longest: Wait | None = None
        for place, answer in zip(tuple(attempts), answers, strict=True):
            outcomes[place] = answer
            attempt = attempts.pop(place)
            if not isinstance(answer, RequestError):
                continue
            decision = yield from _decision(answer, requests[place], attempt)
            if isinstance(decision, Raise):
                outcomes[place] = decision.error
                continue
            attempts[place] = _after(attempt, answer)
            longest = max(longest or decision, decision, key=lambda wait: wait.seconds)
        if longest is not None:
            yield from pause(longest)
    return tuple(outcomes[place] for place in range(len(requests)))


def pause(wait: Wait) -> Operation[None]:
    """Take one repetition out of the call's budget and wait, by full jitter."""
    allowance = yield from allowed()
    allowance.spent += 1
    drawn = yield from fraction()
    yield from sleep(drawn * wait.seconds)


def _decision(error: RequestError, request: Request, attempt: Attempt) -> Operation[Wait | Raise]:
    allowance = yield from allowed()
    elapsed = allowance.elapsed((yield from now()))
    return decide(error, request, attempt=attempt, elapsed=elapsed, allowance=allowance)


def _after(attempt: Attempt, error: RequestError) -> Attempt:
    return Attempt(attempt.number + 1, attempt.doubtful or is_doubtful(error))


def _may_repeat(error: RequestError, request: Request, elapsed: float) -> bool:
    if error.retry == "never" or error.code in HOPELESS or isinstance(error, DeadlinePassed):
        return False
    if error.retry == "safe":
        return True
    if request.repeat == "token":
        return elapsed < TOKEN_SECONDS
    return request.repeat != "never"


def _caused(error: OutcomeUnknown, cause: RequestError) -> OutcomeUnknown:
    error.details = cause.details
    error.__cause__ = cause
    return error
