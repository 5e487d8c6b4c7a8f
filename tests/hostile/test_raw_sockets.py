"""Bytes that are no request, or half of one, sent to the API over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from tabledesign.api import adapters
from tabledesign.api.principal import Claims
from tabledesign.gateway.serving import listening
from tabledesign.gateway.site import site

from ..evidence import Evidence
from .besieged import Besieged, besieged
from .callers import GENUINE, verifier_of_tokens
from .planted import CANARY, PRIVATE, SECRET, TABLE

RAW = "connections of bytes that are no request, to the live server: 5xx, canaries, others kept"
TOKEN = GENUINE[0].authorization[0].encode()
HEAD = b"POST /v1/tasks HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: " + TOKEN + b"\r\n"
KIND = b"Content-Type: application/json\r\n"
GET = b"GET /v1/tasks/a1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"

CASES: dict[str, bytes] = {
    "nothing": b"",
    "noise": bytes(range(256)) * 4,
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version of its own": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "no version": b"GET /v1/tasks/a1\r\n\r\n",
    "no Host": b"GET /v1/tasks/a1 HTTP/1.1\r\n\r\n",
    "another Host": b"GET /v1/tasks/a1 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "no colon": GET + b"Accept\r\n\r\n",
    "a space before the colon": GET + b"Accept : a\r\n\r\n",
    "a folded header": GET + b"X-A: a\r\n b\r\n\r\n",
    "bare line feeds": GET.replace(b"\r", b"") + b"\n",
    "a long path": b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
    "a long header": GET + b"X-A: " + b"x" * 200_000 + b"\r\n\r\n",
    "many headers": GET + b"X-A: a\r\n" * 5_000 + b"\r\n",
    "a NUL in the path": b"GET /v1/\x00 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
    "bytes in the path": b"GET /v1/\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
    "a whole address": b"GET http://evil.example/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "an upgrade": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "chunks of no size": HEAD + KIND + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk past all sizes": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n",
    "a chunk cut short": HEAD + KIND + b"Transfer-Encoding: chunked\r\n\r\n40\r\n{",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
    "length and chunks": HEAD
    + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "a length below nothing": HEAD + b"Content-Length: -1\r\n\r\n",
    "a length that is none": HEAD + b"Content-Length: 1e3\r\n\r\n{}",
    "a body cut short": HEAD + KIND + b'Content-Length: 500\r\n\r\n{"title":"t","list_id":"home"}',
    "a large body": HEAD + KIND + b"Content-Length: 900000\r\n\r\n" + b" " * 900_000,
    "compressed": HEAD
    + KIND
    + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    "a token of bytes": GET + b"Authorization: Bearer \xff\xfe\r\n\r\n",
    "two tokens": GET + (b"Authorization: " + TOKEN + b"\r\n") * 2 + b"\r\n",
    "fifty in a row": (GET + b"\r\n") * 50,
}


@pytest.fixture(scope="module")
def live() -> Iterator[tuple[Besieged, int]]:
    """The API as the local server composes it, in a thread of its own."""
    with besieged() as world, listening(0) as listener:
        port = listener.getsockname()[1]
        bearer = Claims().from_bearer(verifier_of_tokens())
        api = adapters.local(world.routes, bearer, clock=world.engine.clock)
        config = uvicorn.Config(
            site([], api, title="To do", port=port), lifespan="off", ws="none", log_config=None,
            access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield world, port
        server.should_exit = True
        thread.join(10)


def answer(port: int, sent: bytes, *, ends: bool = True) -> bytes:
    """All that comes back until the server closes, or says nothing more."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        told = b""
        try:
            line.sendall(sent.replace(b"%d", str(port).encode()))
            if ends:
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65_536):
                told += piece
        except OSError:
            pass  # it was closed on what it would not read
        return told


def is_well(port: int) -> bool:
    """Whether somebody else is answered."""
    asked = GET + b"Connection: close\r\nAuthorization: " + TOKEN + b"\r\n\r\n"
    told = answer(port, asked, ends=False)
    return told.startswith(b"HTTP/1.1 200") and b'"task_id":"a1"' in told


@pytest.mark.parametrize("name", CASES)
def test_bytes_that_are_no_request_get_a_refusal_or_nothing(
    live: tuple[Besieged, int], name: str, evidence: Evidence
) -> None:
    world, port = live
    world.told()
    told = answer(port, CASES[name])

    assert b"HTTP/1.1 5" not in told
    assert b"Traceback" not in told
    seen = told.decode("latin-1") + "".join(world.told())
    assert [] == [word for word in (CANARY, PRIVATE, SECRET, TABLE) if word in seen]
    assert is_well(port)
    evidence(RAW, 1)


def test_requests_that_never_end_keep_nobody_waiting(
    live: tuple[Besieged, int], evidence: Evidence
) -> None:
    _, port = live
    begun = HEAD.replace(b"%d", str(port).encode()) + b"Content-Length: 9\r\n\r\n{"
    lines = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(100)]
    try:
        for line in lines:
            line.sendall(begun)
        assert is_well(port)
    finally:
        for line in lines:
            line.close()
    assert is_well(port)
    evidence(RAW, len(lines))
