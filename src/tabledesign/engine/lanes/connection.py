"""One connection: opened within a time, asked once at a time, closed for good after any failure."""

from __future__ import annotations

import select
import socket
import ssl
import weakref
from collections.abc import Callable
from functools import partial
from typing import Final, Self

from tabledesign import clock
from tabledesign.engine.lanes.http import Answered, AnswerParser, Endpoint
from tabledesign.engine.lanes.lost import Closed, NotSent, TimedOut, Untrusted

__all__ = ["Connection"]

RECEIVE: Final = 64 << 10


class Connection:
    """A connected socket; what fails on it is told apart by whether anything was sent."""

    __slots__ = (
        "__weakref__",
        "_buffer",
        "_monotonic",
        "_poll",
        "_resting",
        "_resting_at",
        "_socket",
        "_timeout",
        "close",
    )

    def __init__(self, connected: socket.socket, monotonic: Callable[[], float]) -> None:
        self._socket = connected
        self._timeout: float | None = None
        self._monotonic = monotonic
        self._buffer = bytearray(RECEIVE)  # kept: to give so much back makes malloc tidy up
        self._poll = _poll_of(connected)
        # Closes it for a pool that nobody closed. In the collector's hands `__del__` might come
        # after the socket's own end, which warns.
        self.close: Callable[[], object] = weakref.finalize(self, connected.close)
        """Close at once; does nothing when it is closed."""
        self.rest()

    @classmethod
    def open(
        cls,
        endpoint: Endpoint,
        context: ssl.SSLContext | None,
        timeout: float,
        monotonic: Callable[[], float],
    ) -> Self:
        """Connect, and shake hands where there is a context, within so many seconds in all."""
        until = monotonic() + timeout
        connected = _connected(endpoint, until, monotonic)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                connected.settimeout(_left(until, monotonic))
                # An end without the peer's word is an error, as it may be somebody else's doing.
                connected = context.wrap_socket(
                    connected, server_hostname=endpoint.host, suppress_ragged_eofs=False
                )
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            connected.close()
            raise NotSent(_words(error)) from error
        except ssl.SSLError as error:
            connected.close()
            raise Untrusted(_words(error)) from error
        except (OSError, ValueError) as error:  # a host name that no certificate can bear
            connected.close()
            raise NotSent(_words(error)) from error
        except BaseException:
            connected.close()
            raise
        return cls(connected, monotonic)

    def exchange(self, data: bytes, timeout: float) -> Answered:
        """Send and receive within so many seconds in all; raises `NotSent` or `Lost`."""
        until = self._monotonic() + timeout
        self._limit(timeout)
        self._send(data, until)
        parser = AnswerParser(self._buffer)
        try:
            while parser.answered is None:
                with parser.space() as space:
                    received = self._socket.recv_into(space)
                if received:
                    parser.filled(received)
                else:
                    parser.eof()
                if parser.answered is None:
                    # Of the whole answer, or one byte now and then would hold the caller forever.
                    self._limit(_left(until, self._monotonic))
        except TimeoutError as error:
            raise TimedOut(f"no complete answer within {timeout:g} s") from error
        except OSError as error:
            raise Closed(_words(error)) from error
        return parser.answered

    def is_quiet(self) -> bool:
        """Whether there is nothing to read: no end, no answer that nobody waits for."""
        try:
            return not self._poll()
        except (OSError, ValueError):
            return False

    def rest(self) -> None:
        """Take note that it is idle from now on."""
        self._resting = self._monotonic()
        self._resting_at = clock.now()

    def has_rested(self, seconds: float) -> bool:
        """Whether it has been idle for longer.

        A frozen function's monotonic clock may stand still, so the other one is asked as well: set
        forward for whatever reason, it costs a connection and nothing else.
        """
        if self._monotonic() - self._resting > seconds:
            return True
        return (clock.now() - self._resting_at).total_seconds() > seconds

    def _limit(self, timeout: float) -> None:
        """How long the socket waits; told anew only where it differs, for that asks the kernel."""
        if timeout != self._timeout:
            self._socket.settimeout(timeout)
            self._timeout = timeout

    def _send(self, data: bytes, until: float) -> None:
        try:
            sent = self._socket.send(data)
        except OSError as error:
            # A TLS record may have been sent in part, and then more of it by whoever retries.
            if isinstance(self._socket, ssl.SSLSocket):
                raise Closed(_words(error)) from error
            raise NotSent(_words(error)) from error
        if sent < len(data):
            try:
                self._socket.sendall(memoryview(data)[sent:])
                self._limit(_left(until, self._monotonic))
            except TimeoutError as error:
                raise TimedOut("the request was not taken in time") from error
            except OSError as error:
                raise Closed(_words(error)) from error


def _connected(endpoint: Endpoint, until: float, monotonic: Callable[[], float]) -> socket.socket:
    """A socket to the first address that answers; each gets its share of the time that is left."""
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(_words(error)) from error
    failure: OSError | None = None
    for place, (family, kind, protocol, _, address) in enumerate(found):
        made = None
        try:
            made = socket.socket(family, kind, protocol)
            made.settimeout(_left(until, monotonic) / (len(found) - place))
            made.connect(address)
        except OSError as error:
            failure = error
            if made is not None:
                made.close()
        except BaseException:
            if made is not None:
                made.close()
            raise
        else:
            return made
    raise NotSent(_words(failure)) from failure


def _left(until: float, monotonic: Callable[[], float]) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _poll_of(connected: socket.socket) -> Callable[[], object]:
    """Asks without waiting whether there is something to read, or an end."""
    if not hasattr(select, "poll"):  # Windows
        return lambda: select.select([connected], [], [], 0)[0]
    poll = select.poll()
    poll.register(connected, select.POLLIN | select.POLLPRI)
    return partial(poll.poll, 0)


def _words(error: BaseException | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__
