"""Pauses between two tries of a guarded write."""

from __future__ import annotations

from tabledesign.engine.effects import Operation, fraction, sleep

__all__ = ["rest"]

FIRST = 0.01
LONGEST = 0.5


def rest(attempt: int) -> Operation[None]:
    """Wait a random time below a ceiling that doubles with each attempt (full jitter)."""
    drawn = yield from fraction()
    yield from sleep(drawn * min(FIRST * 2.0**attempt, LONGEST))
