from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.stub import Stubber
from moto import mock_aws

from tabledesign.engine import ClientEngine
from tabledesign.engine.lanes.lane import SWITCH
from tabledesign.engine.once import once, takes_no
from tabledesign.errors import OutcomeUnknown, RequestError, ServiceFailed, Throttled
from tabledesign.wire import Request

MODES = ("legacy", "standard", "adaptive")
ADD = Request(
    "UpdateItem",
    {
        "TableName": "todo",
        "Key": {"pk": {"S": "counter"}},
        "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    },
)
THROTTLING = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}'
maker: Any = boto3  # its typed overloads, one a service, are of no use here


Answered = tuple[int, bytes, dict[str, str]]
Answer = Callable[[], "Answered | Exception"]


def answering(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    return lambda: (status, body, headers)


class Service:
    """Counts what reaches it, and answers as it is told."""

    def __init__(self) -> None:
        self.applied = 0
        self.answer = answering(200)

    def serve(self, request: Any, **_: object) -> AWSResponse:
        self.applied += 1
        made = self.answer()
        if isinstance(made, Exception):
            raise made
        status, body, headers = made
        raw: Any = Body(body)
        sent: Any = headers
        return AWSResponse(request.url, status, sent, raw)


class Body:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.body


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    takes_no()  # found out once, by a pause of no length where the botocore is old
    slept: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=slept.append))
    return slept


def client_of(mode: str = "standard", **options: Any) -> Any:
    retries: Any = {"mode": mode, "total_max_attempts": 3}
    config = Config(retries=retries, read_timeout=2)
    given = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "config": config}
    return maker.client("dynamodb", region_name="us-east-1", **(given | options))


def served(client: Any) -> Service:
    service = Service()
    client.meta.events.register("before-send.dynamodb", service.serve)
    return service


def lost() -> Exception:
    return ConnectionClosedError(endpoint_url="http://127.0.0.1")


def failure(engine: ClientEngine, request: Request = ADD) -> RequestError:
    with pytest.raises(RequestError) as caught:
        engine.send(request)
    return caught.value


ANSWERS: dict[str, tuple[Answer, type[RequestError]]] = {
    "lost": (lost, OutcomeUnknown),
    "500": (answering(500, b'{"__type":"x#InternalServerError"}'), ServiceFailed),
    "503": (answering(503, b""), ServiceFailed),
    "throttled": (answering(400, THROTTLING), Throttled),
    "damaged": (answering(200, b"{}", **{"x-amz-crc32": "1"}), OutcomeUnknown),
}
REFUSAL = answering(400, b'{"__type":"x#ValidationException"}')


@pytest.fixture
def dropping() -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback that takes each request in whole and never answers it."""
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    received = b""
                    while not received.endswith(b"}}}"):
                        received += connection.recv(65536)
                    taken.append(received)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], taken
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


@pytest.mark.parametrize("mode", MODES)
def test_an_addition_whose_answer_is_dropped_by_a_server_is_applied_once(
    mode: str, dropping: tuple[int, list[bytes]]
) -> None:
    port, taken = dropping
    engine = ClientEngine(client_of(mode, endpoint_url=f"http://127.0.0.1:{port}"))
    assert isinstance(failure(engine), OutcomeUnknown)
    assert len(taken) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_request_is_sent_once_whatever_comes_back(
    mode: str, answer: str, unhurried: list[float]
) -> None:
    client = client_of(mode)
    service = served(client)
    service.answer, expected = ANSWERS[answer]
    error = failure(ClientEngine(client))
    assert (type(error), service.applied, unhurried) == (expected, 1, [])


@pytest.mark.parametrize("mode", MODES)
def test_other_callers_of_the_client_keep_its_retries(mode: str) -> None:
    client = client_of(mode)
    service = served(client)
    service.answer = lost
    engine = ClientEngine(client)
    failure(engine)
    with pytest.raises(ConnectionClosedError):
        client.update_item(**ADD.parameters)
    assert service.applied == 1 + 3


@pytest.mark.parametrize("answer", ["500", "throttled"])
def test_failures_are_not_charged_to_the_quota_of_other_callers(answer: str) -> None:
    client = client_of("standard")
    service = served(client)
    service.answer = ANSWERS[answer][0]
    engine = ClientEngine(client)
    for _ in range(150):  # the quota pays for 100 of botocore's own
        failure(engine)
    service.applied = 0
    with pytest.raises(ClientError):
        client.list_tables()
    assert service.applied == 3


def test_an_answer_with_its_checksum_is_taken() -> None:
    client = client_of()
    crc = str(zlib.crc32(b'{"TableNames":["a"]}'))
    served(client).answer = answering(200, b'{"TableNames":["a"]}', **{"x-amz-crc32": crc})
    assert ClientEngine(client).send(Request("ListTables", {}))["TableNames"] == ["a"]


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem"])
def test_a_captive_portals_page_is_no_answer(operation: Any) -> None:
    client = client_of(config=Config(retries={"mode": "standard"}))
    service = served(client)
    service.answer = answering(200, b"<html>Sign in to the network</html>")
    parameters = {"TableName": "todo", "Key": {"pk": {"S": "counter"}}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SWITCH, "botocore")
        engine = ClientEngine(client)
    assert "outcome.unknown" == failure(engine, Request(operation, parameters)).code
    assert 1 == service.applied


def test_the_users_handlers_see_the_call() -> None:
    client = client_of()
    seen: list[str] = []

    def see(event_name: str, **_: object) -> None:
        seen.append(event_name)

    for event in ("before-parameter-build", "before-call", "response-received", "after-call"):
        client.meta.events.register(f"{event}.dynamodb.UpdateItem", see)
    served(client)
    ClientEngine(client).send(ADD)
    assert [name.partition(".")[0] for name in seen] == [
        "before-parameter-build",
        "before-call",
        "response-received",
        "after-call",
    ]


def test_a_definite_refusal_reaches_the_users_handlers_behind_ours() -> None:
    client = client_of()
    asked: list[int] = []

    def ask(attempts: int, **_: object) -> None:
        asked.append(attempts)

    client.meta.events.register("needs-retry.dynamodb", ask)
    served(client).answer = REFUSAL
    failure(ClientEngine(client))
    assert asked == [1]


def test_a_handler_of_the_users_that_demands_a_retry_is_held_back() -> None:
    client = client_of()

    def at_once(**_: object) -> int:
        return 0

    client.meta.events.register("needs-retry.dynamodb.UpdateItem", at_once)
    service = served(client)
    service.answer = REFUSAL
    engine = ClientEngine(client)
    assert isinstance(failure(engine), OutcomeUnknown)
    assert service.applied == 1


def test_a_call_made_by_a_handler_inside_ours_keeps_the_clients_retries() -> None:
    client = client_of()
    service = served(client)

    def nested(**_: object) -> None:
        service.answer = lost
        with pytest.raises(ConnectionClosedError):
            client.list_tables()
        service.answer = answering(200)

    client.meta.events.register("before-call.dynamodb.UpdateItem", nested)
    ClientEngine(client).send(ADD)
    assert service.applied == 3 + 1


def test_engines_that_share_a_client_share_its_handlers() -> None:
    client = client_of()
    first, second = ClientEngine(client), ClientEngine(client)
    service = served(client)
    service.answer = lost
    failure(first)
    failure(second)
    assert (service.applied, first.sends_once, second.sends_once) == (2, True, True)


def test_the_handlers_do_not_keep_a_client_alive() -> None:
    import gc
    import weakref

    client = client_of()
    ClientEngine(client)
    gone = weakref.ref(client)
    del client
    gc.collect()
    assert gone() is None


def test_a_stubber_sees_the_call() -> None:
    client = client_of()
    with Stubber(client) as stub:
        stub.add_response("update_item", {}, ADD.parameters)
        engine = ClientEngine(client)
        engine.send(ADD)
        stub.add_client_error("update_item", "InternalServerError", http_status_code=500)
        assert isinstance(failure(engine), ServiceFailed)
    assert engine.sends_once


@pytest.mark.moto
def test_it_works_under_mock_aws(create: Request) -> None:
    with mock_aws():
        engine = ClientEngine(client_of())
        engine.send(create)
        assert engine.send(Request("ListTables", {}))["TableNames"] == ["todo"]
    assert engine.sends_once


def test_threads_arm_only_their_own_calls() -> None:
    client = client_of()
    service = served(client)
    engine = ClientEngine(client)
    inside, done = threading.Event(), threading.Event()

    def hold(**_: object) -> None:
        if threading.current_thread() is other:
            inside.set()
            assert done.wait(timeout=5)

    def ours() -> None:
        engine.send(ADD)

    client.meta.events.register("before-call.dynamodb.UpdateItem", hold)
    other = threading.Thread(target=ours)
    other.start()
    assert inside.wait(timeout=5)
    service.answer = lost
    with pytest.raises(ConnectionClosedError):
        client.list_tables()
    service.answer = answering(200)
    done.set()
    other.join(timeout=5)
    assert service.applied == 3 + 1


def test_a_client_that_asks_other_handlers_first_is_said_to_repeat() -> None:
    client = client_of()

    def first(event_name: str, **_: object) -> None:
        raise RuntimeError(f"a handler that came first at {event_name}")

    client.meta.events.register_first("needs-retry.dynamodb.ListTables", first)
    engine = ClientEngine(client)
    assert (engine.sends_once, engine.name) == (False, "DynamoDB, repeated by boto3")
    service = served(client)
    service.answer = ANSWERS["500"][0]
    error = failure(engine)
    assert (service.applied, error.details["repeated_by"]) == (3, "boto3")


def test_a_client_without_events_is_used_as_it_is() -> None:
    class Fake:
        def list_tables(self) -> dict[str, Any]:
            return {"TableNames": ["a"]}

    fake: Any = Fake()
    engine = ClientEngine(fake)
    assert (engine.send(Request("ListTables", {}))["TableNames"], engine.sends_once) == (
        ["a"],
        False,
    )


def test_a_botocore_that_no_longer_takes_up_the_mark_is_noticed() -> None:
    client = client_of()
    served(client)
    engine = ClientEngine(client)
    client.meta.events.unregister(
        "provide-client-params.dynamodb", unique_id="tabledesign.once.provide-client-params"
    )
    assert engine.sends_once
    engine.send(ADD)
    assert not engine.sends_once


def test_a_client_is_registered_once() -> None:
    client = client_of()
    assert once(client) is once(client)
