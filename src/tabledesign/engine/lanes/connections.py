"""Connections to one endpoint, kept open between exchanges: the last one used is used first."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable

from tabledesign import clock
from tabledesign.engine.lanes.connection import Connection
from tabledesign.engine.lanes.http import Answered, endpoint_of
from tabledesign.engine.lanes.lost import NotSent

__all__ = ["Connections"]


class Connections:
    """A pool of connections to the host of a URL; threads and forked processes may share it.

    Up to ``size`` are kept; a thread that finds none opens its own, which is closed after use
    when there are enough. One that was idle for ``idle`` seconds is dropped, since whatever
    stands between may have forgotten it, and so is one that has something to read: the other
    side has closed it, or has said what nobody asked for. ``context`` is needed for https.
    Seconds to connect, handshake included, and from then on to the end of the answer.
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
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self.endpoint = endpoint_of(url)
        self._context = context if self.endpoint.secure else None
        self._timeouts = (connect_timeout, read_timeout)
        self._size = size
        self._longest_idle = idle
        self._monotonic = monotonic
        self._kept = _Kept()

    def exchange(self, data: bytes) -> Answered:
        """Send the bytes of a request and return the complete answer, whatever its status.

        Raises `NotSent` when nothing of it was sent, `Lost` when it may have been applied.
        """
        kept = self._mine()
        while (connection := kept.take(self._longest_idle)) is not None:
            if not connection.is_quiet():
                connection.close()
                continue
            try:
                return self._over(connection, kept, data)
            except NotSent:  # closed in this very moment
                continue
        return self._over(self._open(kept), kept, data)

    def close(self) -> None:
        """Close the idle connections, and those in use after their exchange; others are opened
        anew, should there be another exchange.
        """
        kept = self._mine()
        self._kept = _Kept(kept.opened)
        kept.close()

    @property
    def opened(self) -> int:
        """How many connections have been opened so far, in this process."""
        return self._mine().opened

    @property
    def idle(self) -> int:
        """How many connections are kept for the next exchange."""
        return len(self._mine().connections)

    def _over(self, connection: Connection, kept: _Kept, data: bytes) -> Answered:
        try:
            answered = connection.exchange(data, self._timeouts[1])
        except BaseException:  # interrupted, it is in the midst of an answer
            connection.close()
            raise
        if answered.keep_alive:
            kept.give(connection, self._size, self._longest_idle)
        else:
            connection.close()
        return answered

    def _open(self, kept: _Kept) -> Connection:
        connection = Connection.open(
            self.endpoint, self._context, self._timeouts[0], self._monotonic
        )
        kept.count()
        return connection

    def _mine(self) -> _Kept:
        """The kept connections of this process: those of the one it was forked from are not."""
        if self._kept.pid != os.getpid():
            # The lock may be held by a thread that was not forked, so it is not asked for; to
            # close the descriptors tells the other side nothing while the parent has them too.
            for connection in self._kept.connections:
                connection.close()
            self._kept = _Kept()
        return self._kept


class _Kept:
    """The idle connections of one process, the last used at the end, until it is closed."""

    def __init__(self, opened: int = 0) -> None:
        self.pid = os.getpid()
        self.opened = opened
        self.connections: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def count(self) -> None:
        with self._lock:
            self.opened += 1

    def take(self, longest_idle: float) -> Connection | None:
        with self._lock:
            if not self.connections:
                return None
            connection = self.connections.pop()
            if not connection.has_rested(longest_idle):
                return connection
            stale = [connection, *self.connections]  # the others have rested even longer
            self.connections.clear()
        for each in stale:
            each.close()
        return None

    def give(self, connection: Connection, size: int, longest_idle: float) -> None:
        connection.rest()
        dropped: Connection | None = None
        with self._lock:
            kept = self.connections
            if kept and kept[0].has_rested(longest_idle):  # left over from a busier time
                dropped = kept.pop(0)
            if not self._closed and len(kept) < size:
                kept.append(connection)
            else:
                connection.close()
        if dropped is not None:
            dropped.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            connections = self.connections[:]
            self.connections.clear()
        for each in connections:
            each.close()
