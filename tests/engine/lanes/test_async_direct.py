"""The direct lane from the event loop, and TLS on either lane."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tabledesign.engine import AsyncClientEngine, DirectEngine, adrive, retry
from tabledesign.errors import EngineUnreachable, OutcomeUnknown, RequestRefused
from tabledesign.wire import Request

from .answering import END, Answering, Step, answer, run
from .asking import without_moto
from .certificates import self_signed

KEY = {"pk": {"S": "a"}}
GET = Request("GetItem", {"TableName": "todo", "Key": KEY})
PUT = Request("PutItem", {"TableName": "todo", "Item": KEY})
ROW = b'{"Item":{"pk":{"S":"a"}}}'
maker: Any = boto3


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


Scenario = Callable[[Answering, AsyncClientEngine], Awaitable[Any]]


def served(script: Callable[[bytes, int], list[Step]], scenario: Scenario) -> Any:
    async def whole() -> object:
        server = await Answering.start(script)
        engine = AsyncClientEngine(DirectEngine(endpoint_url=server.url))
        try:
            return await scenario(server, engine)
        finally:
            await engine.adisconnect()
            await server.stop()

    return run(whole())


def by_botocore(head: bytes) -> bool:
    return b"amz-sdk-invocation-id" in head.lower()


def test_a_direct_engine_is_asked_from_the_event_loop() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> tuple[object, str, bool]:
        found = await engine.send(GET)
        return found["Item"], engine.transport.lane, by_botocore(server.heads[0])

    assert (KEY, "direct", False) == served(lambda body, n: [answer(ROW)], scenario)


def test_what_it_could_not_bring_to_an_end_is_sent_again_by_botocore_where_it_may_be() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> list[bool]:
        await adrive(retry.send(GET), engine)
        with pytest.raises(OutcomeUnknown):
            await adrive(retry.send(PUT), engine)
        return [by_botocore(head) for head in server.heads]

    def script(body: bytes, number: int) -> list[Step]:
        return [END] if number in (1, 3) else [answer(ROW)]

    assert [False, True, False] == served(script, scenario)


def test_without_credentials_in_the_environment_it_goes_by_botocore(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = file\naws_secret_access_key = file\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    async def scenario(server: Answering, engine: AsyncClientEngine) -> tuple[str, bool]:
        await engine.send(GET)
        return engine.transport.reason, by_botocore(server.heads[0])

    expected = ("in a worker thread: the environment holds no credentials", True)
    assert expected == served(lambda body, n: [answer(ROW)], scenario)


def test_parameters_that_have_no_form_are_refused_in_botocores_words() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> int:
        with pytest.raises(RequestRefused):
            await engine.send(Request("GetItem", {"TableName": "todo", "Key": {"pk": object()}}))
        return len(server.requests)

    assert 0 == served(lambda body, n: [answer(ROW)], scenario)


def test_it_imports_no_botocore_while_all_goes_well() -> None:
    async def scenario(server: Answering, engine: AsyncClientEngine) -> str:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, server.url, stdout=subprocess.PIPE
        )
        said, _ = await child.communicate()
        return said.decode().strip()

    assert "1 []" == served(lambda body, n: [answer(b'{"Count":1}')], scenario)


PROGRAM = """
import asyncio, sys
from tabledesign.engine import AsyncClientEngine, DirectEngine
from tabledesign.wire import Request

engine = AsyncClientEngine(DirectEngine(endpoint_url=sys.argv[1]))
found = asyncio.run(engine.send(Request("Query", {"TableName": "todo"})))
print(found["Count"], sorted({"boto3", "botocore", "urllib3"}.intersection(sys.modules)))
"""


@pytest.mark.parametrize("lane", ["fast", "direct"])
def test_over_tls_whom_the_client_trusts_is_trusted_and_nobody_else(
    lane: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, bundle = self_signed(tmp_path)

    def engine_of(url: str, trusted: Path | None) -> AsyncClientEngine:
        if lane == "direct":
            if trusted is not None:
                monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted))
            return AsyncClientEngine(DirectEngine(endpoint_url=url))
        config = Config(connect_timeout=5, read_timeout=5)
        verify = True if trusted is None else str(trusted)
        session = maker.session.Session()
        client = session.client("dynamodb", endpoint_url=url, verify=verify, config=config)
        return AsyncClientEngine(without_moto(client))

    async def scenario() -> tuple[object, int]:
        server = await Answering.start(lambda body, n: [answer(ROW)], context)
        with pytest.raises(EngineUnreachable) as caught:
            await engine_of(server.url, None).send(GET)
        assert "engine.untrusted" == caught.value.code
        before = server.opened
        trusting = engine_of(server.url, bundle)
        assert lane == trusting.transport.lane
        items = [(await trusting.send(GET))["Item"] for _ in range(3)]
        many = await asyncio.gather(*(trusting.send(GET) for _ in range(30)))
        assert [KEY] * 30 == [each["Item"] for each in many]
        await trusting.adisconnect()
        await server.stop()
        return items[-1], server.opened - before

    async def quiet() -> tuple[object, int]:
        # asyncio tells the loop of a handshake that failed on the server's side.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        return await scenario()

    item, opened = run(quiet())
    assert item == KEY
    assert opened <= 10
