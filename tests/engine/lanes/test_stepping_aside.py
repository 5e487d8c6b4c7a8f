"""What makes the fast lane step aside, so that nobody who stands on an event misses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.shared import user_agent
from botocore.auth import SigV4Auth
from botocore.config import Config
from botocore.stub import Stubber

from tabledesign.engine import ClientEngine
from tabledesign.engine.lanes import lane
from tabledesign.engine.lanes.lane import SWITCH

from .standing import GET, KEY, Service, by_botocore, client_of

SILENCED = (
    "provide-client-params",
    "before-parameter-build",
    "before-endpoint-resolution",
    "request-created",
    "choose-signer",
    "before-sign",
    "before-parse",
    "response-received",
    "needs-retry",
    "after-call",
)


def _adaptive() -> Any:
    return client_of(config=Config(retries={"mode": "adaptive"}))


def _proxy() -> Any:
    return client_of(config=Config(proxies={"https": "http://127.0.0.1:9"}))


def _certificate() -> Any:
    return client_of(config=Config(client_cert="client.pem"))


def _keepalive() -> Any:
    return client_of(config=Config(tcp_keepalive=True))


def _patient() -> Any:
    return client_of(config=Config(read_timeout=None))


def _unsigned() -> Any:
    from botocore import UNSIGNED

    return client_of(config=Config(signature_version=UNSIGNED))


def _session() -> Any:
    client = client_of()

    class Session:
        pass

    client._endpoint.http_session = Session()
    return client


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_adaptive, "adaptive retries"),
        (_proxy, "proxies are configured"),
        (_certificate, "certificate"),
        (_keepalive, "tcp_keepalive is set"),
        (_patient, "without a time-out"),
        (_unsigned, "signed as"),
        (_session, "HTTP session is a Session"),
        (object, "could not be looked into"),
    ],
)
def test_what_the_fast_lane_would_pass_over_makes_it_step_aside(
    make: Callable[[], Any], reason: str
) -> None:
    transport = ClientEngine(make()).transport

    assert "compatible" == transport.lane
    assert reason in transport.reason


def test_a_botocore_that_signs_otherwise_is_left_to_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(*_: object) -> str:
        return "other"

    monkeypatch.setattr(SigV4Auth, "signature", other)
    lane._signature.cache_clear()
    transport = ClientEngine(client_of()).transport
    lane._signature.cache_clear()

    assert "compatible: this botocore signs otherwise than we do" == str(transport)


def test_a_proxy_of_the_environment_makes_it_step_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert "proxy" in ClientEngine(client_of()).transport.reason


def test_the_environment_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "botocore")
    client = client_of()
    service = Service(client)
    engine = ClientEngine(client)

    assert {"pk": {"S": "a"}} == engine.send(GET)["Item"]
    assert "compatible: TABLEDESIGN_TRANSPORT=botocore is set" == str(engine.transport)
    assert by_botocore(service.sent[0])


@pytest.mark.parametrize("event", SILENCED)
def test_a_handler_on_an_event_that_is_passed_over_is_asked_as_ever(event: str) -> None:
    client = client_of()
    service = Service(client)
    engine = ClientEngine(client)
    engine.send(GET)
    seen: list[Any] = []

    def look(**told: Any) -> None:
        seen.append(told)

    client.meta.events.register(f"{event}.dynamodb", look)

    engine.send(GET)
    assert "compatible" == engine.transport.lane
    assert event in engine.transport.reason
    assert 1 <= len(seen)
    assert by_botocore(service.sent[-1])
    if "parsed_response" in seen[0]:
        assert {"pk": {"S": "a"}} == seen[0]["parsed_response"]["Item"]
    if "params" in seen[0]:
        assert KEY == seen[0]["params"]["Key"]


def test_powertools_which_marks_the_user_agent_is_no_reason() -> None:
    client = client_of()
    powertools: Any = user_agent
    powertools.register_feature_to_client(client=client, feature="lanes")

    assert "fast" == ClientEngine(client).transport.lane


def test_once_the_handler_is_gone_the_lane_is_fast_again() -> None:
    client = client_of()
    Service(client)
    engine = ClientEngine(client)

    def handler(**_: object) -> None:
        pass

    client.meta.events.register("after-call.dynamodb", handler)
    aside = engine.transport.lane
    client.meta.events.unregister("after-call.dynamodb", handler)

    assert ("compatible", "fast") == (aside, engine.transport.lane)


def test_a_stubber_sees_the_full_parameters_and_answers() -> None:
    client = client_of()
    engine = ClientEngine(client)
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {"Item": KEY}, {"TableName": "todo", "Key": KEY})
        assert KEY == engine.send(GET)["Item"]
        assert "Stubber" in engine.transport.reason
