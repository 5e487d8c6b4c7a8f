"""The instant by which a caller must have its answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol, Self

from tabledesign import clock as real
from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import Clock

__all__ = ["Deadline", "LambdaContext"]

MARGIN = timedelta(milliseconds=500)


class LambdaContext(Protocol):
    """What is asked of the context that AWS Lambda hands to a handler."""

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant in UTC; nothing is sent from then on, and no pause ends after it.

    In an operation: ``deadline.left((yield from now()))``.

    >>> from tabledesign.engine.scripted import FakeClock
    >>> clock = FakeClock()
    >>> deadline = Deadline.after(3, clock=clock)
    >>> clock.sleep(2)
    >>> deadline.left(clock.now())
    1.0
    """

    at: datetime

    @classmethod
    def after(cls, seconds: float, *, clock: Clock = real) -> Self:
        """So many seconds from the clock's present."""
        return cls(clock.now() + timedelta(seconds=seconds))

    @classmethod
    def from_lambda(
        cls, context: LambdaContext, *, margin: timedelta = MARGIN, clock: Clock = real
    ) -> Self:
        """When the function will be stopped, less a margin in which it can still answer."""
        left = timedelta(milliseconds=context.get_remaining_time_in_millis())
        return cls(clock.now() + left - margin)

    def left(self, now: datetime) -> float:
        """Seconds left, 0 once it has passed."""
        return max(0.0, (self.at - now).total_seconds())
