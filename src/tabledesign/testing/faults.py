"""Faults at the engine's door, seeded: what a network, a service and a process do to a client.

A fault decides one request, as `ScriptedEngine` asks it to: it lets the request through, answers
it, fails instead of it, or carries it out and loses the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias

from tabledesign.engine.scripted import FakeClock, Fault, Lost
from tabledesign.errors import (
    OutcomeUnknown,
    RequestError,
    ServiceFailed,
    Throttled,
    TransactionConflict,
)
from tabledesign.testing.clients import Crashed
from tabledesign.testing.source import Source, chance, weighted
from tabledesign.wire import Request, Response

__all__ = [
    "answer_lost",
    "at_request",
    "chaos",
    "clock_jumps",
    "conflicts",
    "crash",
    "delayed",
    "dropped",
    "from_request",
    "server_error",
    "throttled",
]

Decision: TypeAlias = "Response | Exception | Lost | None"

WRITES = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})


def _unknown() -> RequestError:
    return OutcomeUnknown(
        "the answer was lost after sending; read the item to see what became of it",
        code="request.outcome_unknown",
    )


def dropped(request: Request, number: int) -> Decision:
    """The request is lost on its way: nothing is applied, and the client cannot know."""
    del request, number
    return _unknown()


def answer_lost(request: Request, number: int) -> Decision:
    """The request is applied, and its answer is lost."""
    del request, number
    return Lost(_unknown())


def throttled(request: Request, number: int) -> Decision:
    """Too much at once: nothing is applied."""
    del request, number
    return Throttled("the request was throttled; send less at a time", code="request.throttled")


def conflicts(request: Request, number: int) -> Decision:
    """Another transaction holds the item: a write is not applied. Reads go through."""
    del number
    if request.operation not in WRITES:
        return None
    return TransactionConflict(
        "the request met another transaction on one of its items; send it again",
        code="transaction.conflict",
    )


def server_error(*, applied: bool) -> Fault:
    """DynamoDB answers 500, before or after the request was applied."""

    def fault(request: Request, number: int) -> Decision:
        del request, number
        error = ServiceFailed("DynamoDB failed on its side; try again", code="service.failed")
        return Lost(error) if applied else error

    return fault


def delayed(clock: FakeClock, seconds: float, *, lost: bool = True) -> Fault:
    """The answer takes so long; a client that waits for less has ``lost`` it."""

    def fault(request: Request, number: int) -> Decision:
        del request, number
        clock.instant += timedelta(seconds=seconds)
        return Lost(_unknown()) if lost else None

    return fault


def clock_jumps(clock: FakeClock, seconds: float) -> Fault:
    """The client's clock is set forward or back; the request goes through."""

    def fault(request: Request, number: int) -> None:
        del request, number
        clock.instant += timedelta(seconds=seconds)

    return fault


def crash(request: Request, number: int) -> Decision:
    """The client's process dies before it sends the request."""
    raise Crashed(f"the client died before request {number}, a {request.operation}")


def at_request(wanted: int, fault: Fault) -> Fault:
    """The fault at one request, counted from 1, and never again."""
    return lambda request, number: fault(request, number) if number == wanted else None


def from_request(first: int, fault: Fault) -> Fault:
    """The fault at that request and at every one after it."""
    return lambda request, number: fault(request, number) if number >= first else None


def chaos(
    source: Source,
    *,
    percent: int = 15,
    faults: Sequence[tuple[Fault, int]] | None = None,
) -> Fault:
    """One of the faults at so many of a hundred requests, each as often as its weight says.

    >>> from tabledesign.testing.source import Seeded
    >>> fault = chaos(Seeded(1), percent=100, faults=[(throttled, 1)])
    >>> type(fault(Request("Query", {}), 1)).__name__
    'Throttled'
    """
    chosen = DEFAULT if faults is None else faults

    def fault(request: Request, number: int) -> Decision:
        if not chance(source, percent):
            return None
        return weighted(source, chosen)(request, number)

    return fault


DEFAULT: Sequence[tuple[Fault, int]] = (
    (dropped, 3),
    (answer_lost, 3),
    (throttled, 3),
    (server_error(applied=False), 1),
    (server_error(applied=True), 1),
    (conflicts, 2),
    (crash, 1),
)
