"""Signing in as somebody: a page that asks who, and the documents of the issuer behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, cast

from tabledesign.api.problems import FieldError, Problem
from tabledesign.api.tokens.local_issuer import LocalIssuer
from tabledesign.api.tokens.sample_users import SampleUser
from tabledesign.gateway.pages import (
    Asked,
    Document,
    Page,
    Piece,
    Reply,
    asset,
    json_reply,
    text_of,
)

__all__ = ["sign_in_pages"]

_PACKAGE = "tabledesign.gateway"


def sign_in_pages(issuer: LocalIssuer, users: Iterable[SampleUser]) -> tuple[Piece, ...]:
    """The page, the address that gives it tokens, and what an issuer shows to the world."""
    known = {user.subject: user for user in users}
    people = "\n".join(map(_person, known.values()))
    body = text_of(_PACKAGE, "assets/sign-in.html").replace("{people}", people)
    return (
        Document(path="/sign-in", title="Sign in", body=body, scripts=("/static/sign-in.js",)),
        asset("/static/sign-in.js", _PACKAGE, "assets/sign-in.js"),
        Page("/sign-in/token", lambda asked: _token(issuer, known, asked), "POST"),
        Page("/.well-known/jwks.json", lambda asked: json_reply(issuer.jwks())),
        Page("/.well-known/openid-configuration", lambda asked: json_reply(issuer.configuration())),
    )


def _person(user: SampleUser) -> str:
    subject, name = escape(user.subject), escape(user.name)
    roles = " and ".join(user.roles)
    return (
        f'<label class="choice"><input type="radio" name="user" value="{subject}" required>'
        f'<span><b>{name}</b> <span class="quiet">{escape(user.part)}</span>'
        f"<br><small>{subject}, {escape(roles)} of {escape(user.tenant)}</small></span></label>"
    )


def _token(issuer: LocalIssuer, users: Mapping[str, SampleUser], asked: Asked) -> Reply:
    sent: Any = asked.json()
    named = cast("dict[str, object]", sent) if isinstance(sent, dict) else {}
    user = users.get(str(named.get("user")))
    if user is None or not isinstance(named.get("mfa", False), bool):
        fault = FieldError("user.unknown", f"one of {', '.join(users)}", pointer="/user")
        raise Problem(422, "user.unknown", "there is no such sample user", faults=[fault])
    mfa = named.get("mfa") is True
    return json_reply(
        {
            "token": issuer.token(user, mfa=mfa),
            "subject": user.subject,
            "name": user.name,
            "roles": list(user.roles),
            "tenant": user.tenant,
            "mfa": mfa,
        }
    )
