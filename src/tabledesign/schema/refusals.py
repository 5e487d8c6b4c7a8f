"""Where a design's refusals go: raised at import, or gathered while a whole design is checked."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from tabledesign.errors import DesignError, Refusal

__all__ = ["gathering", "report"]

_gathered: ContextVar[list[Refusal] | None] = ContextVar("gathered", default=None)


def report(refusals: Sequence[Refusal]) -> None:
    """Raise the refusals as one `DesignError`, or keep them if they are being gathered."""
    if not refusals:
        return
    gathered = _gathered.get()
    if gathered is None:
        raise DesignError(refusals)
    gathered.extend(refusal for refusal in refusals if refusal not in gathered)


@contextmanager
def gathering() -> Generator[list[Refusal]]:
    """Let a module with a wrong design be imported to its end, and list all that is wrong.

    >>> with gathering() as refusals:
    ...     report([Refusal("key.unknown_field", "Task.by_id", "no field 'x'", "Name a field")])
    >>> [refusal.code for refusal in refusals]
    ['key.unknown_field']
    """
    refusals: list[Refusal] = []
    token = _gathered.set(refusals)
    try:
        yield refusals
    finally:
        _gathered.reset(token)
