"""What an operation asks of the world: sends, sleeps, the time, new ids and chance, as values.

An operation is a generator. It yields effects and receives their results, and what it
returns is its answer; a driver carries the effects out. The same operation therefore
serves threads, asyncio and tests, and holds no clock and no engine of its own.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import Any, Final, TypeVar

from tabledesign.dataclass import dataclass
from tabledesign.engine.allowance import Allowance
from tabledesign.errors import RequestError
from tabledesign.wire import Request, Response

__all__ = [
    "Allowed",
    "Effect",
    "Fraction",
    "NewId",
    "Now",
    "Operation",
    "Outcome",
    "Send",
    "SendMany",
    "Sleep",
    "allowed",
    "fraction",
    "new_id",
    "now",
    "send",
    "send_many",
    "sleep",
]

T = TypeVar("T")

Outcome = Response | RequestError
"""One result of `SendMany`: the answer, or the error in its place."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send one request; gives its `Response`, or raises a `RequestError` at the yield."""

    request: Request


@dataclass(frozen=True, slots=True)
class SendMany:
    """Send several independent requests, at most ``limit`` at a time.

    Gives a tuple of `Outcome` in the order of the requests: one that fails leaves its
    error in its place and the others go on.
    """

    requests: tuple[Request, ...]
    limit: int

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"limit is {self.limit}; give at least 1")


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait for so many seconds; gives None."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now:
    """The present instant; gives an aware `datetime` in UTC."""


@dataclass(frozen=True, slots=True)
class NewId:
    """A fresh id of 32 hexadecimal digits; gives a `str`."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """Chance; gives a `float`, at least 0 and below 1."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this run of an operation has left for sending again; gives its one `Allowance`."""


NOW: Final = Now()
NEW_ID: Final = NewId()
FRACTION: Final = Fraction()
ALLOWED: Final = Allowed()

Effect = Send | SendMany | Sleep | Now | NewId | Fraction | Allowed
"""Everything an operation may yield."""

Operation = Generator[Effect, Any, T]
"""A generator of effects that returns a ``T``; the type of each result follows its effect."""


def send(request: Request) -> Operation[Response]:
    """Yield one `Send` and return its response, typed.

    >>> request = Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": "a"}}})
    >>> def operation() -> Operation[bool]:
    ...     response = yield from send(request)
    ...     return "Item" in response
    >>> next(operation()) == Send(request)
    True
    """
    response: Response = yield Send(request)
    return response


def send_many(requests: tuple[Request, ...], *, limit: int) -> Operation[tuple[Outcome, ...]]:
    """Yield one `SendMany` and return its outcomes in order; nothing is yielded for none."""
    if not requests:
        return ()
    outcomes: tuple[Outcome, ...] = yield SendMany(requests, limit)
    return outcomes


def sleep(seconds: float) -> Operation[None]:
    """Yield one `Sleep`."""
    yield Sleep(seconds)


def now() -> Operation[datetime]:
    """Yield one `Now` and return the instant, in UTC."""
    instant: datetime = yield NOW
    return instant


def new_id() -> Operation[str]:
    """Yield one `NewId` and return the id."""
    identity: str = yield NEW_ID
    return identity


def fraction() -> Operation[float]:
    """Yield one `Fraction` and return the number."""
    drawn: float = yield FRACTION
    return drawn


def allowed() -> Operation[Allowance]:
    """Yield one `Allowed` and return the allowance, which all requests of a run share."""
    allowance: Allowance = yield ALLOWED
    return allowance
