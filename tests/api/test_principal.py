"""Who asks: from verified claims of the declared shape, or nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.api.principal import Claims, Principal, Unauthenticated

from .shapes import Sent, Verifier, balancer_event, claims, http_event, rest_event, url_event

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
