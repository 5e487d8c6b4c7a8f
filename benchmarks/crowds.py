"""Many at once: 32 threads that share one repository, and 1,000 gets awaited together.

Whoever can be told so may keep 32 connections open. The base of the threads is one
boto3 client for all of them; that of asyncio the same client, called in 32 worker threads, which
is what asyncio has without a library for it. The stub is one process and is never the slower for
many: how a table stands a crowd is not shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from benchmarks.harness import Contender, awaited, paired
from benchmarks.results import Measured
from benchmarks.side import Side

__all__ = ["gathered", "threaded"]

THREADS = 32
GETS = 1000
EACH = 5


def threaded(sides: Sequence[Side], *, rounds: int) -> Measured:
    """Each of 32 threads gets the item five times."""
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(THREADS))
        contenders = [_in_threads(side, pool) for side in sides if side.loop is None]
        lines = paired(contenders, calls=1, rounds=rounds, units=THREADS * EACH)
    return Measured(
        "threads", f"GetItem, {THREADS} threads on one repository", "a call", rounds, lines
    )


def gathered(base: Side, sides: Sequence[Side], *, rounds: int) -> Measured:
    """1,000 gets at once in one loop."""
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(THREADS))
        contenders = [
            _in_loop(base, pool),
            *(_together(side, side.loop, side.does["get"]) for side in sides if side.loop),
        ]
        lines = paired(contenders, calls=1, rounds=rounds, units=GETS)
    return Measured("gathered", f"GetItem, {GETS:,} awaited at once", "a call", rounds, lines)


def _in_threads(side: Side, pool: ThreadPoolExecutor) -> Contender:
    get = side.does["get"]

    def many() -> None:
        for _ in range(EACH):
            get()

    def run(calls: int) -> object:
        for _ in range(calls):
            for done in [pool.submit(many) for _ in range(THREADS)]:
                done.result()
        return None

    return Contender(side.name, run)


def _in_loop(base: Side, pool: ThreadPoolExecutor) -> Contender:
    loop, get = asyncio.new_event_loop(), base.does["get"]

    async def together() -> object:
        return await asyncio.gather(*(loop.run_in_executor(pool, get) for _ in range(GETS)))

    return awaited(f"{base.name}, {THREADS} threads", loop, together)


def _together(
    side: Side,
    loop: asyncio.AbstractEventLoop,
    get: Callable[[], Coroutine[Any, Any, object]],
) -> Contender:
    async def together() -> object:
        return await asyncio.gather(*(get() for _ in range(GETS)))

    return awaited(side.name, loop, together)
