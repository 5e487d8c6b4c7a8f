"""What pages of other origins may do: what is configured, and nothing by default."""

from __future__ import annotations

import pytest

from tabledesign import InputError
from tabledesign.api.exchange import Answer, Call
from tabledesign.api.origins import NO_ORIGINS, Origins
from tabledesign.api.routing import Route
from tabledesign.engine.scripted import FakeClock

from .shapes import SHAPES, Client, Reply, Sent, claims, client

APP, OTHER = "https://app.example.com", "https://other.example.com"
ALLOWED = Origins.of(APP, "http://localhost:8080", headers=["Purpose"])


def one(call: Call) -> Answer:
    return Answer(200, [1], {"ETag": '"1"'})


ROUTES = (
    Route("GET", "/v1/things/{thing}", one),
    Route("DELETE", "/v1/things/{thing}", lambda call: Answer(204)),
)


@pytest.fixture(params=SHAPES)
def things(request: pytest.FixtureRequest) -> Client:
    return client(request.param, ROUTES, clock=FakeClock(), origins=ALLOWED)


def ask(through: Client, method: str, path: str = "/v1/things/one", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return through(Sent(method, path, headers=named, who=claims("ann")))


def allowing(reply: Reply) -> dict[str, str]:
    return {
        name: value for name, value in reply.headers.items() if name.startswith("access-control")
    }


def test_an_allowed_page_may_read_the_answer_and_its_headers(things: Client) -> None:
    reply = ask(things, "GET", origin=APP)

    assert (200, APP, "Origin") == (
        reply.status,
        reply.headers["access-control-allow-origin"],
        reply.headers["vary"],
    )
    assert {"ETag", "Link", "Retry-After", "X-Request-Id"} <= set(
        reply.headers["access-control-expose-headers"].split(", ")
    )


def test_an_allowed_page_may_read_what_went_wrong(things: Client) -> None:
    absent = ask(things, "GET", "/v1/nothing", origin=APP)
    unallowed = ask(things, "PUT", origin=APP)
    unlike = ask(things, "GET", "/v1/things/a.b", origin=APP)

    assert [404, 405, 404] == [absent.status, unallowed.status, unlike.status]
    assert {APP} == {
        reply.headers["access-control-allow-origin"] for reply in (absent, unallowed, unlike)
    }


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{APP}.evil.example", f"{APP}, {OTHER}", "HTTPS://APP.EXAMPLE.COM"]
)
def test_any_other_page_may_read_nothing(things: Client, origin: str) -> None:
    reply = ask(things, "GET", origin=origin)

    assert (200, {}, "Origin") == (reply.status, allowing(reply), reply.headers["vary"])


def test_who_sends_no_origin_is_told_that_it_would_matter(things: Client) -> None:
    assert "Origin" == ask(things, "GET").headers["vary"]


def test_a_preflight_is_told_methods_and_headers_without_a_token(things: Client) -> None:
    sent = {"Origin": APP, "Access-Control-Request-Method": "DELETE"}
    reply = things(Sent("OPTIONS", "/v1/things/one", headers=sent))

    assert (204, "") == (reply.status, reply.text)
    assert "DELETE, GET, OPTIONS" == reply.headers["access-control-allow-methods"]
    assert {"Authorization", "If-Match", "Idempotency-Key", "Purpose"} <= set(
        reply.headers["access-control-allow-headers"].split(", ")
    )
    assert APP == reply.headers["access-control-allow-origin"]


def test_credentials_are_allowed_to_nobody(things: Client) -> None:
    sent = {"Origin": APP, "Access-Control-Request-Method": "GET"}
    replies = [ask(things, "GET", origin=APP), things(Sent("OPTIONS", "/v1/things/1", (), sent))]

    assert [] == [r for r in replies if "access-control-allow-credentials" in r.headers]
    assert "*" not in str([allowing(reply) for reply in replies])


def test_a_preflight_of_another_page_is_told_the_methods_and_no_more(things: Client) -> None:
    sent = {"Origin": OTHER, "Access-Control-Request-Method": "DELETE"}
    reply = things(Sent("OPTIONS", "/v1/things/one", headers=sent))

    assert (204, "DELETE, GET, OPTIONS", {}) == (
        reply.status,
        reply.headers["allow"],
        allowing(reply),
    )


def test_options_of_no_address_is_a_404(things: Client) -> None:
    assert 404 == ask(things, "OPTIONS", "/v1/nothing").status


def test_head_is_a_method_like_any_other_that_is_not_taken(things: Client) -> None:
    reply = ask(things, "HEAD")

    assert (405, "DELETE, GET, OPTIONS") == (reply.status, reply.headers["allow"])


@pytest.mark.parametrize("shape", SHAPES)
def test_by_default_no_answer_speaks_of_origins(shape: str) -> None:
    through = client(shape, ROUTES, clock=FakeClock())
    sent = {"Origin": APP, "Access-Control-Request-Method": "GET"}
    replies = [ask(through, "GET", origin=APP), through(Sent("OPTIONS", "/v1/things/1", (), sent))]

    assert [200, 204] == [reply.status for reply in replies]
    assert [{}, {}] == [allowing(reply) for reply in replies]
    assert not any("vary" in reply.headers for reply in replies)
    assert frozenset() == NO_ORIGINS.allowed


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "app.example.com", "https://app.example.com/", "https://App.example.com", ""],
)
def test_what_no_browser_sends_is_no_origin(origin: str) -> None:
    with pytest.raises(InputError, match="write it as a browser does") as refused:
        Origins.of(origin)

    assert "origins.form" == refused.value.code
