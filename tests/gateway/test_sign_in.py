"""Signing in as a sample user, and what the API makes of the token."""

from __future__ import annotations

import jwt
import pytest

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.problem_types import PROBLEM_TYPES
from tabledesign.api.routing import Route
from tabledesign.api.tokens.local_issuer import LocalIssuer
from tabledesign.api.tokens.sample_users import SAMPLE_USERS
from tabledesign.gateway.composing import Contents, composed
from tabledesign.gateway.guard import App

from .browsing import PORT, Shown, visit

HTML = "text/html"


def _whoami(call: Call) -> Answer:
    asks = call.principal
    return Answer(200, [asks.subject, asks.tenant, sorted(asks.roles), asks.mfa])


@pytest.fixture(scope="module")
def app() -> App:
    contents = Contents(
        title="Who",
        lead="Am I?",
        routes=[Route("GET", "/v1/me", _whoami)],
        document={"openapi": "3.1.1"},
        users=SAMPLE_USERS.values(),
        steps=["Sign <in>."],
    )
    return composed(contents, PORT)


def token(app: App, user: str, *, mfa: bool = False) -> str:
    told: str = visit(app, "/sign-in/token", method="POST", send={"user": user, "mfa": mfa}).json[
        "token"
    ]
    return told


def me(app: App, bearer: str) -> Shown:
    return visit(app, "/v1/me", authorization=f"Bearer {bearer}")


def test_a_token_of_the_page_is_one_that_the_api_accepts(app: App) -> None:
    shown = me(app, token(app, "ada", mfa=True))

    assert ["ada", "acme", ["admin", "member"], True] == shown.json


def test_without_the_second_factor_none_is_claimed(app: App) -> None:
    assert ["bob", "acme", ["member"], False] == me(app, token(app, "bob")).json


def test_a_token_that_was_changed_is_not_accepted(app: App) -> None:
    good = token(app, "ann")
    head, claims, signature = good.split(".")
    for bad in (good[:-4], f"{head}.{claims}x.{signature}", f"{head}.{claims}.", "x"):
        shown = me(app, bad)
        assert (401, "auth.required") == (shown.status, shown.json["code"])


def test_a_token_of_another_issuer_of_the_same_kind_is_not_accepted(app: App) -> None:
    other = LocalIssuer(f"http://127.0.0.1:{PORT}", for_development=True)

    assert 401 == me(app, other.token(SAMPLE_USERS["ann"])).status


def test_without_a_token_nobody_is_asking(app: App) -> None:
    shown = visit(app, "/v1/me")

    assert (401, "Bearer") == (shown.status, shown.headers["www-authenticate"])


@pytest.mark.parametrize(
    "sent", [{}, {"user": "eve"}, {"user": ["ann"]}, {"user": "ann", "mfa": "yes"}, [], "ann"]
)
def test_only_sample_users_are_signed_in(app: App, sent: object) -> None:
    shown = visit(app, "/sign-in/token", method="POST", send=sent)

    assert (422, "user.unknown") == (shown.status, shown.json["code"])


def test_a_form_of_another_page_gets_no_token(app: App) -> None:
    typed = visit(
        app, "/sign-in/token", method="POST", raw=b'{"user":"ann"}', content_type="text/plain"
    )
    asked = visit(
        app, "/sign-in/token", method="POST", send={"user": "ann"}, origin="http://evil.example"
    )

    assert [415, 403] == [typed.status, asked.status]


def test_what_is_no_json_is_refused(app: App) -> None:
    shown = visit(
        app, "/sign-in/token", method="POST", raw=b"{" * 99, content_type="application/json"
    )

    assert 400 == shown.status


def test_a_token_lasts_an_hour_and_says_whose_it_is(app: App) -> None:
    shown = visit(app, "/sign-in/token", method="POST", send={"user": "ann"}).json

    assert ("ann", "Ann", ["member"], False) == tuple(
        shown[name] for name in ("subject", "name", "roles", "mfa")
    )
    claims = jwt.decode(shown["token"], options={"verify_signature": False})
    assert 3600 == claims["exp"] - claims["iat"]


def test_the_issuer_shows_its_key_and_where_it_is(app: App) -> None:
    configuration = visit(app, "/.well-known/openid-configuration").json
    keys = visit(app, "/.well-known/jwks.json").json["keys"]

    assert f"http://127.0.0.1:{PORT}" == configuration["issuer"]
    assert configuration["issuer"] + "/.well-known/jwks.json" == configuration["jwks_uri"]
    assert [("RSA", "RS256")] == [(key["kty"], key["alg"]) for key in keys]
    assert not {"d", "p", "q"} & set(keys[0])


def test_the_page_lists_everybody_who_can_be_signed_in(app: App) -> None:
    text = visit(app, "/sign-in", accept=HTML).text

    assert all(f'value="{subject}"' in text for subject in SAMPLE_USERS)


def test_the_start_page_tells_what_is_here_as_text(app: App) -> None:
    text = visit(app, "/", accept=HTML).text

    assert "<li>Sign &lt;in&gt;.</li>" in text
    assert all(f'href="{path}"' in text for path in ("/reference", "/sign-in"))


def test_every_problem_has_the_page_that_its_type_names(app: App) -> None:
    listed = visit(app, "/problems", accept=HTML).text
    for kind in PROBLEM_TYPES:
        shown = visit(app, f"/problems/{kind.code}", accept=HTML)
        assert (200, True) == (shown.status, f"/problems/{kind.code}" in listed)
        assert f"<code>{kind.code}</code>" in shown.text


def test_the_reference_is_served_whole_from_here(app: App) -> None:
    assert {"openapi": "3.1.1"} == visit(app, "/openapi.json").json
    text = visit(app, "/reference", accept=HTML).text
    assert "//" not in text
    for name in ("swagger-ui-bundle.min.js", "swagger-ui.min.css", "reference.js", "reference.css"):
        assert f"/static/{name}" in text
        assert 200 == visit(app, f"/static/{name}").status
