"""The connections of one event loop: bounded, last in first out, waiters served in order."""

from __future__ import annotations

import asyncio
from collections import deque

from tabledesign.engine.lanes.http import Answered
from tabledesign.engine.lanes.streams import Peer, Stream, open_stream

__all__ = ["StreamPool"]


class StreamPool:
    """Up to ``size`` connections to one peer; who finds all of them busy waits his turn.

    The one used last is used next, so that those not needed any more fall idle and are dropped.
    """

    def __init__(self, peer: Peer, size: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._peer = peer
        self._size = size
        self._open = 0  # idle, busy, or being made
        self._idle: list[Stream] = []
        self._waiters: deque[asyncio.Future[Stream | None]] = deque()
        self._closings = 0

    async def exchange(self, data: bytes) -> Answered:
        """Send a request, and give its answer; cancelled, it leaves nothing half-read behind.

        Raises `LaneFailure`.
        """
        closings = self._closings
        stream = self._take() or await self._wait()
        try:
            return await stream.exchange(data)
        finally:
            if closings != self._closings:
                stream.close()
            self._pass_on(stream if stream.usable else None)

    def close(self) -> None:
        """Close the idle connections, and each busy one when its answer is there."""
        self._closings += 1
        for stream in self._idle:
            stream.close()
        self._open -= len(self._idle)
        self._idle.clear()

    def _take(self) -> Stream | None:
        while self._idle:
            stream = self._idle.pop()
            if stream.is_fresh():
                return stream
            stream.close()
            self._open -= 1
        return None

    async def _wait(self) -> Stream:
        """A connection that another task gives back, or a new one."""
        if self._open < self._size:
            self._open += 1
        else:
            waiter: asyncio.Future[Stream | None] = self._loop.create_future()
            self._waiters.append(waiter)
            try:
                stream = await waiter
            except asyncio.CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._pass_on(waiter.result())
                raise
            if stream is not None and stream.is_fresh():
                return stream
            if stream is not None:
                stream.close()
        try:
            return await open_stream(self._peer, self._dropped)
        except BaseException:
            self._pass_on(None)
            raise

    def _pass_on(self, stream: Stream | None) -> None:
        """Give a connection, or the right to make one, to who has waited longest."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(stream)
                return
        if stream is None:
            self._open -= 1
        else:
            self._idle.append(stream)

    def _dropped(self, stream: Stream) -> None:
        """An idle connection has ended; a busy one is accounted for by who uses it."""
        if stream in self._idle:
            self._idle.remove(stream)
            self._open -= 1
