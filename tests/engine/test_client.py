from __future__ import annotations

import re
import socket
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from moto import mock_aws

from tabledesign.engine import ClientEngine, Engine, engine_of, is_async
from tabledesign.engine.asynchronous import AsyncClientEngine
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.errors import (
    AccessDenied,
    ConditionFailed,
    EngineUnreachable,
    InputError,
    RequestRefused,
    TableMissing,
)
from tabledesign.wire import Request, Response

maker: Any = boto3  # its typed overloads, one a service, are of no use here


def dynamodb(**options: Any) -> Any:
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return maker.client("dynamodb", region_name="us-east-1", **(keys | options))


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refused(value: object) -> str:
    with pytest.raises(InputError) as caught:
        engine_of(value)
    assert caught.value.code == "engine.unknown"
    return caught.value.message


def test_the_request_goes_through_the_clients_own_method() -> None:
    client = dynamodb()
    with Stubber(client) as stub:
        parameters = {"TableName": "todo", "Key": {"pk": {"S": "a"}}}
        stub.add_response("get_item", {"Item": {"pk": {"S": "a"}}}, parameters)
        response = ClientEngine(client).send(Request("GetItem", parameters))
    assert response["Item"] == {"pk": {"S": "a"}}


def test_the_answer_keeps_what_boto3_adds_to_it() -> None:
    client = dynamodb()
    with Stubber(client) as stub:
        stub.add_response("list_tables", {"ResponseMetadata": {"HTTPStatusCode": 200}})
        response = ClientEngine(client).send(Request("ListTables", {}))
    assert response == {"ResponseMetadata": {"HTTPStatusCode": 200}}


def test_parameters_that_boto3_refuses_are_a_refused_request() -> None:
    with pytest.raises(RequestRefused) as caught:
        ClientEngine(dynamodb()).send(Request("TransactGetItems", {"TransactItems": 3}))
    assert caught.value.details["aws_code"] == "ParamValidationError"


def test_an_endpoint_where_nothing_listens_is_named() -> None:
    port = closed_port()
    once = Config(retries={"total_max_attempts": 1})
    engine = ClientEngine(dynamodb(endpoint_url=f"http://127.0.0.1:{port}", config=once))
    with pytest.raises(EngineUnreachable, match=f"no connection to http://127.0.0.1:{port} "):
        engine.send(Request("ListTables", {}))


def test_missing_credentials_say_how_to_give_them() -> None:
    client = maker.session.Session().client("dynamodb", region_name="us-east-1")
    with pytest.raises(AccessDenied, match="aws configure") as caught:
        ClientEngine(client).send(Request("ListTables", {}))
    assert caught.value.code == "access.no_credentials"


@pytest.mark.moto
def test_the_engine_works_under_mock_aws(create: Request, put: Any, get: Any) -> None:
    with mock_aws():
        engine = engine_of(dynamodb())
        assert isinstance(engine, ClientEngine)
        engine.send(create)
        put(engine, "a")
        assert get(engine, "a")["count"] == {"N": "1.5"}
        with pytest.raises(TableMissing):
            engine.send(Request("Scan", {"TableName": "none"}))


@pytest.mark.moto
def test_the_embedded_engine_answers_for_itself_under_mock_aws(
    create: Request, local: EmbeddedEngine
) -> None:
    local.send(create)
    with mock_aws():
        assert local.send(Request("ListTables", {}))["TableNames"] == ["todo"]


def test_a_failed_condition_carries_the_stored_item(
    create: Request, put: Any, local: EmbeddedEngine
) -> None:
    local.send(create)
    put(local, "a")
    parameters = {
        "TableName": "todo",
        "Item": {"pk": {"S": "a"}, "sk": {"S": "Task#"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(ConditionFailed) as caught:
        local.send(Request("PutItem", parameters))
    item: Any = caught.value.details["item"]
    assert item["raw"] == {"B": b"\x00\xff"}


def test_an_engine_is_passed_through(local: EmbeddedEngine) -> None:
    assert engine_of(local) is local


def test_an_asynchronous_engine_is_passed_through(local: EmbeddedEngine) -> None:
    engine = AsyncClientEngine(local)
    assert (engine_of(engine), is_async(engine)) == (engine, True)


def test_a_client_becomes_an_engine_that_threads_may_share() -> None:
    engine = engine_of(dynamodb())
    assert isinstance(engine, ClientEngine)
    assert engine.thread_safe


def test_wrapping_an_asynchronous_engine_again_is_refused(local: EmbeddedEngine) -> None:
    with pytest.raises(InputError, match="use it as it is"):
        AsyncClientEngine(AsyncClientEngine(local))


def test_a_resource_is_refused_with_the_client_it_has() -> None:
    resource = maker.resource("dynamodb", region_name="us-east-1")
    remedy = "it is a boto3 resource, so pass its client: resource.meta.client"
    assert refused(resource).endswith(remedy)
    assert refused(resource.Table("todo")).endswith(remedy)


def test_a_client_of_another_service_is_refused_by_its_name() -> None:
    client = maker.client("s3", region_name="us-east-1")
    assert "it is a client of 's3'" in refused(client)


def test_an_asynchronous_client_is_refused_with_the_wrapper_to_use() -> None:
    class AioClient:
        meta = SimpleNamespace(service_model=SimpleNamespace(service_name="dynamodb"))

        async def _make_api_call(self) -> Response:
            return {}

    assert refused(AioClient()).endswith("wrapped in AsyncClientEngine for asyncio")


def test_a_class_in_place_of_an_engine_is_refused() -> None:
    assert refused(EmbeddedEngine).endswith("pass an instance of it, made with its arguments")


@pytest.mark.parametrize("value", [None, "http://127.0.0.1:8000", {}, (n for n in "a")])
def test_anything_else_is_refused_by_its_kind(value: object) -> None:
    assert refused(value).startswith(f"a builtins.{type(value).__name__} is no engine; ")


def test_an_object_with_a_send_method_is_an_engine() -> None:
    class Own:
        def send(self, request: Request) -> Response:
            return {}

    own: Engine = Own()
    assert engine_of(own) is own


def test_importing_the_engines_imports_neither_boto3_nor_ministack() -> None:
    program = (
        "import sys, tabledesign.engine, tabledesign.engine.embedded, tabledesign.engine.connect;"
        "print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    path = [entry for entry in sys.path if entry]
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(re.findall(r"'(\w+)'", run.stdout))
    assert imported.intersection({"boto3", "botocore", "ministack"}) == set()
