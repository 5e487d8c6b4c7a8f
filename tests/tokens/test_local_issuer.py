"""The local issuer signs in the sample users, on this machine, where it was asked for."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any, cast

import pytest

from tabledesign.api.tokens import Unauthenticated
from tabledesign.api.tokens.local_issuer import LocalIssuer
from tabledesign.api.tokens.sample_users import SAMPLE_USERS
from tabledesign.api.tokens.verifier import TokenUse
from tabledesign.errors import InputError

from .minting import Clock

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def issuer() -> LocalIssuer:
    return LocalIssuer(ADDRESS, for_development=True)


@pytest.mark.parametrize("subject", ["ann", "bob", "cy", "ada", "sam"])
@pytest.mark.parametrize("mfa", [False, True])
@pytest.mark.parametrize("use", ["id", "access"])
def test_a_sample_user_is_signed_in_with_their_roles_and_factors(
    issuer: LocalIssuer, subject: str, mfa: bool, use: TokenUse
) -> None:
    user = SAMPLE_USERS[subject]
    verified = issuer.verifier(use).verify(issuer.token(user, mfa=mfa, use=use))

    assert [subject, "acme", list(user.roles), mfa] == [
        verified["sub"],
        verified["custom:tenant"],
        verified["cognito:groups"],
        "mfa" in cast("list[str]", verified["amr"]),
    ]


def test_only_an_id_token_tells_name_and_address(issuer: LocalIssuer) -> None:
    ann = SAMPLE_USERS["ann"]
    told, hidden = (
        issuer.verifier(use).verify(issuer.token(ann, use=use)) for use in ("id", "access")
    )

    assert ["Ann", "ann@acme.example", False] == [told["name"], told["email"], "name" in hidden]


def test_the_sample_users_are_of_every_role() -> None:
    assert {"member", "admin", "support"} == {
        role for user in SAMPLE_USERS.values() for role in user.roles
    }


def test_tokens_of_one_issuer_are_refused_by_another_at_the_same_address(
    issuer: LocalIssuer,
) -> None:
    other = LocalIssuer(ADDRESS, for_development=True)
    with pytest.raises(Unauthenticated) as caught:
        other.verifier().verify(issuer.token(SAMPLE_USERS["ann"]))

    assert "token.key_unknown" == caught.value.code


def test_tokens_end_soon() -> None:
    now = Clock()
    issuer = LocalIssuer(ADDRESS, for_development=True, now=now)
    token = issuer.token(SAMPLE_USERS["ann"])
    now.pass_(minutes=15, seconds=30)
    with pytest.raises(Unauthenticated) as caught:
        issuer.verifier().verify(token)

    assert "token.expired" == caught.value.code


@pytest.mark.parametrize("asked", [{}, {"for_development": False}, {"for_development": "yes"}])
def test_an_issuer_that_was_not_asked_for_is_not_made(asked: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        LocalIssuer(ADDRESS, **asked)

    assert "issuer.not_asked_for" == caught.value.code


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example",
        "https://127.0.0.1:8000",
        "http://127.0.0.1.example",
        "http://127.0.0.1@api.example",
        "http://" + "0.0.0.0:8000",
        "http://127.0.0.1:8000/pool",
        "http://ann@127.0.0.1:8000",
        "",
    ],
)
def test_an_issuer_elsewhere_than_on_this_machine_is_not_made(address: str) -> None:
    with pytest.raises(InputError) as caught:
        LocalIssuer(address, for_development=True)

    assert "issuer.address" == caught.value.code


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(hours=2)])
def test_tokens_that_never_or_hardly_end_are_not_issued(lifetime: timedelta) -> None:
    with pytest.raises(InputError) as caught:
        LocalIssuer(ADDRESS, for_development=True, lifetime=lifetime)

    assert "issuer.lifetime" == caught.value.code


def test_what_is_shown_holds_no_private_part(issuer: LocalIssuer) -> None:
    shown = issuer.jwks()["keys"][0]

    assert {"kty", "key_ops", "n", "e", "kid", "use", "alg"} == set(shown)
    assert f"{ADDRESS}/.well-known/jwks.json" == issuer.configuration()["jwks_uri"]


def test_importing_makes_no_key_and_the_library_does_without() -> None:
    code = """
import sys
from cryptography.hazmat.primitives.asymmetric import rsa
def refuse(**_): raise AssertionError("a key is made")
rsa.generate_private_key = refuse
import tabledesign.api.tokens.local_issuer
for name in [name for name in sys.modules if name.startswith("tabledesign")]:
    del sys.modules[name]
sys.modules["jwt"] = sys.modules["cryptography"] = None
import tabledesign, tabledesign.todo, tabledesign.api.tokens.unauthenticated
print("fine")
"""
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert ["fine\n", 0] == [ran.stdout, ran.returncode], ran.stderr
