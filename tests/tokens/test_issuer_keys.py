"""Keys are fetched seldom, found by their id, and only those that sign tokens are taken."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest

from tabledesign.api.tokens import Unauthenticated
from tabledesign.api.tokens.keys import JwksKeys

from .minting import Clock, Issuer, jwk


def keys_of(issuer: Issuer, now: Clock | None = None) -> JwksKeys:
    return JwksKeys("https://issuer.example/keys", issuer.fetch, now=now or Clock())


def code_of(keys: JwksKeys, key_id: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        keys.key(key_id)
    return caught.value.code


def test_nothing_is_fetched_before_a_key_is_asked_for_and_then_once() -> None:
    issuer = Issuer(jwk("rsa", "1"), jwk("ec", "2"))
    keys = keys_of(issuer)
    before = list(issuer.asked)
    algorithms = [keys.key(key_id).algorithm for key_id in ("1", "2", "1")]

    assert [[], ["RS256", "ES256", "RS256"]] == [before, algorithms]
    assert ["https://issuer.example/keys"] == issuer.asked


def test_a_key_that_the_issuer_adds_is_found_and_one_that_it_takes_away_is_forgotten() -> None:
    now, issuer = Clock(), Issuer(jwk("rsa", "old"))
    keys = keys_of(issuer, now)
    keys.key("old")
    issuer.documents = [jwk("ec", "new")]
    now.pass_(seconds=30)
    found = keys.key("new").algorithm

    assert ["ES256", "token.key_unknown"] == [found, code_of(keys, "old")]


def test_a_key_that_is_taken_away_serves_no_longer_than_it_is_fresh() -> None:
    now, issuer = Clock(), Issuer(jwk("rsa", "1"))
    keys = keys_of(issuer, now)
    keys.key("1")
    issuer.documents = []
    now.pass_(hours=1)

    assert "token.key_unknown" == code_of(keys, "1")


def test_ids_that_a_caller_makes_up_fetch_once_in_a_pause() -> None:
    now, issuer = Clock(), Issuer(jwk("rsa", "1"))
    keys = keys_of(issuer, now)
    for number in range(50):
        code_of(keys, f"made-up-{number}")
    within = len(issuer.asked)
    now.pass_(seconds=30)
    code_of(keys, "made-up")

    assert [1, 2] == [within, len(issuer.asked)]


def test_an_issuer_out_of_reach_is_told_and_not_asked_again_at_once() -> None:
    now, issuer = Clock(), Issuer(jwk("rsa", "1"))
    issuer.reachable = False
    keys = keys_of(issuer, now)
    codes = [code_of(keys, "1"), code_of(keys, "1")]
    asked = len(issuer.asked)
    issuer.reachable = True
    now.pass_(seconds=30)

    assert [["token.keys_unavailable"] * 2, 1] == [codes, asked]
    assert "RS256" == keys.key("1").algorithm


def test_keys_serve_a_while_when_their_issuer_is_out_of_reach_and_then_no_longer() -> None:
    now, issuer = Clock(), Issuer(jwk("rsa", "1"))
    keys = keys_of(issuer, now)
    keys.key("1")
    issuer.reachable = False
    now.pass_(hours=3, minutes=59)
    served = keys.key("1").algorithm
    now.pass_(minutes=1)

    assert ["RS256", "token.keys_unavailable"] == [served, code_of(keys, "1")]


@pytest.mark.parametrize(
    "document",
    [
        jwk("rsa", "1", use="enc"),
        jwk("rsa", "1", alg="HS256"),
        jwk("rsa", "1", alg="RS512"),
        jwk("rsa", "1", key_ops=["encrypt"]),
        jwk("rsa", "1", key_ops="verify"),
        jwk("ec", "1", private=True),
        jwk("rsa", "1", private=True),
        jwk("rsa1024", "1"),
        jwk("ec384", "1"),
        jwk("ec", "1", alg="RS256"),
        {"kty": "oct", "kid": "1", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "1", "n": "!", "e": "AQAB"},
        {"kty": "EC", "kid": "1", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "1"},
        {"kty": ["RSA"], "kid": "1"},
        jwk("rsa", "1") | {"kid": ["1"]},
    ],
    ids=range(16),
)
def test_a_key_that_signs_no_token_for_us_is_none(document: dict[str, object]) -> None:
    keys = keys_of(Issuer(document, jwk("ec", "2")))

    assert ["ES256", "token.key_unknown"] == [keys.key("2").algorithm, code_of(keys, "1")]


def test_an_id_that_stands_twice_names_no_key_however_often_it_stands() -> None:
    keys = keys_of(Issuer(*(jwk(name, "1") for name in ("rsa", "ec", "rsa")), jwk("ec", "2")))

    assert ["ES256", "token.key_unknown"] == [keys.key("2").algorithm, code_of(keys, "1")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": [1]}',
        b"[" * 60_000,
        b'{"keys": []}' + b" " * 65_536,
        b'{"keys": [' + b", ".join([b"{}"] * 33) + b"]}",
    ],
    ids=range(8),
)
def test_a_document_that_is_none_or_too_large_is_as_good_as_out_of_reach(body: bytes) -> None:
    keys = JwksKeys("https://issuer.example/keys", lambda _: body, now=Clock())

    assert "token.keys_unavailable" == code_of(keys, "1")


def test_who_asks_for_a_key_at_hand_does_not_wait_for_one_that_is_being_fetched() -> None:
    now, issuer, asked, answer = Clock(), Issuer(jwk("rsa", "1")), Event(), Event()

    def fetch(address: str) -> bytes:
        if issuer.asked:
            asked.set()
            answer.wait(10)
        return issuer.fetch(address)

    keys = JwksKeys("x", fetch, pause=timedelta(0), now=now)
    keys.key("1")
    other = Thread(target=code_of, args=(keys, "made-up"))
    other.start()
    try:
        assert asked.wait(10)
        assert "RS256" == keys.key("1").algorithm
    finally:
        answer.set()
        other.join()
