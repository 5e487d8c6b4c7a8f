"""A server in the test's own event loop that answers as it is told, byte by byte.

Beside it a loop whose time can be set forward, so that nothing waits for a time-out.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import zlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal, Self, TypeVar, cast

__all__ = ["END", "RESET", "Answering", "Loop", "Script", "answer", "request", "run", "settled"]

T = TypeVar("T")

END: Literal["end"] = "end"
"""The server closes the connection here."""

RESET: Literal["reset"] = "reset"
"""The server resets the connection here."""

Step = bytes | Literal["end", "reset"]
Script = Callable[[bytes, int], Sequence[Step]]
"""What is sent for the n-th request, counted from 1; after the last step nothing more comes."""


def answer(
    body: bytes = b"{}",
    *,
    status: str = "200 OK",
    crc: int | None = None,
    length: int | None = None,
    headers: Sequence[str] = (),
) -> bytes:
    """An answer as DynamoDB gives it, or with a checksum or a length of another body."""
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/x-amz-json-1.0",
        f"x-amz-crc32: {zlib.crc32(body) if crc is None else crc}",
        "x-amzn-RequestId: R1",
        *([] if length == -1 else [f"Content-Length: {len(body) if length is None else length}"]),
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def request(body: bytes = b"{}") -> bytes:
    """A request that the server takes for whole."""
    return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class Answering:
    """Listens on loopback; counts connections and requests."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[bytes] = []
        self.heads: list[bytes] = []
        self.opened = 0
        self.open: set[_Connection] = set()
        self.most = 0
        self.url = ""
        self._asked = asyncio.Event()
        self._server: asyncio.Server | None = None

    @classmethod
    async def start(cls, script: Script, context: ssl.SSLContext | None = None) -> Self:
        """Begin to listen."""
        made = cls(script)
        loop = asyncio.get_running_loop()
        made._server = server = await loop.create_server(
            lambda: _Connection(made), "127.0.0.1", 0, ssl=context
        )
        port = server.sockets[0].getsockname()[1]
        made.url = f"{'https' if context else 'http'}://127.0.0.1:{port}"
        return made

    def end(self) -> None:
        """Close every connection that is open, as a server does that goes down."""
        for connection in list(self.open):
            connection.transport.close()

    async def has(self, connections: int) -> bool:
        """Whether so many connections are open, as soon as what is under way has arrived."""
        for _ in range(1000):
            if len(self.open) == connections:
                return True
            await asyncio.sleep(0)
        return False

    async def has_been_asked(self, times: int) -> None:
        """Wait for so many requests."""
        while len(self.requests) < times:
            self._asked.clear()
            await self._asked.wait()

    async def stop(self) -> None:
        """Stop to listen, and close what is open."""
        assert self._server is not None
        self._server.close()
        self.end()
        await self.has(0)


class _Connection(asyncio.Protocol):
    def __init__(self, server: Answering) -> None:
        self.server = server
        self.received = self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.server.opened += 1
        self.server.open.add(self)
        self.server.most = max(self.server.most, len(self.server.open))

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.open.discard(self)

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, ends, body = self.received.partition(b"\r\n\r\n")
        if not ends or len(body) < int(head.lower().partition(b"content-length: ")[2].split()[0]):
            return
        self.received, self.head = b"", head
        self.server.heads.append(head)
        self.server.requests.append(body)
        self.server._asked.set()
        for step in self.server.script(body, len(self.server.requests)):
            if isinstance(step, bytes):
                self.transport.write(step)
            elif step == "end":
                self.transport.close()
            else:
                self._reset()

    def _reset(self) -> None:
        # A socket that does not linger says RST where others say FIN.
        taken: Any = self.transport.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time can be set forward."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0

    def time(self) -> float:
        return super().time() + self._ahead

    def skip(self, seconds: float) -> None:
        """Set the time forward: what is due by then is due now."""
        self._ahead += seconds


def run(
    scenario: Coroutine[Any, Any, T], make: Callable[[], asyncio.AbstractEventLoop] = Loop
) -> T:
    """Run it on a fresh loop; what goes wrong in a callback, and what is left open, fails."""
    complaints: list[dict[str, Any]] = []
    with asyncio.Runner(loop_factory=make) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        result = runner.run(scenario)
    assert complaints == []
    return result


async def settled(turns: int = 5) -> None:
    """Let everything that is under way on loopback arrive."""
    for _ in range(turns):
        await asyncio.sleep(0)
