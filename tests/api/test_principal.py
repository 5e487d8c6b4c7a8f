"""Who asks: from verified claims of the declared shape, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from tabledesign.api.exchange import Answer
from tabledesign.api.principal import Claims, Principal, Unauthenticated
from tabledesign.api.problems import problem_of
from tabledesign.api.routing import Route
from tabledesign.api.tokens.unauthenticated import Code
from tabledesign.engine.scripted import FakeClock

from .shapes import (
    SHAPES,
    Sent,
    Verifier,
    balancer_event,
    claims,
    client,
    http_event,
    rest_event,
    url_event,
)

ANN = claims("ann")


def test_a_rest_api_tells_the_caller_in_claims_of_text() -> None:
    given = {**ANN, "cognito:groups": "admin,support", "amr": "[pwd mfa]", "scope": "a b"}
    principal = Claims().from_rest(rest_event(Sent("GET", "/", who=given)))
    roles, scopes = frozenset({"admin", "support"}), frozenset({"a", "b"})

    assert Principal("ann", "acme", roles, mfa=True, scopes=scopes) == principal


def test_an_http_api_flattens_lists_into_brackets() -> None:
    given = {**ANN, "cognito:groups": "[admin support]", "amr": "[pwd]"}
    principal = Claims().from_http(http_event(Sent("GET", "/", who=given)))

    assert Principal("ann", "acme", frozenset({"admin", "support"})) == principal


def test_a_verified_token_has_lists_as_they_are() -> None:
    given = {**ANN, "cognito:groups": ["admin"], "amr": ["mfa"]}

    assert Principal("ann", "acme", frozenset({"admin"}), mfa=True) == Claims().principal(given)


def test_the_claim_of_the_tenant_may_have_another_name() -> None:
    given = {"sub": "ann", "org": "acme", "token_use": "id"}

    assert "acme" == Claims(tenant="org").principal(given).tenant


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["ann"]},
        {"sub": " ann"},
        {"sub": "a\nb"},
        {"sub": "x" * 129},
        {"custom:tenant": None},
        {"custom:tenant": ""},
        {"custom:tenant": {"S": "acme"}},
        {"token_use": "access"},
        {"token_use": None},
        {"cognito:groups": {"admin": True}},
        {"cognito:groups": [1]},
        {"amr": 7},
        {"scope": 7},
    ],
)
def test_claims_of_the_wrong_shape_name_nobody(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        Claims().principal({**ANN, **changes})


CONTEXTS: list[Any] = [
    {},
    {"requestContext": None},
    {"requestContext": {"authorizer": None}},
    {"requestContext": {"authorizer": "ann"}},
    {"requestContext": {"authorizer": {"claims": None}}},
    {"requestContext": {"authorizer": {"claims": ["ann"]}}},
    {"requestContext": {"authorizer": {"principalId": "ann", **ANN}}},
    {"requestContext": {"authorizer": {"lambda": ANN}}},
    {"requestContext": {"authorizer": {"jwt": ANN}}},
    {"requestContext": {"authorizer": {"jwt": {"claims": "ann"}}}},
    {"requestContext": {"authorizer": {"iam": {"userId": "ann"}}}},
    {"headers": ANN, "body": '{"sub": "ann"}', "queryStringParameters": ANN},
]


@pytest.mark.parametrize("event", CONTEXTS)
def test_an_event_of_another_shape_names_nobody(event: dict[str, Any]) -> None:
    for reader in (Claims().from_rest, Claims().from_http, Claims().from_bearer(Verifier())):
        with pytest.raises(Unauthenticated):
            reader(event)


def test_the_context_of_one_kind_of_gateway_means_nothing_to_the_other() -> None:
    with pytest.raises(Unauthenticated):
        Claims().from_rest(http_event(Sent("GET", "/", who=ANN)))
    with pytest.raises(Unauthenticated):
        Claims().from_http(rest_event(Sent("GET", "/", who=ANN)))


def test_a_bearer_token_is_not_looked_at_where_a_gateway_verifies() -> None:
    sent = Sent("GET", "/", headers=Sent("GET", "/", who=ANN).bearer())

    with pytest.raises(Unauthenticated):
        Claims().from_rest(rest_event(sent))


def test_an_authorizer_context_is_not_looked_at_where_tokens_are_verified() -> None:
    with pytest.raises(Unauthenticated):
        Claims().from_bearer(Verifier())(rest_event(Sent("GET", "/", who=ANN)))


@pytest.mark.parametrize("event_of", [url_event, balancer_event])
def test_a_verified_bearer_token_names_the_caller(event_of: Any) -> None:
    assert "ann" == Claims().from_bearer(Verifier())(event_of(Sent("GET", "/", who=ANN))).subject


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic eA==", "Bearer a b", "Bearer ü", "forged", 7]
)
def test_a_header_that_holds_no_token_names_nobody(header: Any) -> None:
    with pytest.raises(Unauthenticated):
        Claims().from_bearer(Verifier())({"headers": {"Authorization": header}})


def test_of_two_tokens_neither_is_taken() -> None:
    token = Sent("GET", "/", who=ANN).bearer()["Authorization"]

    for event in (
        {"headers": {"Authorization": token, "authorization": token}},
        {"multiValueHeaders": {"authorization": [token, token]}},
    ):
        with pytest.raises(Unauthenticated):
            Claims().from_bearer(Verifier())(event)


def test_what_a_load_balancer_signs_names_the_caller() -> None:
    token = Sent("GET", "/", who=ANN).bearer()["Authorization"].removeprefix("Bearer ")
    authenticate = Claims(token_use=None).from_balancer(Verifier())
    signed = {"multiValueHeaders": {"X-Amzn-Oidc-Data": [token]}}

    assert "ann" == authenticate(signed).subject
    for event in (
        {"multiValueHeaders": {"authorization": [f"Bearer {token}"]}},
        {"multiValueHeaders": {"x-amzn-oidc-data": [token, token]}},
        {"multiValueHeaders": {"x-amzn-oidc-data": [token], "X-Amzn-Oidc-Data": [token]}},
        {"multiValueHeaders": {"x-amzn-oidc-identity": ["ann"]}},
    ):
        with pytest.raises(Unauthenticated):
            authenticate(event)


@pytest.mark.parametrize("code", [code for code in get_args(Code) if "unavailable" not in code])
def test_it_is_never_said_which_check_failed(code: Code) -> None:
    problem = problem_of(Unauthenticated(code))

    assert (401, "auth.required") == (problem.status, problem.code)
    assert {"WWW-Authenticate": "Bearer"} == problem.headers
    assert problem.document("") == problem_of(Unauthenticated("caller.claims")).document("")


class KeysAway:
    """Cannot get at the issuer's keys."""

    def verify(self, token: str) -> Mapping[str, Any]:
        raise Unauthenticated("token.keys_unavailable")


@pytest.mark.parametrize("shape", ["url", "balancer", "local"])
def test_a_token_that_cannot_be_checked_for_want_of_keys_is_a_503(shape: str) -> None:
    routes = [Route("GET", "/v1/things", lambda call: Answer(204))]
    through = client(shape, routes, clock=FakeClock(), verifier=KeysAway())
    reply = through(Sent("GET", "/v1/things", who=ANN))

    assert (503, "service.unavailable") == (reply.status, reply.json["code"])
    assert ("30", None) == (reply.headers["retry-after"], reply.headers.get("www-authenticate"))


@pytest.mark.parametrize("shape", SHAPES)
def test_nobody_is_told_how_to_become_somebody(shape: str) -> None:
    routes = [Route("GET", "/v1/things", lambda call: Answer(204))]
    reply = client(shape, routes, clock=FakeClock())(Sent("GET", "/v1/things"))

    assert (401, "Bearer") == (reply.status, reply.headers["www-authenticate"])
