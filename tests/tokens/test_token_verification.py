"""A token is accepted as its issuer made it, for us, for now, and never otherwise."""

from __future__ import annotations

import hmac
import traceback
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabledesign.api.tokens import Unauthenticated
from tabledesign.api.tokens.keys import JwksKeys
from tabledesign.api.tokens.verifier import TokenUse, TokenVerifier
from tabledesign.errors import InputError

from .minting import (
    CLIENT,
    ISSUER,
    START,
    Clock,
    Issuer,
    claims,
    jwk,
    part,
    public_pem,
    sign,
    signed,
    verifier,
)

NOW = int(START.timestamp())


def code_of(token: str, checked_by: TokenVerifier | None = None) -> str:
    with pytest.raises(Unauthenticated) as caught:
        (checked_by or verifier()).verify(token)
    return caught.value.code


def forged(header: Mapping[str, object], secret: bytes | None = None) -> str:
    """A token signed with a secret, or not at all."""
    message = f"{part(header)}.{part(claims())}"
    tag = b"" if secret is None else hmac.digest(secret, message.encode(), "sha256")
    return f"{message}.{part(tag) if tag else ''}"


@pytest.mark.parametrize(("key", "algorithm"), [("rsa", "RS256"), ("ec", "ES256")])
def test_a_token_of_the_issuer_gives_its_claims(key: str, algorithm: str) -> None:
    assert claims() == verifier().verify(sign(claims(), key, algorithm))


def test_claims_that_were_verified_cannot_be_changed() -> None:
    verified: Any = verifier().verify(sign(claims()))
    with pytest.raises(TypeError):
        verified["custom:tenant"] = "other"


def test_an_access_token_names_its_client_elsewhere() -> None:
    said = claims("access")

    assert said == verifier(use="access").verify(sign(said))


@pytest.mark.parametrize("kind", [None, "JWT", "jwt", "at+jwt"])
def test_a_type_is_none_or_that_of_a_token(kind: str | None) -> None:
    assert claims() == verifier().verify(sign(claims(), typ=kind))


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "RS512", "PS256", ["RS256"], None, 1]
)
def test_an_algorithm_that_is_not_accepted_is_refused(algorithm: object) -> None:
    assert "token.algorithm" == code_of(forged({"alg": algorithm, "kid": "rsa"}))


def test_a_public_key_is_no_secret_to_sign_with() -> None:
    secret = public_pem("rsa")

    assert ["token.algorithm", "token.signature"] == [
        code_of(forged({"alg": algorithm, "kid": "rsa"}, secret))
        for algorithm in ("HS256", "RS256")
    ]


@pytest.mark.parametrize(("key", "algorithm"), [("ec", "RS256"), ("rsa", "ES256")])
def test_a_key_is_used_with_its_own_algorithm_alone(key: str, algorithm: str) -> None:
    assert "token.algorithm" == code_of(forged({"alg": algorithm, "kid": key}, b"x"))


@pytest.mark.parametrize(
    "more",
    [
        {"jku": "https://keys.example"},
        {"jwk": jwk("rsa-forger", "rsa")},
        {"x5u": "https://keys.example"},
        {"x5c": ["MII"]},
        {"crit": ["exp"]},
        {"crit": ["b64"], "b64": False},
        {"typ": "logout+jwt"},
        {"typ": 1},
    ],
    ids="+".join,
)
def test_a_header_that_brings_a_key_or_demands_something_is_refused(
    more: dict[str, Any],
) -> None:
    assert "token.header" == code_of(sign(claims(), **more))


@pytest.mark.parametrize("key_id", [None, "", "elsewhere", 1, ["rsa"], "../rsa"])
def test_a_key_that_the_issuer_does_not_show_is_refused(key_id: object) -> None:
    assert "token.key_unknown" == code_of(sign(claims(), kid=key_id))


def test_a_token_that_a_key_of_somebody_else_signed_is_refused() -> None:
    assert "token.signature" == code_of(sign(claims(), "rsa-forger", kid="rsa"))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"iss": ISSUER + "/"}, "token.issuer"),
        ({"iss": None}, "token.issuer"),
        ({"iss": [ISSUER]}, "token.issuer"),
        ({"aud": "client-2"}, "token.audience"),
        ({"aud": None}, "token.audience"),
        ({"aud": None, "client_id": CLIENT}, "token.audience"),
        ({"aud": [CLIENT, "client-2"]}, "token.audience"),
        ({"token_use": "access"}, "token.use"),
        ({"token_use": None}, "token.use"),
        ({"sub": None}, "token.claims"),
        ({"sub": ""}, "token.claims"),
        ({"sub": 7}, "token.claims"),
        ({"exp": None}, "token.claims"),
        ({"exp": "9999999999"}, "token.claims"),
        ({"exp": True}, "token.claims"),
        ({"exp": float("nan")}, "token.claims"),
        ({"exp": float("inf")}, "token.claims"),
        ({"exp": 10**400}, "token.claims"),
        ({"nbf": "soon"}, "token.claims"),
        ({"exp": NOW - 30}, "token.expired"),
        ({"nbf": NOW + 31}, "token.not_yet_valid"),
        ({"iat": NOW + 31}, "token.not_yet_valid"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_claims_that_are_not_for_us_or_not_for_now_are_refused(
    more: dict[str, Any], code: str
) -> None:
    assert code == code_of(sign(claims(**more)))


@pytest.mark.parametrize("more", [{"exp": NOW - 29}, {"nbf": NOW + 30}, {"iat": NOW + 30}])
def test_clocks_may_differ_by_the_leeway(more: dict[str, Any]) -> None:
    assert claims(**more) == verifier().verify(sign(claims(**more)))


def test_a_token_ends_as_the_clock_goes_on() -> None:
    now = Clock()
    checking, token = verifier(now=now), sign(claims())
    now.pass_(seconds=929)
    accepted = checking.verify(token)["sub"]
    now.pass_(seconds=1)

    assert ["ann", "token.expired"] == [accepted, code_of(token, checking)]


@pytest.mark.parametrize(
    ("use", "said"),
    [("access", claims("id", client_id=CLIENT)), ("id", claims("access", aud=CLIENT))],
)
def test_a_token_of_one_use_never_passes_for_the_other(
    use: TokenUse, said: dict[str, object]
) -> None:
    assert "token.use" == code_of(sign(said), verifier(use=use))


def test_an_access_token_of_another_client_is_refused_whatever_its_audience() -> None:
    token = sign(claims("access", client_id="client-2", aud=CLIENT))

    assert "token.audience" == code_of(token, verifier(use="access"))


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "token.malformed"),
        ("..", "token.malformed"),
        ("a.b", "token.malformed"),
        ("a.b.c.d", "token.malformed"),
        ("ä.b.c", "token.malformed"),
        (f"{part([])}.e30.x", "token.malformed"),
        (f"{part(b'[' * 3000)}.e30.x", "token.malformed"),
        (f"{part(b'{' * 3000)}.e30.x", "token.malformed"),
        (part(b'{"alg":"RS256","alg":"RS256","kid":"rsa"}') + ".e30.x", "token.malformed"),
        (part(b'\xff{"alg":"RS256","kid":"rsa"}') + ".e30.x", "token.malformed"),
        ("x" * 8193, "token.too_long"),
    ],
    ids=range(11),
)
def test_what_is_no_token_is_refused(token: str, code: str) -> None:
    assert code == code_of(token)


def test_a_header_in_which_a_member_stands_twice_is_refused_though_it_is_signed() -> None:
    header = part(b'{"alg":"RS256","kid":"elsewhere","kid":"rsa"}')

    assert "token.malformed" == code_of(signed(f"{header}.{part(claims())}"))


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "RS256", "jku": "x"}, {"alg": "HS256"}]
)
def test_nothing_is_fetched_for_a_header_that_no_key_could_mend(header: dict[str, object]) -> None:
    issuer = Issuer(jwk("rsa", "rsa"))
    code_of(forged({"kid": "rsa", **header}), verifier(issuer=issuer))

    assert [] == issuer.asked


def test_claims_that_are_no_object_are_refused_though_they_are_signed() -> None:
    listed: Any = ["sub"]
    deep: Any = b"[" * 4000

    assert ["token.malformed"] * 2 == [code_of(sign(listed)), code_of(sign(deep))]


def test_a_changed_character_anywhere_is_refused() -> None:
    token, checking = sign(claims()), verifier()
    for place in range(len(token)):
        other = "B" if token[place] == "A" else "A"

        assert code_of(token[:place] + other + token[place + 1 :], checking).startswith("token.")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: f"{part(raw)}.{part(raw)}.x"))
def test_noise_is_refused_with_a_code(noise: str) -> None:
    assert code_of(noise).startswith("token.")


@pytest.mark.parametrize(
    "token",
    [
        sign(claims(sub="canary"), kid="canary-kid"),
        sign(claims(sub="canary"), "rsa-forger", kid="rsa"),
        part(b'{"alg":"RS256","kid":"rsa"}') + "." + part(b'{"canary') + ".x",
        part(b'{"canary') + ".e30.x",
    ],
    ids=range(4),
)
def test_a_refusal_says_nothing_of_the_token_and_has_no_cause_that_does(token: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        verifier().verify(token)
    told = "".join(traceback.format_exception(caught.value))

    assert [None, None] == [caught.value.__cause__, caught.value.__context__]
    assert [False, False] == ["canary" in told, any(each in told for each in token.split("."))]


@pytest.mark.parametrize(
    "wrong",
    [{"issuer": ""}, {"audience": ""}, {"leeway": timedelta(hours=1)}, {"leeway": -timedelta(1)}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_verifier_that_would_accept_what_nobody_meant_is_refused(wrong: dict[str, Any]) -> None:
    keys = JwksKeys("x", Issuer().fetch)
    named: dict[str, Any] = {"issuer": ISSUER, "audience": CLIENT, "keys": keys, **wrong}
    with pytest.raises(InputError) as caught:
        TokenVerifier(**named)

    assert next(iter(wrong)) == caught.value.field
