"""A server on a raw socket that does to each request what a script says, odd things above all."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

__all__ = [
    "CHUNKED",
    "PLAIN",
    "Act",
    "RawServer",
    "answer",
    "cut",
    "echo",
    "reset",
    "respond",
    "stall",
    "together",
]

Act = Callable[[socket.socket, bytes], bool]
"""What is done once a request was read; whether the connection goes on."""

JOIN: Final = 10.0  # seconds; a thread that lasts as long means a leaked connection


def answer(
    body: bytes = b"{}", status: str = "200 OK", *, crc: int | None = None, more: str = ""
) -> bytes:
    """The bytes of an answer as DynamoDB sends it."""
    checksum = zlib.crc32(body) if crc is None else crc
    head = f"HTTP/1.1 {status}\r\nx-amz-crc32: {checksum}\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


PLAIN: Final = answer()
CHUNKED: Final = (
    f"HTTP/1.1 200 OK\r\nx-amz-crc32: {zlib.crc32(b'{}')}\r\nTransfer-Encoding: chunked\r\n\r\n"
    "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
).encode()


def respond(data: bytes = PLAIN) -> Act:
    """Answer, and go on with the connection."""

    def act(connection: socket.socket, request: bytes) -> bool:
        connection.sendall(data)
        return True

    return act


def cut(data: bytes = PLAIN, at: int | None = None) -> Act:
    """Answer so many bytes, and close."""

    def act(connection: socket.socket, request: bytes) -> bool:
        connection.sendall(data[:at])
        return False

    return act


def reset(data: bytes = PLAIN, at: int | None = None) -> Act:
    """Answer so many bytes, and close so that the other side gets a reset."""

    def act(connection: socket.socket, request: bytes) -> bool:
        connection.sendall(data[:at])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return act


def stall(data: bytes = PLAIN, at: int | None = None) -> Act:
    """Answer so many bytes, and nothing more until the other side gives up."""

    def act(connection: socket.socket, request: bytes) -> bool:
        connection.sendall(data[:at])
        with contextlib.suppress(OSError):
            while connection.recv(1 << 16):
                pass
        return False

    return act


def echo(connection: socket.socket, request: bytes) -> bool:
    """Answer with the body of the request."""
    return respond(answer(request.partition(b"\r\n\r\n")[2]))(connection, request)


def together(count: int) -> Act:
    """Answer so many requests, none before all of them are there."""
    barrier = threading.Barrier(count, timeout=JOIN)

    def act(connection: socket.socket, request: bytes) -> bool:
        barrier.wait()
        return respond()(connection, request)

    return act


class RawServer:
    """Serves on loopback while it is open: the n-th request meets the n-th act, or the last one."""

    def __init__(self, *acts: Act, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._acts = acts
        self._context = context
        self._lock = threading.Lock()
        self._threads: dict[int, threading.Thread] = {}  # by the port of the other side
        self._probes: set[int] = set()
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        scheme = "https" if self._context else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def accepted(self) -> int:
        """How many connections there have been."""
        return len(self._threads.keys() - self._probes)

    def all_ended(self) -> bool:
        """Whether every connection made so far comes to its end, given a little time."""
        address = self._listener.getsockname()
        with socket.create_connection(address) as probe, self._changed:
            # They are accepted one after the other, so once it is, those before it are, too.
            port = probe.getsockname()[1]
            self._probes.add(port)
            self._changed.wait_for(lambda: port in self._threads, JOIN)
            threads = [thread for at, thread in self._threads.items() if at != port]
        for thread in threads:
            thread.join(JOIN)
        return not any(thread.is_alive() for thread in threads)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._accepting.join(JOIN)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, (_, port) = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                thread.start()
                with self._changed:
                    self._threads[port] = thread
                    self._changed.notify_all()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._context is None:
                self._talk(connection)
            else:
                with self._context.wrap_socket(connection, server_side=True) as secured:
                    self._talk(secured)

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (request := _request(connection)) is not None:
            with self._lock:
                act = self._acts[min(len(self.requests), len(self._acts) - 1)]
                self.requests.append(request)
            if not act(connection, request):
                return


def _request(connection: socket.socket) -> bytes | None:
    """One whole request; None once the other side has closed."""
    data = b""
    while not _is_whole(data):
        received = connection.recv(1 << 20)
        if not received:
            return None
        data += received
    return data


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)
