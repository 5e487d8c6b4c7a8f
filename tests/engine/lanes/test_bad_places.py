"""An endpoint that cannot be talked to: on each lane the same error, with endpoint and remedy."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from tabledesign.errors import EngineUnreachable, OutcomeUnknown, RequestError
from tabledesign.wire import Request

from .certificates import self_signed
from .engines import ENGINES, with_keys
from .raw_server import RawServer, respond, stall

PUT = Request("PutItem", {"TableName": "todo", "Item": {"pk": {"S": "a"}}})


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    with_keys(monkeypatch)
    return ENGINES[request.param]


def failure(engine: Any) -> RequestError:
    with pytest.raises(RequestError) as caught:
        engine.send(PUT)
    return caught.value


def test_where_nothing_listens_the_endpoint_is_named_and_what_to_start(make: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        error = failure(make(url))
    assert (EngineUnreachable, "engine.unreachable") == (type(error), error.code)
    assert error.message.startswith(f"no connection to {url} could be made; start a local engine")


def test_a_host_that_nobody_knows_is_unreachable(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = failure(make("https://no-such-host.example"))
    assert (EngineUnreachable, "engine.unreachable") == (type(error), error.code)
    assert error.message.endswith("check the network, the region and the endpoint")


def test_a_connection_that_only_seems_open_is_given_up_when_the_time_is_over(make: Any) -> None:
    with RawServer(stall(at=0)) as server:
        error = failure(make(server.url, read_timeout=0.05))
        assert (OutcomeUnknown, server.url) == (type(error), error.details["endpoint"])
        assert error.message.endswith("read the item before sending again")


def test_a_server_that_never_shakes_hands_is_unreachable(make: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        engine = make(url, connect_timeout=0.05)
        error = failure(engine)
    # botocore does not tell it from an answer that did not come.
    unknown = "compatible" == engine.transport.lane
    assert ("outcome.unknown" if unknown else "engine.unreachable") == error.code


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(make: Any, tmp_path: Path) -> None:
    context, _ = self_signed(tmp_path)
    with RawServer(respond(), context=context) as server:
        error = failure(make(server.url))
        assert (EngineUnreachable, "engine.untrusted") == (type(error), error.code)
        assert f"connection to {server.url}" in error.message
        assert [] == server.requests
