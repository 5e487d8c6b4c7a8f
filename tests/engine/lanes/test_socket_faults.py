"""A server that fails at any byte of its answer: no wrong answer, no leaked connection."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine.lanes.connections import Connections
from tabledesign.engine.lanes.http import render
from tabledesign.engine.lanes.lost import Closed, Lost, TimedOut
from tabledesign.engine.lanes.tls import trusting
from tabledesign.errors import (
    AccessDenied,
    OutcomeUnknown,
    RequestError,
    RequestRefused,
    ServiceFailed,
    Throttled,
)
from tabledesign.wire import Request

from ...evidence import Evidence
from .certificates import self_signed
from .engines import ENGINES, with_keys
from .raw_server import CHUNKED, PLAIN, Act, RawServer, answer, cut, reset, respond, stall

Fault = Callable[[bytes, int], Act]
Secure = tuple[ssl.SSLContext, ssl.SSLContext]
"""The contexts of a server and of whom trusts it."""

REQUEST = render("/", "localhost", {}, b"{}")

PUT = Request("PutItem", {"TableName": "todo", "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}})
PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>Hi</p>"


def refusal(code: str) -> Act:
    body = f'{{"__type":"com.amazon.coral.service#{code}","message":"no"}}'
    return respond(answer(body.encode(), "400 Bad Request"))


OUTCOMES: dict[str, tuple[Act, type[RequestError], str]] = {
    "wrong checksum": (respond(answer(crc=1)), OutcomeUnknown, "outcome.unknown"),
    "too long a length": (
        cut(PLAIN.replace(b"Length: 2", b"Length: 3")),
        OutcomeUnknown,
        "outcome.unknown",
    ),
    "too short a length": (
        respond(PLAIN.replace(b"Length: 2", b"Length: 1")),
        OutcomeUnknown,
        "outcome.unknown",
    ),
    "rubbish": (respond(b"\x16\x03\x01 rubbish\r\n\r\n"), OutcomeUnknown, "outcome.unknown"),
    "captive portal": (respond(PORTAL), OutcomeUnknown, "outcome.unknown"),
    "500": (
        respond(answer(b"<p>", "500 Internal Server Error")),
        ServiceFailed,
        "service.failed",
    ),
    "503": (
        respond(answer(b"", "503 Service Unavailable", more="Connection: close\r\n")),
        ServiceFailed,
        "service.failed",
    ),
    "throttled": (refusal("ThrottlingException"), Throttled, "request.throttled"),
    "expired": (refusal("ExpiredTokenException"), AccessDenied, "access.expired"),
    "wrong region": (refusal("InvalidSignatureException"), AccessDenied, "access.invalid"),
    "redirect": (
        respond(answer(b"", "301 Moved Permanently", more="Location: http://127.0.0.1:9/\r\n")),
        RequestRefused,
        "request.refused",
    ),
}


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    with_keys(monkeypatch)
    return ENGINES[request.param]


@dataclass
class Outcome:
    kind: type[RequestError]
    code: str


def sent(engine: Any) -> Outcome | None:
    try:
        engine.send(replace(PUT))  # the same one again would be sent by botocore
    except RequestError as error:
        return Outcome(type(error), error.code)
    return None


def close(engine: Any) -> None:
    engine.disconnect()
    if "compatible" == engine.transport.lane:
        engine.client.close()  # what botocore holds open is its client's to close


def test_each_answer_that_is_no_success_is_its_own_error_and_is_sent_once(make: Any) -> None:
    acts = [act for act, _, _ in OUTCOMES.values()]
    with RawServer(*acts, respond()) as server:
        engine = make(server.url)
        outcomes = dict(zip(OUTCOMES, (sent(engine) for _ in acts), strict=True))
        expected = {name: Outcome(kind, code) for name, (_, kind, code) in OUTCOMES.items()}
        if engine.transport.lane == "compatible" and outcomes["too long a length"] is None:
            # Its checksum is right, and so the newest botocore takes it for what it is: whole.
            del expected["too long a length"], outcomes["too long a length"]
        assert expected == outcomes
        assert sent(engine) is None
        assert len(acts) + 1 == len(server.requests)
        close(engine)
        gc.collect()  # ends what botocore gave up and still holds
        assert server.all_ended()


@pytest.mark.parametrize("fault", [cut, reset, stall])
def test_a_write_whose_answer_stops_at_any_byte_is_unknown_and_was_sent_once(
    make: Any, fault: Fault, evidence: Evidence
) -> None:
    acts = [fault(PLAIN, at) for at in range(len(PLAIN))]
    with RawServer(*acts, respond()) as server:
        engine = make(server.url, read_timeout=0.005 if fault is stall else 10)
        outcomes = [sent(engine) for _ in acts]
        assert [Outcome(OutcomeUnknown, "outcome.unknown")] * len(acts) == outcomes
        close(engine)
        assert server.all_ended()
        assert len(acts) == len(server.requests)
    evidence("writes whose answer stopped at a byte, each reported as unknown", len(acts))


@pytest.mark.parametrize(
    "data",
    [PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), PLAIN + b"rubbish", CHUNKED],
    ids=["no keep-alive", "rubbish after it", "chunked"],
)
def test_an_answer_that_is_whole_is_right_whatever_comes_after_it(make: Any, data: bytes) -> None:
    with RawServer(respond(data)) as server:
        engine = make(server.url)
        assert [None] * 3 == [sent(engine) for _ in range(3)]
        assert 3 == len(server.requests)
        close(engine)
        assert server.all_ended()


def exchanged(connections: Connections) -> bytes | type[Lost]:
    try:
        return connections.exchange(REQUEST).body
    except Lost as lost:
        return type(lost)


FAULTS = [(cut, Closed), (reset, Closed), (stall, TimedOut)]


def stop_at_each_byte(
    data: bytes, fault: Fault, expected: type[Lost], patience: float, secure: Secure | None = None
) -> int:
    acts = [fault(data, at) for at in range(len(data))]
    server_side, client_side = secure or (None, None)
    with RawServer(*acts, respond(), context=server_side) as server:
        connections = Connections(
            server.url,
            context=client_side,
            connect_timeout=10,
            read_timeout=patience if fault is stall else 10,
            size=10,
        )
        outcomes = [exchanged(connections) for _ in acts]
        assert [expected] * len(acts) == outcomes
        # Each was sent once, on a connection of its own, of which none is left.
        assert (0, True) == (connections.idle, server.all_ended())
        assert (len(acts), len(acts)) == (len(server.requests), connections.opened)
    return len(acts)


@pytest.mark.parametrize("data", [PLAIN, CHUNKED], ids=["plain", "chunked"])
@pytest.mark.parametrize(("fault", "expected"), FAULTS)
def test_an_answer_that_stops_at_any_byte_is_lost_and_so_is_its_connection(
    fault: Fault, expected: type[Lost], data: bytes, evidence: Evidence
) -> None:
    stopped = stop_at_each_byte(data, fault, expected, patience=0.005)
    evidence("answers stopped at a byte, each reported as lost", stopped)


@pytest.mark.full
@pytest.mark.parametrize("data", [PLAIN, CHUNKED], ids=["plain", "chunked"])
@pytest.mark.parametrize(("fault", "expected"), FAULTS)
def test_a_secured_answer_that_stops_at_any_byte_is_lost_and_so_is_its_connection(
    fault: Fault, expected: type[Lost], data: bytes, tmp_path: Path, evidence: Evidence
) -> None:
    server_side, trusted = self_signed(tmp_path)
    secure = server_side, trusting(str(trusted))
    stopped = stop_at_each_byte(data, fault, expected, patience=0.1, secure=secure)
    evidence("answers over TLS stopped at a byte, each reported as lost", stopped)


@pytest.mark.parametrize("data", [PLAIN, CHUNKED], ids=["plain", "chunked"])
@pytest.mark.parametrize("fault", [cut, reset])
def test_what_happens_after_the_last_byte_of_an_answer_does_not_damage_it(
    fault: Callable[[bytes], Act], data: bytes
) -> None:
    with RawServer(fault(data), respond()) as server:
        connections = Connections(
            server.url, context=None, connect_timeout=10, read_timeout=10, size=10
        )
        assert b"{}" == connections.exchange(REQUEST).body
        connections.close()
        assert server.all_ended()
