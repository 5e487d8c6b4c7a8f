"""Connections for asyncio: a pool for each event loop, that ends with its loop."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncGenerator

from tabledesign.engine.lanes.http import Answered, endpoint_of
from tabledesign.engine.lanes.stream_pool import StreamPool
from tabledesign.engine.lanes.streams import Peer

__all__ = ["AsyncConnections"]


class AsyncConnections:
    """Up to ``size`` connections for each event loop; `exchange` takes those of the running one.

    A connection belongs to the loop that made it, so one of another loop is never touched, nor is
    one that was there before a fork. ``asyncio.run`` and its like close the connections of their
    loop when they end; `aclose` closes them earlier, and the next exchange makes its own.
    """

    def __init__(
        self,
        url: str,
        *,
        context: ssl.SSLContext | None,
        connect_timeout: float,
        read_timeout: float,
        size: int,
        idle: float = 20.0,
    ) -> None:
        where = endpoint_of(url)
        self._peer = Peer(where.host, where.port, context, connect_timeout, read_timeout, idle)
        self._size = size
        self._pools: dict[asyncio.AbstractEventLoop, _Kept] = {}

    async def exchange(self, data: bytes) -> Answered:
        """Send the bytes of a request and give its answer; raises `LaneFailure`."""
        kept = self._pools.get(asyncio.get_running_loop())
        if kept is None:
            kept = await self._make()
        return await kept.pool.exchange(data)

    async def aclose(self) -> None:
        """Close what is idle, in every loop that still runs; busy ones after their answer."""
        running = asyncio.get_running_loop()
        for loop, kept in list(self._pools.items()):
            if loop is running:
                del self._pools[loop]
                await kept.keeper.aclose()
                await asyncio.sleep(0)  # in which the transports let their sockets go
            elif kept.process == os.getpid() and not loop.is_closed():
                loop.call_soon_threadsafe(kept.pool.close)

    async def _make(self) -> _Kept:
        for loop in list(self._pools):
            if loop.is_closed():
                del self._pools[loop]
        kept = _Kept(StreamPool(self._peer, self._size))
        self._pools[asyncio.get_running_loop()] = kept
        await anext(kept.keeper)
        return kept


class _Kept:
    """A pool, and the generator that closes it when the loop ends its generators."""

    def __init__(self, pool: StreamPool) -> None:
        self.pool = pool
        self.process = os.getpid()
        self.keeper = _keep(pool)


async def _keep(pool: StreamPool) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        pool.close()
        await asyncio.sleep(0)
