"""Either lane over real connections: what a server does at any byte, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

from tabledesign.engine import ClientEngine, drive
from tabledesign.engine.lanes.lane import SWITCH
from tabledesign.engine.retry import send
from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import (
    AccessDenied,
    ConditionFailed,
    EngineUnreachable,
    OutcomeUnknown,
    RequestError,
    RequestRefused,
    ServiceFailed,
    Throttled,
)
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import Key
from tabledesign.schema.table import Table
from tabledesign.wire import Request

from .raw_server import Act, RawServer, answer, cut, reset, respond
from .standing import CONDITION, GET, PUT, client_of

ITEM = answer(b'{"Item":{"pk":{"S":"a"}}}')
DONE = answer(b"{}")


@pytest.fixture(params=["fast", "compatible"], autouse=True)
def lane(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "compatible":
        monkeypatch.setenv(SWITCH, "botocore")
    return str(request.param)


def engine_of(url: str, *, patience: float = 10) -> ClientEngine:
    config = Config(connect_timeout=10, read_timeout=patience, retries={"total_max_attempts": 1})
    return ClientEngine(client_of(endpoint_url=url, config=config))


def close(engine: ClientEngine) -> None:
    engine.disconnect()
    client: Any = engine.client
    client.close()


def outcome(engine: ClientEngine, request: Request) -> object:
    try:
        return dict(engine.send(request)).get("Item", "done")
    except RequestError as error:
        return type(error)


@pytest.mark.parametrize("fault", [cut, reset])
def test_a_read_whose_answer_stops_at_any_byte_is_read_again_and_right(
    fault: Callable[[bytes, int], Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = [act for at in range(0, len(ITEM), 7) for act in (fault(ITEM, at), respond(ITEM))]
    with RawServer(*acts) as server:
        engine = engine_of(server.url)
        monkeypatch.setattr(engine, "clock", FakeClock(), raising=False)
        found = [drive(send(Request("GetItem", GET.parameters)), engine) for _ in acts[::2]]

        assert [{"pk": {"S": "a"}}] * (len(acts) // 2) == [each["Item"] for each in found]
        assert len(acts) == len(server.requests)


def _error(kind: str) -> bytes:
    return f'{{"__type":"com.amazonaws.dynamodb.v20120810#{kind}","message":"no"}}'.encode()


HTML = b"<html><body>Sign in to the network</body></html>"


@pytest.mark.parametrize(
    ("data", "read", "write"),
    [
        (answer(b"{}", crc=1), OutcomeUnknown, OutcomeUnknown),
        (DONE[:-1] + b"]", OutcomeUnknown, OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n" + HTML, OutcomeUnknown, OutcomeUnknown),
        (answer(HTML, "302 Found", more="Location: /\r\n"), RequestRefused, RequestRefused),
        (answer(_error("InternalServerError"), "500 No"), ServiceFailed, ServiceFailed),
        (answer(b"", "503 No"), ServiceFailed, ServiceFailed),
        (answer(_error("ThrottlingException"), "400 No"), Throttled, Throttled),
        (answer(_error("ExpiredTokenException"), "400 No"), AccessDenied, AccessDenied),
        (answer(CONDITION, "400 No"), ConditionFailed, ConditionFailed),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n\r\n", OutcomeUnknown, OutcomeUnknown),
    ],
    ids=["crc", "body", "portal", "redirect", "500", "503", "slow", "expired", "condition", "ssh"],
)
def test_each_answer_that_is_none_is_its_error_and_leaves_no_connection_astray(
    lane: str, data: bytes, read: type[RequestError], write: type[RequestError]
) -> None:
    with RawServer(respond(data), respond(data), respond(ITEM)) as server:
        engine = engine_of(server.url)

        assert [read, write] == [outcome(engine, GET), outcome(engine, PUT)]
        assert {"pk": {"S": "a"}} == outcome(engine, Request("GetItem", GET.parameters))
        assert 3 == len(server.requests)
        close(engine)
        if lane == "fast":  # botocore's own are the client's
            assert server.all_ended()


def test_one_connection_serves_one_request_after_the_other() -> None:
    with RawServer(respond(ITEM)) as server:
        engine = engine_of(server.url)
        for _ in range(20):
            engine.send(GET)

        assert (20, 1) == (len(server.requests), server.accepted)


def test_where_nothing_listens_the_error_names_the_endpoint_and_the_remedy() -> None:
    with RawServer() as server:
        url = server.url
    with pytest.raises(EngineUnreachable) as caught:
        engine_of(url).send(GET)

    assert f"no connection to {url} could be made; start a local engine there" in str(caught.value)


shelf = Table("shelf")


class Book(Entity, table=shelf):
    book_id: str
    by_id = Key(partition="book_id")


class Books(Repository, table=shelf):
    pass


def test_a_repository_closes_its_connections_and_opens_others_for_who_comes_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(SWITCH, raising=False)  # botocore's connections are the client's own
    book: dict[str, Any] = {"pk": {"S": "Book#1#"}, "sk": {"S": "Book#"}, "book_id": {"S": "1"}}
    body = Request("GetItem", {"Item": {**book, "entity": {"S": "Book"}}}).body
    with RawServer(respond(answer(body))) as server:
        client = client_of(endpoint_url=server.url)
        with Books(client) as books:
            assert "fast" == books.transport.lane
            assert Book(book_id="1") == books.get(Book.by_id(book_id="1"))
        assert server.all_ended()
        assert Book(book_id="1") == books.get(Book.by_id(book_id="1"))
        books.close()
        assert (True, 2) == (server.all_ended(), server.accepted)
