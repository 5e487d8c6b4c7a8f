"""How much repeating one repository call may do, and how an engine carries that rule along."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from tabledesign.dataclass import dataclass, replace
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.protocol import AsyncEngine, Engine, clock_of, name_of
from tabledesign.errors import DeadlinePassed

__all__ = ["Allowance", "Retries", "retries_of", "within"]


@dataclass(frozen=True, slots=True)
class Retries:
    """The rule for the requests of one repository call, taken together.

    ``seconds`` is the time from its first request to its last answer when anything had to be
    sent again, and ``budget`` how often that may happen. ``attempt`` is the longest one request
    takes, 1 s to connect and 3 s to answer as `make_client` sets it; a client handed in with
    longer timeouts may overrun by the difference, once. Pauses are random between 0 and
    ``first`` seconds, doubled each time up to ``longest``. After ``deadline`` nothing is sent
    at all. API Gateway gives up on its caller after 29 s, and most callers long before.
    """

    seconds: float = 8.0
    budget: int = 10
    attempt: float = 4.0
    first: float = 0.05
    longest: float = 1.0
    deadline: Deadline | None = None


@dataclass(slots=True)
class Allowance:
    """What one repository call has left of its `Retries`."""

    retries: Retries
    started: datetime
    spent: int = 0

    @classmethod
    def of(cls, engine: Engine | AsyncEngine) -> Allowance:
        """A fresh one, by the engine's rule and clock."""
        return cls(retries_of(engine), clock_of(engine).now())

    def elapsed(self, now: datetime) -> float:
        """Seconds since the call began; never below 0, whatever the machine's clock does."""
        return max(0.0, (now - self.started).total_seconds())

    @property
    def seconds(self) -> float:
        """Seconds from the beginning of the call within which it must end."""
        deadline = self.retries.deadline
        if deadline is None:
            return self.retries.seconds
        return min(self.retries.seconds, deadline.left(self.started))

    def check(self, engine: Engine | AsyncEngine) -> None:
        """Raise `DeadlinePassed` when the caller's deadline has come."""
        deadline = self.retries.deadline
        if deadline is not None and not deadline.left(clock_of(engine).now()):
            raise DeadlinePassed(
                f"the deadline passed before {name_of(engine)!r} was asked, and nothing was sent; "
                "allow more time, or ask for less at once",
                code="deadline.passed",
            )


STANDARD = Retries()


def retries_of(engine: Engine | AsyncEngine) -> Retries:
    """The rule the engine brings along, or the standard one."""
    own: Retries = getattr(engine, "retries", STANDARD)
    return own


def within(
    engine: Engine | AsyncEngine,
    deadline: Deadline | None = None,
    *,
    retries: Retries | None = None,
) -> Engine | AsyncEngine:
    """The same engine under another rule, or under the caller's deadline.

    >>> from tabledesign.engine.scripted import ScriptedEngine
    >>> engine = ScriptedEngine()
    >>> retries_of(within(engine, Deadline.after(2, clock=engine.clock))).deadline.at.second
    2
    """
    rule = retries or retries_of(engine)
    return cast(
        Engine, _Within(engine, rule if deadline is None else replace(rule, deadline=deadline))
    )


class _Within:
    """Is the engine in all but its ``retries``."""

    def __init__(self, engine: Engine | AsyncEngine, retries: Retries) -> None:
        self._engine = engine
        self.retries = retries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
