"""One connection under asyncio: a request goes out, one whole answer comes back, or none.

A protocol and no reader and writer: what has arrived is parsed where it arrives, and the task that
waits is woken once, with the answer. A connection on which anything else happened (it was reset,
the answer is damaged, nobody waits for it any more) is closed and never used again.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Callable
from typing import Final, NamedTuple, cast

from tabledesign import clock
from tabledesign.engine.lanes.http import Answered, AnswerParser
from tabledesign.engine.lanes.lost import (
    BadAnswer,
    Closed,
    LaneFailure,
    NotSent,
    TimedOut,
    Untrusted,
)

__all__ = ["SENT", "Peer", "Stream", "open_stream"]

SENT: Final = "the request had been sent: if it was a write, it may have been applied"

_poll: Final = getattr(select, "poll", None)  # Windows has none


class Peer(NamedTuple):
    """Where connections lead, whom they trust there, and how long is waited, in seconds.

    To connect, handshake included; from then on to the end of the answer; for a next request.
    """

    host: str
    port: int
    context: ssl.SSLContext | None
    connect_timeout: float
    read_timeout: float
    idle: float


async def open_stream(peer: Peer, dropped: Callable[[Stream], None]) -> Stream:
    """Connect; ``dropped`` is told when the connection ends by itself.

    Raises `NotSent` where nothing answers in time, and `Untrusted` where TLS fails.
    """
    loop = asyncio.get_running_loop()
    name = None if peer.context is None else peer.host
    try:
        async with asyncio.timeout(peer.connect_timeout):
            _, stream = await loop.create_connection(
                lambda: Stream(loop, peer, dropped),
                peer.host,
                peer.port,
                ssl=peer.context,
                server_hostname=name,
            )
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise NotSent(_words(error)) from error
    except ssl.SSLError as error:
        raise Untrusted(_words(error)) from error
    except TimeoutError as error:
        raise NotSent(f"no connection within {peer.connect_timeout:g} s") from error
    except (OSError, ValueError) as error:  # a host name that no certificate can bear
        raise NotSent(_words(error)) from error
    return stream


class Stream(asyncio.Protocol):
    """A connection; the pool uses it for one request at a time.

    One timer serves it for its life: it comes due at the latest when something must have happened,
    and looks then whether it has. A timer for each request would cost more than the parsing.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        peer: Peer,
        dropped: Callable[[Stream], None],
    ) -> None:
        self.usable = False
        self._loop = loop
        self._peer = peer
        self._dropped = dropped
        self._transport: asyncio.Transport
        self._poller: select.poll | None = None
        self._waiter: asyncio.Future[Answered] | None = None
        self._parser: AnswerParser | None = None
        self._due = 0.0
        self._idle_since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def exchange(self, data: bytes) -> Answered:
        """Send a request and wait for its answer; the connection is closed if none comes.

        Raises `Lost` where it may have arrived, and `BadAnswer` for what is no answer.
        """
        self._parser = AnswerParser()
        waiter: asyncio.Future[Answered] = self._loop.create_future()
        self._waiter = waiter
        self._transport.write(data)
        self._watch(self._peer.read_timeout)
        try:
            answered = await waiter
        except BaseException as error:
            # Cancelled, too: what still comes would be taken for the answer to the next request.
            self.close()
            if isinstance(error, asyncio.CancelledError):
                error.add_note(SENT)
            if waiter.done() and not waiter.cancelled():
                waiter.exception()  # asyncio complains of one that nobody took
            raise
        finally:
            self._waiter = None
        if answered.keep_alive:
            self._due = self._loop.time() + self._peer.idle
            self._idle_since = clock.now().timestamp()
        else:
            self.close()
        return answered

    def is_fresh(self) -> bool:
        """Whether it may be used again: not idle for too long, and silent.

        An idle connection says something only to end; the event loop may not have seen it yet,
        after a freeze of the process above all. In a freeze the loop's time may stand still, so
        the other clock is asked as well.
        """
        if not self.usable or self._loop.time() > self._due:
            return False
        if clock.now().timestamp() - self._idle_since > self._peer.idle:
            return False
        return self._poller is None or not self._poller.poll(0)

    def close(self) -> None:
        """Close it at once, whatever is under way."""
        self.usable = False
        self._parser = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        self._transport = cast(asyncio.Transport, transport)
        if _poll is not None:
            self._poller = poller = _poll()
            poller.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
        self.usable = True

    def data_received(self, data: bytes) -> None:
        """A part of the answer; what nobody asked for ends the connection."""
        parser = self._parser
        if parser is None:
            self._end(BadAnswer("it came before it was asked for"))
            return
        try:
            parser.feed(data)
        except BadAnswer as error:
            self._end(error)
            return
        if parser.answered is not None:
            self._answer(parser.answered)

    def eof_received(self) -> None:
        """The other side has ended; some answers end so."""
        parser = self._parser
        # With TLS an end may be somebody else's doing, and asyncio does not tell which it was.
        if parser is not None and self._peer.context is None:
            try:
                parser.eof()
            except LaneFailure as error:
                self._end(error)
                return
            if parser.answered is not None:
                self._answer(parser.answered)
        self._end(Closed("the connection was closed before the answer was complete"))

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._end(Closed(_words(exc) if exc else "the connection was closed"))

    def _answer(self, answered: Answered) -> None:
        self._parser = None
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(answered)

    def _end(self, error: LaneFailure) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)
        if self.usable:
            self.close()
            self._dropped(self)

    def _watch(self, seconds: float) -> None:
        self._due = due = self._loop.time() + seconds
        timer = self._timer
        if timer is None:
            self._timer = self._loop.call_at(due, self._look)
        elif timer.when() > due:  # it was set for the end of the idle time
            timer.cancel()
            self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        """What is due: an answer that has not come, or the end of an idle connection."""
        self._timer = None
        if self._loop.time() < self._due:
            self._timer = self._loop.call_at(self._due, self._look)
        else:
            self._end(TimedOut(f"no complete answer within {self._peer.read_timeout:g} s"))


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
