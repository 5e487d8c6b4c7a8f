"""The only module that touches time, randomness and ids; everything else is handed them."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime

__all__ = ["asleep", "fraction", "monotonic", "new_id", "now", "random_bytes", "sleep", "worked"]


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


monotonic = time.monotonic
"""Seconds that have gone by, whatever is done to the machine's clock; to be compared only."""

worked = time.thread_time
"""Seconds of CPU that this thread has used; to be compared only."""


def sleep(seconds: float) -> None:
    """Wait, holding the thread."""
    time.sleep(seconds)


async def asleep(seconds: float) -> None:
    """Wait, leaving the event loop free."""
    import asyncio  # a third of the package's import time, and only asyncio's users need it

    await asyncio.sleep(seconds)


def new_id() -> str:
    """A fresh random id, 32 hexadecimal digits."""
    return uuid.uuid4().hex


def random_bytes(count: int) -> bytes:
    """Bytes fit for keys and tokens."""
    return secrets.token_bytes(count)


def fraction() -> float:
    """A random number, at least 0 and below 1."""
    return secrets.randbelow(1 << 53) / (1 << 53)
