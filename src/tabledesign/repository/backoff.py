"""Pauses between two tries, within the time that the call has left."""

from __future__ import annotations

from tabledesign.engine.effects import Operation, allowed, fraction, now, sleep

__all__ = ["rest"]

FIRST = 0.01
LONGEST = 0.5


def rest(attempt: int) -> Operation[bool]:
    """Wait a random time below a ceiling that doubles with each attempt (full jitter).

    False, and no pause, where the call's time does not allow one more attempt.
    """
    allowance = yield from allowed()
    room = allowance.seconds - allowance.elapsed((yield from now())) - allowance.retries.attempt
    if room < 0:
        return False
    drawn = yield from fraction()
    yield from sleep(drawn * min(FIRST * 2.0**attempt, LONGEST, room))
    return True
