"""The header of a load balancer is accepted when ours signed it, and no other."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tabledesign.api.tokens import Unauthenticated
from tabledesign.api.tokens.load_balancer import LoadBalancerKeys, LoadBalancerVerifier
from tabledesign.errors import InputError

from .minting import CLIENT, ISSUER, START, Clock, part, private_key, public_pem, sign

REGION = "https://public-keys.auth.elb.eu-central-1.amazonaws.com"
SIGNER = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/todo/50dc6c49"
KEY_ID = "12345678-1234-1234-1234-123456789012"
NOW = int(START.timestamp())


class Region:
    """Shows the key of our load balancer, and what else it is told to."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = {f"{REGION}/{KEY_ID}": public_pem("ec"), **bodies}
        self.asked: list[str] = []

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        return self.bodies[address]


def verifier(region: Region | None = None, now: Clock | None = None) -> LoadBalancerVerifier:
    moment = now or Clock()
    keys = LoadBalancerKeys(REGION + "/", (region or Region()).fetch, now=moment)
    return LoadBalancerVerifier(
        signer=SIGNER, issuer=ISSUER, client_id=CLIENT, keys=keys, now=moment
    )


def header(key: str = "ec", said: dict[str, object] | None = None, **more: object) -> str:
    named = {"kid": KEY_ID, "signer": SIGNER, "iss": ISSUER, "client": CLIENT, "exp": NOW + 120}
    return sign(said or {"sub": "ann", "custom:tenant": "acme"}, key, "ES256", **named | more)


def code_of(value: str, checked_by: LoadBalancerVerifier | None = None) -> str:
    with pytest.raises(Unauthenticated) as caught:
        (checked_by or verifier()).verify(value)
    return caught.value.code


def padded(value: dict[str, object]) -> str:
    text = part(value)
    return text + "=" * (-len(text) % 4)


def test_the_header_of_our_load_balancer_gives_its_claims() -> None:
    assert {"sub": "ann", "custom:tenant": "acme"} == verifier().verify(header())


def test_a_header_with_padding_as_load_balancers_write_it_is_read() -> None:
    named = {"kid": KEY_ID, "signer": SIGNER, "iss": ISSUER, "client": CLIENT, "exp": NOW + 120}
    message = ".".join([padded({"alg": "ES256", "typ": "JWT", **named}), padded({"sub": "ann"})])
    tag = jwt.get_algorithm_by_name("ES256").sign(message.encode(), private_key("ec"))
    text = part(tag)
    value = f"{message}.{text}{'=' * (-len(text) % 4)}"

    assert "=" in value
    assert {"sub": "ann"} == verifier().verify(value)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"signer": SIGNER + "0"}, "token.signer"),
        ({"signer": None}, "token.signer"),
        ({"signer": [SIGNER]}, "token.signer"),
        ({"iss": "https://issuer.example"}, "token.issuer"),
        ({"client": "client-2"}, "token.audience"),
        ({"client": None}, "token.audience"),
        ({"exp": None}, "token.claims"),
        ({"exp": NOW - 30}, "token.expired"),
        ({"kid": "elsewhere"}, "token.key_unknown"),
        ({"jku": REGION}, "token.header"),
        ({"alg": "RS256"}, "token.algorithm"),
        ({"alg": "none"}, "token.algorithm"),
        ({"alg": "HS256"}, "token.algorithm"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_header_that_is_not_ours_or_not_for_now_is_refused(
    more: dict[str, Any], code: str
) -> None:
    assert code == code_of(header(**more))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"email": "ann@acme.example"}, "token.claims"),
        ({"sub": ""}, "token.claims"),
        ({"sub": "ann", "exp": NOW - 30}, "token.expired"),
        ({"sub": "ann", "iss": "https://issuer.example"}, "token.issuer"),
    ],
)
def test_claims_that_contradict_the_header_or_name_nobody_are_refused(
    said: dict[str, object], code: str
) -> None:
    assert code == code_of(header(said=said))


def test_a_header_that_another_key_signed_is_refused() -> None:
    assert "token.signature" == code_of(header("ec-forger"))


def test_nothing_is_fetched_for_a_header_of_another_load_balancer() -> None:
    region = Region()
    code_of(header(signer="arn:other"), verifier(region))

    assert [] == region.asked


def test_a_key_is_fetched_once_from_the_address_that_its_id_names() -> None:
    region = Region()
    checking = verifier(region)
    for _ in range(3):
        checking.verify(header())

    assert [f"{REGION}/{KEY_ID}"] == region.asked


@pytest.mark.parametrize("key_id", ["../x", "a/b", "a?b", "a.b", "ä", "-" * 3, "a" * 65, "a%2fb"])
def test_an_id_that_would_lead_elsewhere_is_never_fetched(key_id: str) -> None:
    region = Region()

    assert "token.key_unknown" == code_of(header(kid=key_id), verifier(region))
    assert [] == region.asked


def test_ids_that_a_caller_makes_up_fetch_once_in_a_pause() -> None:
    now, region = Clock(), Region()
    checking = verifier(region, now)
    for number in range(20):
        code_of(header(kid=f"made-up-{number}"), checking)
    within = len(region.asked)
    now.pass_(seconds=5)

    assert [1, "ann"] == [within, checking.verify(header())["sub"]]


@pytest.mark.parametrize("key", ["rsa", "ec384"])
def test_a_key_of_another_kind_is_refused(key: str) -> None:
    region = Region(**{f"{REGION}/other": public_pem(key)})

    assert code_of(header(kid="other"), verifier(region)) in {
        "token.algorithm",
        "token.key_unknown",
    }


def test_a_header_that_an_rsa_key_signed_is_refused_though_its_key_is_there() -> None:
    region = Region(**{f"{REGION}/other": public_pem("rsa")})
    named = {"signer": SIGNER, "iss": ISSUER, "client": CLIENT, "exp": NOW + 120}
    value = sign({"sub": "ann"}, "rsa", "RS256", kid="other", **named)

    assert "token.algorithm" == code_of(value, verifier(region))
    assert [] == region.asked


def test_a_body_that_is_no_public_key_is_none() -> None:
    secret = private_key("ec").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for body in (b"", b"-----BEGIN", secret, public_pem("ec") + b" " * 4096):
        region = Region(**{f"{REGION}/other": body})

        assert "token.key_unknown" == code_of(header(kid="other"), verifier(region))


def test_keys_are_kept_for_the_newest_few() -> None:
    region = Region(**{f"{REGION}/key-{number}": public_pem("ec") for number in range(40)})
    keys = LoadBalancerKeys(REGION, region.fetch, now=Clock())
    for number in range(40):
        keys.key(f"key-{number}")

    assert [40, 16] == [len(region.asked), len(keys._kept)]


@pytest.mark.parametrize("wrong", ["signer", "issuer", "client_id"])
def test_a_verifier_without_a_name_to_check_is_refused(wrong: str) -> None:
    named: dict[str, Any] = {"signer": SIGNER, "issuer": ISSUER, "client_id": CLIENT, wrong: ""}
    with pytest.raises(InputError) as caught:
        LoadBalancerVerifier(keys=LoadBalancerKeys(REGION, Region().fetch), **named)

    assert ["verifier.empty", wrong] == [caught.value.code, caught.value.field]
