"""The asynchronous engine of a boto3 client: the fast lane from the event loop, or a thread."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.stub import Stubber

from tabledesign.codec.answer import Answer
from tabledesign.engine import AsyncClientEngine, adrive, retry
from tabledesign.engine.lanes.lane import SWITCH
from tabledesign.engine.scripted import FakeClock
from tabledesign.errors import (
    AccessDenied,
    ConditionFailed,
    EngineUnreachable,
    OutcomeUnknown,
    RequestError,
    RequestRefused,
    ServiceFailed,
    TableMissing,
    Throttled,
)
from tabledesign.wire import Request

from .answering import END, RESET, Answering, Loop, Step, answer, run, settled
from .asking import without_moto

maker: Any = boto3  # its typed overloads, one a service, are of no use here

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
GET = Request("GetItem", {"TableName": "todo", "Key": KEY})
PUT = Request("PutItem", {"TableName": "todo", "Item": KEY})
ROW = b'{"Item":{"pk":{"S":"a"}}}'
PORTAL = b"<html><body>Sign in to the network</body></html>"


def client_of(url: str, **options: Any) -> Any:
    given: dict[str, Any] = {"endpoint_url": url}
    given |= {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    config = Config(connect_timeout=10, read_timeout=3, retries={"total_max_attempts": 1})
    given["config"] = config.merge(options.pop("config", Config()))
    made = session().client("dynamodb", region_name="eu-central-1", **(given | options))
    return without_moto(made)


@cache
def session() -> Any:
    """One of this module: the default one keeps the credentials that it once found elsewhere."""
    return maker.session.Session()


def boto3_client(engine: AsyncClientEngine) -> Any:
    return cast(Any, engine.engine).client


def refused(code: str, **said: object) -> bytes:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **said}
    return answer(json.dumps(body).encode(), status="400 Bad Request")


def by_botocore(request: bytes) -> bool:
    """botocore counts its attempts in a header that the fast lane leaves out."""
    return b"amz-sdk-invocation-id" in request.lower()


Scenario = Callable[[Answering, AsyncClientEngine], Awaitable[Any]]


def served(script: Callable[[bytes, int], list[Step]], scenario: Scenario, **options: Any) -> Any:
    """What the scenario gives; afterwards no connection may be open on the server's side."""

    async def whole() -> object:
        server = await Answering.start(script)
        engine = AsyncClientEngine(client := client_of(server.url, **options))
        vars(engine)["clock"] = FakeClock(datetime.now(UTC))
        try:
            return await scenario(server, engine)
        finally:
            await engine.adisconnect()
            await asyncio.to_thread(client.close)
            await settled(20)
            # Connections of botocore live as long as the tracebacks of its errors do.
            left = [each for each in server.open if not by_botocore(each.head)]
            await server.stop()
            assert [] == left

    return run(whole())


def test_a_plain_client_is_asked_from_the_event_loop() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> tuple[object, str, bool]:
        found = await engine.send(GET)
        assert isinstance(found, Answer)
        return found["Item"], str(engine.transport), by_botocore(server.heads[0])

    expected = ({"pk": {"S": "a"}}, "fast: nothing stands in its way", False)
    assert expected == served(lambda body, n: [answer(ROW)], scenario)


def test_what_is_sent_is_what_botocore_sends() -> None:
    """Signed headers and all: the same request as botocore makes, but for what counts attempts."""

    async def scenario(server: Answering, engine: AsyncClientEngine) -> None:
        await engine.send(GET)
        await asyncio.to_thread(boto3_client(engine).get_item, TableName="todo", Key=KEY)
        ours, theirs = (headers_of(head) for head in server.heads)
        for name in ("host", "x-amz-target", "content-type"):
            assert theirs[name] == ours[name], name
        scope = "SignedHeaders=content-type;host;x-amz-date;x-amz-target,"
        assert scope in ours["authorization"]
        assert scope in theirs["authorization"]

    served(lambda body, n: [answer(ROW)], scenario)


def headers_of(head: bytes) -> dict[str, str]:
    lines = head.decode().split("\r\n")[1:]
    return {n.lower(): v for n, _, v in (line.partition(": ") for line in lines)}


DEFINITE: dict[str, tuple[bytes, type[RequestError], str]] = {
    "condition": (
        refused("ConditionalCheckFailedException", Item={"pk": {"S": "a"}}),
        ConditionFailed,
        "condition.failed",
    ),
    "throttled": (refused("ThrottlingException"), Throttled, "request.throttled"),
    "expired": (refused("ExpiredTokenException"), AccessDenied, "access.expired"),
    "signature": (refused("InvalidSignatureException"), AccessDenied, "access.invalid"),
    "no table": (refused("ResourceNotFoundException"), TableMissing, "table.missing"),
    "malformed": (refused("ValidationException"), RequestRefused, "request.refused"),
    "redirect": (
        answer(b"", status="301 Moved", headers=["Location: /elsewhere"]),
        RequestRefused,
        "request.refused",
    ),
}


@pytest.mark.parametrize("name", DEFINITE)
def test_a_complete_refusal_is_the_error_that_it_is_with_botocore(name: str) -> None:
    said, kind, code = DEFINITE[name]

    async def scenario(server: Answering, engine: AsyncClientEngine) -> None:
        with pytest.raises(kind) as ours:
            await engine.send(PUT)
        with pytest.raises(kind) as theirs:
            await asyncio.to_thread(client_send, server.url)
        assert code == ours.value.code == theirs.value.code
        assert theirs.value.message == ours.value.message
        assert theirs.value.details == ours.value.details

    def client_send(url: str) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(SWITCH, "botocore")
            engine = AsyncClientEngine(client := client_of(url))
        try:
            return engine.engine.send(PUT)
        finally:
            client.close()

    served(lambda body, n: [said], scenario)


AMBIGUOUS: dict[str, tuple[list[Step], type[RequestError]]] = {
    "500": ([answer(b"{}", status="500 Internal Server Error")], ServiceFailed),
    "503": ([answer(PORTAL, status="503 Service Unavailable")], ServiceFailed),
    "wrong checksum": ([answer(ROW, crc=1)], OutcomeUnknown),
    "longer than it says": ([answer(ROW, length=len(ROW) - 1)], OutcomeUnknown),
    "shorter than it says": ([answer(ROW, length=len(ROW) + 1), END], OutcomeUnknown),
    "a captive portal": (
        [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PORTAL), PORTAL)],
        OutcomeUnknown,
    ),
    "closed": ([END], OutcomeUnknown),
    "reset": ([RESET], OutcomeUnknown),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_write_whose_answer_is_lost_or_damaged_is_sent_once_and_its_outcome_is_unknown(
    name: str,
) -> None:
    steps, kind = AMBIGUOUS[name]

    async def scenario(server: Answering, engine: AsyncClientEngine) -> int:
        with pytest.raises(kind):
            await engine.send(replace(PUT))
        with pytest.raises(OutcomeUnknown) as caught:
            await adrive(retry.send(PUT), engine)
        assert server.url in str(caught.value.details["endpoint"])
        return len(server.requests)

    assert 2 == served(lambda body, n: steps, scenario)


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_read_whose_answer_is_lost_or_damaged_is_sent_again_by_botocore(name: str) -> None:
    steps, _ = AMBIGUOUS[name]

    async def scenario(server: Answering, engine: AsyncClientEngine) -> tuple[object, list[bool]]:
        found = await adrive(retry.send(GET), engine)
        return found["Item"], [by_botocore(head) for head in server.heads]

    expected = ({"pk": {"S": "a"}}, [False, True])
    assert expected == served(lambda body, n: steps if n == 1 else [answer(ROW)], scenario)


def test_an_answer_that_does_not_come_is_lost_and_where_nothing_listens_nothing_was_sent() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> None:
        waiting = asyncio.create_task(engine.send(PUT))
        await settled(20)
        cast(Loop, asyncio.get_running_loop()).skip(3)
        with pytest.raises(OutcomeUnknown, match="read the item before sending again"):
            await waiting
        await server.stop()
        with pytest.raises(EngineUnreachable, match="dynoxide serve --host") as caught:
            await engine.send(PUT)
        assert "safe" == caught.value.retry

    served(lambda body, n: [], scenario)


def test_throttling_is_waited_for_in_the_fast_lane() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> list[bool]:
        await adrive(retry.send(PUT), engine)
        return [by_botocore(head) for head in server.heads]

    busy = refused("ThrottlingException")
    assert [False] * 3 == served(lambda body, n: [busy if n < 3 else answer()], scenario)


ASIDE: dict[str, tuple[dict[str, Any], str]] = {
    "adaptive retries": ({"config": Config(retries={"mode": "adaptive"})}, "adaptive retries"),
    "a proxy": ({"config": Config(proxies={"https": "http://127.0.0.1:9"})}, "proxies"),
}


@pytest.mark.parametrize("name", ASIDE)
def test_a_client_that_is_not_plain_is_sent_in_a_worker_thread_and_says_why(name: str) -> None:
    options, reason = ASIDE[name]

    async def scenario(server: Answering, engine: AsyncClientEngine) -> tuple[str, bool]:
        await engine.send(GET)
        assert reason in engine.transport.reason
        return engine.transport.lane, by_botocore(server.heads[0])

    expected = ("compatible", True)
    assert expected == served(lambda body, n: [answer(ROW)], scenario, **options)


def test_the_environment_turns_the_fast_lane_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "botocore")

    async def scenario(server: Answering, engine: AsyncClientEngine) -> tuple[str, bool]:
        await engine.send(GET)
        return engine.transport.reason, by_botocore(server.heads[0])

    expected = ("TABLEDESIGN_TRANSPORT=botocore is set", True)
    assert expected == served(lambda body, n: [answer(ROW)], scenario)


EVENTS = ("before-call", "before-send", "before-sign", "after-call", "provide-client-params")


@pytest.mark.parametrize("event", EVENTS)
def test_a_handler_that_comes_is_asked_in_a_worker_thread_and_when_it_goes_no_more(
    event: str,
) -> None:
    seen: list[threading.Thread] = []

    def handler(**_: object) -> None:
        seen.append(threading.current_thread())

    async def scenario(server: Answering, engine: AsyncClientEngine) -> list[str]:
        events: Any = boto3_client(engine).meta.events
        lanes: list[str] = [engine.transport.lane]
        await engine.send(GET)
        events.register(f"{event}.dynamodb.GetItem", handler)
        await engine.send(GET)
        lanes.append("fast" if len(seen) == 0 else "compatible")
        events.unregister(f"{event}.dynamodb.GetItem", handler)
        await engine.send(GET)
        return lanes

    expected = ["fast", "compatible"]
    assert expected == served(lambda body, n: [answer(ROW)], scenario)
    assert 1 == len(seen)
    assert threading.main_thread() not in seen


def test_a_stubbed_client_answers_by_its_script() -> None:
    client = client_of("http://127.0.0.1:9")
    with Stubber(client) as stub:
        stub.add_response("get_item", {"Item": KEY}, {"TableName": "todo", "Key": KEY})
        assert KEY == run(AsyncClientEngine(client).send(GET))["Item"]


def test_a_tracer_around_the_clients_calls_sees_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient

    seen: list[str] = []
    plain = vars(BaseClient)["_make_api_call"]

    def traced(self: Any, operation: str, parameters: Any) -> Any:
        seen.append(f"{operation} on {parameters['TableName']}")
        return plain(self, operation, parameters)

    traced.__module__ = "tracer"
    monkeypatch.setattr(BaseClient, "_make_api_call", traced)

    async def scenario(server: Answering, engine: AsyncClientEngine) -> object:
        return (await engine.send(GET))["Item"]

    assert {"pk": {"S": "a"}} == served(lambda body, n: [answer(ROW)], scenario)
    assert ["GetItem on todo"] == seen


def test_credentials_are_refreshed_in_a_worker_thread_and_only_when_they_must_be() -> None:
    refreshed: list[threading.Thread] = []

    def metadata(seconds: int) -> dict[str, str]:
        expiry = datetime.now(UTC) + timedelta(seconds=seconds)
        keys = {"access_key": f"key{len(refreshed)}", "secret_key": "s", "token": "t"}
        return keys | {"expiry_time": expiry.isoformat()}

    def refresh() -> dict[str, str]:
        refreshed.append(threading.current_thread())
        return metadata(3600)

    async def scenario(server: Answering, engine: AsyncClientEngine) -> list[bytes]:
        client: Any = boto3_client(engine)
        credentials = RefreshableCredentials.create_from_metadata(
            metadata(60), refresh_using=refresh, method="test"
        )
        client._request_signer._credentials = credentials
        await engine.send(GET)
        await engine.send(GET)
        return [head.partition(b"Credential=")[2][:5] for head in server.heads]

    assert [b"key1/", b"key1/"] == served(lambda body, n: [answer(ROW)], scenario)
    assert 1 == len(refreshed)
    assert threading.main_thread() not in refreshed


def test_a_client_without_credentials_says_how_to_give_them() -> None:
    client = client_of("http://127.0.0.1:9", aws_access_key_id=None, aws_secret_access_key=None)
    with pytest.raises(AccessDenied, match="aws configure"):
        run(AsyncClientEngine(client).send(GET))


def test_a_cancelled_write_tells_that_it_had_been_sent_in_either_lane() -> None:
    answered = threading.Event()

    async def cancelled(engine: AsyncClientEngine, server: Answering) -> str:
        waiting = asyncio.create_task(engine.send(PUT))
        await server.has_been_asked(len(server.requests) + 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await waiting
        (note,) = caught.value.__notes__
        return str(note)

    async def scenario(server: Answering, engine: AsyncClientEngine) -> list[str]:
        notes = [await cancelled(engine, server)]
        boto3_client(engine).meta.events.register("before-send", handler)
        notes.append(await cancelled(engine, server))
        server.end()
        await asyncio.to_thread(answered.wait, 5)
        return notes

    def handler(**_: object) -> None:
        answered.set()

    first, second = served(lambda body, n: [], scenario)
    assert "had been sent" in first
    assert "still" in second
