"""The fast lane: requests as botocore would have sent them, and every answer as its error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import ConnectionClosedError
from botocore.useragent import UserAgentString
from moto import mock_aws

from tabledesign.codec.answer import Answer
from tabledesign.engine import ClientEngine
from tabledesign.engine.lanes.lane import transport_of
from tabledesign.errors import (
    AccessDenied,
    ConditionFailed,
    OutcomeUnknown,
    ServiceFailed,
    Throttled,
)
from tabledesign.wire import Request

from .standing import CONDITION, GET, KEY, PUT, ROW, Service, by_botocore, client_of


def test_a_plain_client_takes_the_fast_lane_and_says_so() -> None:
    client = client_of()
    service = Service(client)
    engine = ClientEngine(client)
    answer = engine.send(GET)

    assert "fast: nothing stands in its way" == str(engine.transport)
    assert isinstance(answer, Answer)
    assert {"pk": {"S": "a"}} == answer["Item"]
    assert [False] == [by_botocore(request) for request in service.sent]


def test_the_body_and_its_signature_are_those_that_botocore_would_accept() -> None:
    client = client_of(aws_session_token="token")
    service = Service(client)
    engine = ClientEngine(client)
    for request in (GET, PUT, PUT):
        engine.send(request)

    for sent, request in zip(service.sent, (GET, PUT, PUT), strict=True):
        headers = dict(sent.headers)
        authorization = headers.pop("Authorization")
        signed = AWSRequest("POST", sent.url, headers, request.body)
        signed.context["timestamp"] = headers["X-Amz-Date"]
        auth = SigV4Auth(Credentials("local", "local", "token"), "dynamodb", "eu-central-1")
        canonical = auth.canonical_request(signed)
        expected = auth.signature(auth.string_to_sign(signed, canonical), signed)
        assert request.body == sent.body
        assert authorization.endswith(f"Signature={expected}")


def test_a_handler_before_the_call_adds_headers_that_are_sent_and_signed() -> None:
    client = client_of()
    service = Service(client)

    def mark(params: Any, **_: object) -> None:
        params["headers"]["X-Marked"] = "yes"

    client.meta.events.register("before-call.dynamodb.GetItem", mark)
    ClientEngine(client).send(GET)
    headers = service.sent[0].headers

    assert "yes" == headers["X-Marked"]
    assert "x-marked" in headers["Authorization"]
    assert not by_botocore(service.sent[0])


def test_a_handler_before_the_call_may_answer_it() -> None:
    client = client_of()
    service = Service(client)

    class Http:
        status_code = 200

    def answer(**_: object) -> object:
        return Http(), {"Item": {"pk": {"S": "z"}}}

    client.meta.events.register("before-call", answer)

    assert {"pk": {"S": "z"}} == ClientEngine(client).send(GET)["Item"]
    assert [] == service.sent


@mock_aws
def test_moto_is_asked_by_the_fast_lane_as_well() -> None:
    client = client_of()
    engine = ClientEngine(client)
    client.create_table(
        TableName="todo",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
    )
    engine.send(PUT)

    assert "fast" == engine.transport.lane
    assert {**KEY, "photo": {"B": b"\xff\x00"}} == engine.send(GET)["Item"]


def test_the_clients_other_callers_are_none_of_its_business() -> None:
    client = client_of()
    service = Service(client)
    ClientEngine(client).send(GET)
    client.get_item(TableName="todo", Key=KEY)

    assert [False, True] == [by_botocore(request) for request in service.sent]


def test_a_call_that_a_handler_makes_inside_ours_goes_its_own_way() -> None:
    client = client_of()
    service = Service(client)
    inside: list[Any] = []

    def call(params: Any, **_: object) -> None:
        if not inside:
            inside.append(None)
            inside.append(client.get_item(TableName="other", Key=KEY)["Item"])

    client.meta.events.register("before-call.dynamodb", call)
    ClientEngine(client).send(GET)

    assert {"pk": {"S": "a"}} == inside[1]
    assert [True, False] == [by_botocore(request) for request in service.sent]


def test_the_user_agent_is_botocores_rendered_once_for_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(config=Config(user_agent_extra="mine/1"))
    service = Service(client)
    rendered: list[str] = []
    real: Any = UserAgentString.to_string

    def to_string(self: Any) -> str:
        rendered.append(real(self))
        return rendered[-1]

    monkeypatch.setattr(UserAgentString, "to_string", to_string)
    engine = ClientEngine(client)
    engine.send(GET)
    engine.send(GET)
    ours = len(rendered)
    client.get_item(TableName="todo", Key=KEY)

    assert 1 == ours
    assert 1 < len(rendered)
    assert "mine/1" in service.sent[0].headers["User-Agent"]
    assert service.sent[0].headers["User-Agent"] == service.sent[1].headers["User-Agent"]


def test_the_endpoint_is_resolved_anew_for_another_account_or_a_table_named_by_its_arn() -> None:
    options: Any = {"account_id_endpoint_mode": "preferred"}
    if options.keys().isdisjoint(Config.OPTION_DEFAULTS):
        pytest.skip("endpoints of accounts came with botocore 1.35")
    config = Config(**options)
    client = client_of(aws_account_id="111122223333", config=config)
    service = Service(client)
    engine = ClientEngine(client)
    arn = "arn:aws:dynamodb:eu-central-1:444455556666:table/todo"
    for _ in range(2):
        engine.send(GET)
        engine.send(Request("GetItem", {**GET.parameters, "TableName": arn}))
    client._request_signer._credentials.account_id = "777788889999"
    engine.send(GET)

    hosts = [request.url.split("/")[2].split(".")[0] for request in service.sent]
    assert [*["111122223333", "444455556666"] * 2, "777788889999"] == hosts


def test_credentials_are_asked_for_at_each_call() -> None:
    client = client_of()
    service = Service(client)
    made = iter(range(9))

    def renew() -> dict[str, str]:
        number = next(made)
        moment = datetime.now(UTC) + timedelta(seconds=0 if number == 0 else 3600)
        return {
            "access_key": f"key{number}",
            "secret_key": "secret",
            "token": "token",
            "expiry_time": moment.isoformat(),
        }

    credentials = RefreshableCredentials.create_from_metadata(renew(), renew, "test")
    client._request_signer._credentials = credentials
    engine = ClientEngine(client)
    engine.send(GET)
    engine.send(GET)

    found = [request.headers["Authorization"].split("/")[0] for request in service.sent]
    assert ["AWS4-HMAC-SHA256 Credential=key1"] * 2 == found


def test_a_client_without_credentials_is_refused_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of()
    monkeypatch.setattr(client._request_signer, "_credentials", None)
    with pytest.raises(AccessDenied) as caught:
        ClientEngine(client).send(GET)
    assert "access.no_credentials" == caught.value.code


def test_a_refusal_is_the_error_that_botocore_would_have_made_of_it() -> None:
    found: list[tuple[str, Any]] = []

    def look(**_: object) -> None:
        pass

    for fast in (True, False):
        client = client_of()
        service = Service(client)
        service.status, service.body = 400, CONDITION
        if not fast:
            client.meta.events.register("after-call", look)
        with pytest.raises(ConditionFailed) as caught:
            ClientEngine(client).send(PUT)
        found.append((str(caught.value), caught.value.details))

    assert {"photo": {"B": b"\xff\x00"}} == found[0][1]["item"]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("status", "body", "headers", "error"),
    [
        (500, b'{"__type":"x#InternalServerError"}', None, ServiceFailed),
        (503, b"", None, ServiceFailed),
        (400, b'{"__type":"x#ThrottlingException"}', None, Throttled),
        (200, ROW, {"x-amz-crc32": "1"}, OutcomeUnknown),
        (200, b"<html>sign in</html>", {}, OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("request_", [GET, PUT], ids=["GetItem", "PutItem"])
def test_each_bad_answer_is_one_sending_and_its_error(
    status: int, body: bytes, headers: dict[str, str] | None, error: type[Exception], request_: Any
) -> None:
    client = client_of()
    service = Service(client)
    service.status, service.body, service.headers = status, body, headers

    with pytest.raises(error):
        ClientEngine(client).send(request_)
    assert 1 == len(service.sent)


def test_what_was_lost_on_the_fast_lane_is_sent_again_by_botocore() -> None:
    client = client_of()
    service = Service(client)
    engine = ClientEngine(client)
    service.error = ConnectionClosedError(endpoint_url="http://127.0.0.1")
    with pytest.raises(OutcomeUnknown):
        engine.send(GET)
    service.error = None

    assert {"pk": {"S": "a"}} == engine.send(GET)["Item"]
    assert [False, True] == [by_botocore(request) for request in service.sent]


def test_an_engine_that_says_nothing_of_its_lane_carries_requests_by_itself() -> None:
    class Mine:
        pass

    assert "engine: Mine carries requests by itself" == str(transport_of(Mine()))
