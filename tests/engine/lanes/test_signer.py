"""Our signatures are botocore's, to the byte."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from tabledesign.engine.lanes.signer import Credentials, Signer

from ...evidence import Evidence

MIDNIGHT = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KEYS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
HEADERS = {
    "X-Amz-Target": "DynamoDB_20120810.GetItem",
    "Content-Type": "application/x-amz-json-1.0",
    "User-Agent": "Boto3/1.44 md/Botocore#1.44 lang/python#3.11",
}
HOSTS = (
    "dynamodb.eu-central-1.amazonaws.com",
    "dynamodb.cn-north-1.amazonaws.com.cn",
    "123456789012.ddb.us-east-1.amazonaws.com",
    "127.0.0.1:8000",
    "localhost:4566",
    "[::1]:8000",
)
REGIONS = ("eu-central-1", "us-east-1", "cn-north-1", "us-gov-west-1")
PATHS = ("/", "", "/dynamo", "/a b/é", "/a//b/../c/./", "/..", "/%7Ea/~b")
VALUES = (" two  spaces ", "a\tb", "plain", "", "ä, ö", "Root=1-5759e988-bd862e3fe1be46a994272793")
NAMES = ("X-Amz-Date", "amz-sdk-invocation-id", "amz-sdk-request", "X-Amzn-Trace-Id", "Expect")
MORE_NAMES = ("X-Zulu", "x-amz-account-id", "Accept-Encoding", "Authorization", "Connection")
BODIES = ("{}", "", '{"TableName":"todo"}', '{"S":"naïve 😀 \\u0000"}', "x" * 3_000)


def botocores(
    url: str, region: str, headers: dict[str, str], body: bytes, keys: Credentials, stamp: str
) -> dict[str, str]:
    """The steps of botocore's ``add_auth``, with a date of ours instead of the clock's."""
    request = AWSRequest(method="POST", url=url, data=body, headers=dict(headers))
    request.context["timestamp"] = stamp
    auth: Any = SigV4Auth(BotocoreCredentials(*keys), "dynamodb", region)
    auth._modify_request_before_signing(request)
    signature = auth.signature(
        auth.string_to_sign(request, auth.canonical_request(request)), request
    )
    auth._inject_signature_to_request(request, signature)
    sent: Any = request.headers
    names = ("X-Amz-Date", "X-Amz-Security-Token", "Authorization")
    return {name: sent[name] for name in names if keys.token or name != names[1]}


def drawn(chance: random.Random) -> tuple[str, str, str, dict[str, str], bytes, Credentials]:
    host, region, path = (chance.choice(given) for given in (HOSTS, REGIONS, PATHS))
    more = chance.sample(NAMES + MORE_NAMES, chance.randrange(4))
    headers = HEADERS | {name: chance.choice(VALUES) for name in more}
    if chance.random() < 0.1:
        headers["X-Amz-Content-SHA256"] = "0" * 64
    body = chance.choice(BODIES).encode() + str(chance.random()).encode()
    secret = f"secret+/{chance.randrange(3)}"
    token = chance.choice((None, "", "IQoJb3JpZ2luX2VjEH8a//", "t" * 900))
    return host, path, region, headers, body, Credentials("AKID", secret, token)


def compare(count: int) -> None:
    chance = random.Random(20_260_101)
    signers: dict[tuple[str, str, str], Signer] = {}
    for number in range(count):
        host, path, region, headers, body, keys = drawn(chance)
        place = (host, path, region)
        signer = signers.setdefault(place, Signer(host, region, path=path))
        now = MIDNIGHT + timedelta(seconds=chance.choice((-1, 0, 1, 86_400 * number)))
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        expected = botocores(f"https://{host}{path}", region, headers, body, keys, stamp)
        assert expected == signer.sign(headers, body, keys, now), (place, headers, body, keys, now)


def test_a_generated_request_is_signed_as_botocore_signs_it() -> None:
    compare(300)


@pytest.mark.full
def test_ten_thousand_generated_requests_are_signed_as_botocore_signs_them(
    evidence: Evidence,
) -> None:
    compare(10_000)
    evidence("signatures equal to botocore's", 10_000)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_botocores_own_way_in_leads_to_the_same_signature(scheme: str) -> None:
    keys = Credentials("AKID", "secret", "token")
    url = f"{scheme}://127.0.0.1:8000/"
    request = AWSRequest(method="POST", url=url, data=b"{}", headers=HEADERS)
    SigV4Auth(BotocoreCredentials(*keys), "dynamodb", "eu-central-1").add_auth(request)
    sent: Any = request.headers
    now = datetime.strptime(sent["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    added = Signer("127.0.0.1:8000", "eu-central-1").sign(HEADERS, b"{}", keys, now)
    assert {name: sent[name] for name in added} == added


def test_headers_that_differ_each_time_do_not_fill_the_memory() -> None:
    signer = Signer(HOSTS[0], "eu-central-1")
    for number in range(1_000):
        signer.sign(HEADERS | {"amz-sdk-invocation-id": str(number)}, b"{}", KEYS, NOW)
    assert len(signer._templates) <= 64


def test_an_instant_of_another_zone_is_signed_as_that_of_utc() -> None:
    signer = Signer(HOSTS[0], "eu-central-1")
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert signer.sign(HEADERS, b"", KEYS, NOW) == signer.sign(HEADERS, b"", KEYS, tokyo)


def test_credentials_do_not_show_their_secret() -> None:
    shown = f"{Credentials('AKID', 'hush', 'hush too')} {Credentials('AKID', 'hush')!r}"
    assert "hush" not in shown
