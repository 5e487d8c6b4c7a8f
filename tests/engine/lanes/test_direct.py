"""The direct lane: what it sends, when it steps aside, and that botocore stays out of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tabledesign.engine import DirectEngine, drive
from tabledesign.engine.clients import make_client
from tabledesign.engine.lanes.environment import directions, variable
from tabledesign.engine.retry import send
from tabledesign.errors import AccessDenied, OutcomeUnknown, RequestError, RequestRefused
from tabledesign.wire import Request

from .engines import with_keys
from .raw_server import PLAIN, RawServer, answer, cut, respond

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
GET = Request("GetItem", {"TableName": "todo", "Key": KEY})
PUT = Request("PutItem", {"TableName": "todo", "Item": KEY})
AWS = "https://dynamodb.eu-central-1.amazonaws.com"

PROGRAM = """
import sys
from tabledesign.engine import DirectEngine
from tabledesign.errors import ConditionFailed
from tabledesign.wire import Request

with DirectEngine(endpoint_url=sys.argv[1]) as engine:
    key = {"pk": {"S": "a"}}
    engine.send(Request("PutItem", {"TableName": "todo", "Item": key}))
    print(engine.send(Request("GetItem", {"TableName": "todo", "Key": key}))["Item"])
    try:
        engine.send(Request("DeleteItem", {"TableName": "todo", "Key": key}))
    except ConditionFailed as error:
        print(error.details["item"])
    print(engine.transport.lane)
print([name for name in ("boto3", "botocore", "urllib3") if name in sys.modules])
"""


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(monkeypatch)


def headers_of(request: bytes) -> dict[str, str]:
    lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def by_botocore(request: bytes) -> bool:
    """botocore counts its attempts in a header that our own lanes leave out."""
    return "amz-sdk-request" in headers_of(request)


def test_a_program_that_uses_it_imports_neither_boto3_nor_botocore() -> None:
    refused = (
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",'
        b'"message":"no","Item":{"photo":{"B":"cG5n"}}}'
    )
    acts = (PLAIN, answer(b'{"Item":{"pk":{"S":"a"}}}'), answer(refused, "400 Bad Request"))
    with RawServer(*map(respond, acts)) as server:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, server.url],
            env={**os.environ, "PYTHONPATH": ":".join(path for path in sys.path if path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "{'pk': {'S': 'a'}}\n{'photo': {'B': b'png'}}\ndirect\n[]\n" == run.stdout, (
            run.stderr
        )
        assert server.accepted == 1


@pytest.mark.parametrize("token", ["token", ""])
def test_what_it_sends_bears_the_signature_that_botocore_would_write(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    with RawServer(respond()) as server, DirectEngine(endpoint_url=server.url) as engine:
        for request in (GET, PUT):
            engine.send(request)
        for request, sent in zip((GET, PUT), server.requests, strict=True):
            headers = headers_of(sent)
            authorization = headers.pop("authorization")
            del headers["content-length"], headers["accept-encoding"]
            body = sent.partition(b"\r\n\r\n")[2]
            signed = AWSRequest("POST", server.url, headers, body)
            signed.context["timestamp"] = headers["x-amz-date"]
            auth: Any = SigV4Auth(Credentials("AKID", "secret"), "dynamodb", "eu-central-1")
            signed.headers.add_header("accept-encoding", "identity")
            text = auth.string_to_sign(signed, auth.canonical_request(signed))
            assert authorization.endswith(f"Signature={auth.signature(text, signed)}")
            assert (f"DynamoDB_20120810.{request.operation}", request.body) == (
                headers["x-amz-target"],
                body,
            )
            assert headers["user-agent"].startswith("tabledesign/")
            assert token == headers.get("x-amz-security-token", "")


def test_credentials_are_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(respond()) as server, DirectEngine(endpoint_url=server.url) as engine:
        engine.send(GET)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "RENEWED")
        engine.send(GET)
        first, second = (headers_of(sent)["authorization"] for sent in server.requests)
        assert "Credential=AKID/" in first
        assert "Credential=RENEWED/" in second


def test_the_trace_of_an_invocation_is_passed_on_in_a_function_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-a;Parent=b c;Sampled=1")
    with RawServer(respond()) as server, DirectEngine(endpoint_url=server.url) as engine:
        engine.send(GET)
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "todo")
        engine.send(GET)
        traces = [headers_of(sent).get("x-amzn-trace-id") for sent in server.requests]
        assert [None, "Root=1-a;Parent=b%20c;Sampled=1"] == traces


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "dynamodb.eu-central-1.amazonaws.com"),
        ("us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_endpoint_of_a_region_is_the_one_that_botocore_resolves(region: str, host: str) -> None:
    client = make_client(region=region, credentials=("AKID", "secret"))
    assert (region, f"https://{host}", None) == directions(region, None)
    assert f"https://{host}" == client.meta.endpoint_url


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ("eu-central-1", AWS)),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1"}, ("us-east-1", None)),
        ({"AWS_ENDPOINT_URL": "http://localhost:1"}, ("eu-central-1", "http://localhost:1")),
        (
            {
                "AWS_ENDPOINT_URL": "http://localhost:1",
                "AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:2",
            },
            ("eu-central-1", "http://localhost:2"),
        ),
        (
            {
                "AWS_ENDPOINT_URL": "http://localhost:1",
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
            },
            ("eu-central-1", AWS),
        ),
        (
            {"HTTPS_PROXY": "http://localhost:3128", "NO_PROXY": "amazonaws.com"},
            ("eu-central-1", AWS),
        ),
        ({"HTTP_PROXY": "http://localhost:3128"}, ("eu-central-1", AWS)),
        ({"AWS_USE_FIPS_ENDPOINT": "false"}, ("eu-central-1", AWS)),
    ],
)
def test_region_and_endpoint_are_read_as_botocore_reads_them(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: tuple[str, str | None]
) -> None:
    with_keys(monkeypatch, **variables)
    region, url, aside = directions(None, None)
    assert None is aside
    assert expected == (region, url if expected[1] else None)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, "the environment holds no credentials"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "the environment holds no credentials"),
        ({"TABLEDESIGN_TRANSPORT": "botocore"}, "TABLEDESIGN_TRANSPORT=botocore is set"),
        ({"AWS_PROFILE": "work"}, "AWS_PROFILE=work is set"),
        ({"AWS_USE_FIPS_ENDPOINT": "TRUE"}, "AWS_USE_FIPS_ENDPOINT=TRUE is set"),
        ({"AWS_CONFIG_FILE": __file__}, f"a configuration file is there, {__file__}"),
        ({"AWS_REGION": "us-iso-east-1"}, "the endpoint of the region 'us-iso-east-1'"),
        ({"AWS_REGION": ""}, "no region is given"),
        ({"HTTPS_PROXY": "http://localhost:3128"}, "the environment names a proxy"),
        (
            {"https_proxy": "http://localhost:3128", "no_proxy": "b"},
            "the environment names a proxy",
        ),
        ({"AWS_ENDPOINT_URL": "ftp://localhost"}, "the endpoint is no URL"),
        ({"AWS_ENDPOINT_URL": "http://localhost:b"}, "the endpoint is no URL"),
        (
            {"AWS_ENDPOINT_URL": "http://localhost?b"},
            "the endpoint has more than a host and a path",
        ),
        ({"AWS_CA_BUNDLE": "/no/such"}, "its certificate authorities cannot be read"),
    ],
)
def test_what_is_not_plain_is_left_to_botocore_and_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], reason: str
) -> None:
    with_keys(monkeypatch, **variables)
    transport = DirectEngine().transport
    assert "compatible" == transport.lane
    assert transport.reason.startswith(reason)


def test_a_plain_environment_takes_the_direct_lane() -> None:
    assert "direct: the environment holds all that is needed" == str(DirectEngine().transport)


def test_where_it_steps_aside_botocore_signs_and_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLEDESIGN_TRANSPORT", "botocore")
    with RawServer(respond()) as server, DirectEngine(endpoint_url=server.url) as engine:
        engine.send(GET)
        assert [True] == [by_botocore(sent) for sent in server.requests]


def test_credentials_that_come_later_bring_it_back_to_the_direct_lane(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with RawServer(respond()) as server, DirectEngine(endpoint_url=server.url) as engine:
        with pytest.raises(AccessDenied, match="aws configure") as caught:
            engine.send(GET)
        assert "access.no_credentials" == caught.value.code
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
        engine.send(GET)
        assert [False] == [by_botocore(sent) for sent in server.requests]


def test_without_a_region_botocore_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    with pytest.raises(RequestRefused, match="region"):
        DirectEngine().send(GET)


@pytest.mark.parametrize("token", ["to\nken", "tok€n"])
def test_a_token_that_no_header_can_carry_is_a_bad_credential(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    with pytest.raises(AccessDenied) as caught:
        DirectEngine().send(GET)
    assert "access.invalid" == caught.value.code
    assert token not in str(caught.value.details)


def test_parameters_that_have_no_form_are_refused_by_botocore() -> None:
    engine = DirectEngine(endpoint_url="http://127.0.0.1:9")
    with pytest.raises(RequestRefused) as caught:
        engine.send(Request("GetItem", {"TableName": "todo", "Key": {"pk": object()}}))
    assert "ParamValidationError" == caught.value.details["aws_code"]


FAULTS: dict[str, Callable[..., Any]] = {
    "lost": lambda: cut(at=0),
    "half": lambda: cut(at=40),
    "checksum": lambda: respond(answer(crc=1)),
    "failed": lambda: respond(answer(b"oh", "500 Internal Server Error")),
}


@pytest.mark.parametrize("fault", ["half", "failed"])
def test_a_read_that_failed_half_way_is_sent_again_by_botocore(fault: str) -> None:
    with (
        RawServer(FAULTS[fault](), respond(answer(b'{"Item":{}}'))) as server,
        DirectEngine(endpoint_url=server.url) as engine,
    ):
        assert {} == drive(send(GET), engine)["Item"]
        assert [False, True] == [by_botocore(sent) for sent in server.requests]
        drive(send(GET), engine)
        assert 3 == len(server.requests)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_that_failed_half_way_is_unknown_and_not_sent_again(fault: str) -> None:
    with (
        RawServer(FAULTS[fault](), respond()) as server,
        DirectEngine(endpoint_url=server.url) as engine,
    ):
        with pytest.raises(OutcomeUnknown) as caught:
            drive(send(PUT), engine)
        assert server.url == caught.value.details["endpoint"]
        assert 1 == len(server.requests)


def test_closing_leaves_no_connection_open_and_the_engine_usable() -> None:
    with RawServer(respond()) as server:
        with DirectEngine(endpoint_url=server.url) as engine:
            engine.send(GET)
        assert server.all_ended()
        engine.send(GET)
        engine.close()
        assert (True, 2) == (server.all_ended(), server.accepted)


def test_an_authority_of_the_environment_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from .certificates import self_signed

    context, bundle = self_signed(tmp_path)
    with RawServer(respond(), context=context) as server:
        with pytest.raises(RequestError) as caught:
            DirectEngine(endpoint_url=server.url).send(GET)
        assert "engine.untrusted" == caught.value.code
        monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
        with DirectEngine(endpoint_url=server.url) as engine:
            engine.send(GET)
            engine.send(GET)
        assert server.all_ended()
        assert 2 == len(server.requests)


def test_a_variable_is_read_as_the_environment_has_it_at_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    assert variable("AWS_SESSION_TOKEN") is None
    monkeypatch.setenv("AWS_SESSION_TOKEN", "tökén")
    assert variable("AWS_SESSION_TOKEN") == "tökén"
    monkeypatch.setattr(os, "environ", {"AWS_SESSION_TOKEN": "another"})
    assert variable("AWS_SESSION_TOKEN") == "another"
    monkeypatch.setattr(os, "environ", {})
    assert variable("AWS_SESSION_TOKEN") is None
