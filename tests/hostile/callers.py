"""Who asks: genuine callers, forgers, and those whose claims are odd."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tabledesign.api.tokens.load_balancer import LoadBalancerKeys, LoadBalancerVerifier
from tabledesign.api.tokens.verifier import TokenVerifier

from ..tokens.minting import (
    CLIENT,
    ISSUER,
    START,
    Clock,
    claims,
    part,
    private_key,
    public_pem,
    sign,
    verifier,
)
from .planted import KNOWN, SECRET

__all__ = [
    "FORGERS",
    "GENUINE",
    "ODD",
    "Caller",
    "plain",
    "verifier_of_balancers",
    "verifier_of_tokens",
]

BALANCER: Final = (
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/todo/50dc"
)


@dataclass(frozen=True)
class Caller:
    """One identity in each of the forms in which it reaches the API.

    ``said`` is what an authorizer hands on (None: nothing), ``authorization`` are the values of
    that header, ``signed`` those of the header in which a load balancer says who asks. A
    ``genuine`` caller is to be answered, any other is nobody.
    """

    name: str
    said: Any
    authorization: Sequence[str]
    signed: Sequence[str] = ()
    genuine: bool = True

    @property
    def subject(self) -> str:
        return str(self.said["sub"]) if self.genuine else ""

    @property
    def roles(self) -> Sequence[str]:
        return self.said["cognito:groups"] if self.genuine else ()

    @property
    def tenant(self) -> str:
        return str(self.said["custom:tenant"]) if self.genuine else ""


@cache
def verifier_of_tokens() -> TokenVerifier:
    """The service's own: it knows the keys that the issuer shows, and no others."""
    return verifier("rsa", "ec")


@cache
def verifier_of_balancers() -> LoadBalancerVerifier:
    """The service's own: it knows the key of one load balancer."""
    keys = LoadBalancerKeys("https://keys.example", lambda _: public_pem("ec"), now=Clock())
    return LoadBalancerVerifier(
        signer=BALANCER, issuer=ISSUER, client_id=CLIENT, keys=keys, now=Clock()
    )


def _balanced(said: Mapping[str, Any], key: str = "ec", **more: object) -> str:
    """The header that a load balancer signs for whom it has signed in."""
    until = int(START.timestamp()) + 120
    named = {"kid": "12345678", "signer": BALANCER, "iss": ISSUER, "client": CLIENT, "exp": until}
    return sign(claims(jti=SECRET, **said), key, "ES256", **{**named, **more})


def _signed(said: Mapping[str, Any], **how: Any) -> str:
    return sign(claims(jti=SECRET, **said), **how)


def _person(subject: str, tenant: str = "acme", *roles: str, **more: object) -> Caller:
    groups = list(roles or ("member",))
    said = {"sub": subject, "custom:tenant": tenant, "cognito:groups": groups, **more}
    whole = {**claims(jti=SECRET), **said}
    return Caller(f"{subject}@{tenant}", whole, [f"Bearer {_signed(said)}"], [_balanced(said)])


GENUINE: Final = (
    _person("ann"),
    _person("bob"),
    _person("mia", amr=["pwd", "mfa"]),
    _person("mal", "mallory"),
    _person("ada", "acme", "member", "admin"),
    _person("sam", "acme", "support"),
    _person("nobody", "nowhere"),
)

ODD: Final = (
    _person("ann#", "acme#"),
    _person("ann#List#", "acme"),
    _person(KNOWN, "acme"),
    _person("%", "acme%"),
    _person("ann", f"globex-{KNOWN}"[:-1]),
    _person("🏴" * 30, "acme"),
    _person("ann", "ACME"),
)
"""Signed by the issuer, so they are somebody, if not whom they would like to be."""


def _forged(name: str, *authorization: str) -> Caller:
    """A token as it is, and in the place of what a load balancer signs."""
    bare = [value.removeprefix("Bearer ") for value in authorization]
    return Caller(name, None, authorization, bare, genuine=False)


def _balancers_forger(name: str, *signed: str) -> Caller:
    return Caller(name, None, (), signed, genuine=False)


def _odd_claims(name: str, said: object, **signed: object) -> Caller:
    token, whole = f"Bearer {_signed(signed)}", {"token_use": "id", **signed}
    # A load balancer's claims are of no use in particular.
    told = [_balanced(signed)] if whole["token_use"] == "id" else []
    return Caller(name, said, [token], told, genuine=False)


def _unsigned(algorithm: str) -> str:
    """As a library of old took it: no signature, and an algorithm that asks for none."""
    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'rsa'})}.{part(claims())}."


def _confused(algorithm: str = "HS256") -> str:
    """Signed by the public key, taken for the secret of a symmetric algorithm."""
    import hashlib
    import hmac

    message = f"{part({'alg': algorithm, 'kid': 'rsa'})}.{part(claims())}"
    tag = hmac.new(public_pem("rsa"), message.encode(), hashlib.sha256).digest()
    return f"{message}.{part(tag)}"


def _cut(token: str) -> str:
    """The claims of another caller over the signature of one's own."""
    head, _, tag = token.split(".")
    return f"{head}.{part(claims(sub='bob'))}.{tag}"


def _own_key() -> str:
    """Signed by a key that the token brings along."""
    from jwt.algorithms import RSAAlgorithm

    shown = RSAAlgorithm.to_jwk(private_key("rsa-of-a-forger").public_key(), as_dict=True)
    return _signed({}, key="rsa-of-a-forger", kid="rsa", jwk=shown)


_TWICE: Final = b'{"alg":"RS256","kid":"rsa","kid":"rsa"}'


def _forgers() -> tuple[Caller, ...]:
    good = _signed({})
    past = int(START.timestamp()) - 10_000
    tokens = {
        "unsigned": _unsigned("none"),
        "unsigned, shouted": _unsigned("NONE"),
        "unsigned, as RS256": _unsigned("RS256"),
        "symmetric": _confused(),
        "symmetric, as RS256": _confused("RS256"),
        "another's claims": _cut(good),
        "own key": _own_key(),
        "own key, its place": _signed({}, key="rsa-of-a-forger", jku="https://keys.example/"),
        "another's key": _signed({}, key="rsa-of-a-forger", kid="rsa"),
        "a key's place as id": _signed({}, kid="../../../etc/passwd"),
        "another algorithm": _signed({}, key="ec", algorithm="ES256", kid="rsa"),
        "past": _signed({"exp": past}),
        "to come": _signed({"nbf": -past, "iat": 2**40}),
        "never ending": _signed({"exp": float("inf")}),
        "of no time": _signed({"exp": None}),
        "another's issuer": _signed({"iss": ISSUER + "x"}),
        "another client's": _signed({"aud": f"{CLIENT}-2"}),
        "several clients'": _signed({"aud": [CLIENT, "client-2"]}),
        "an access token": sign(claims("access", jti=SECRET)),
        "cut short": good[:-4],
        "no token": "null",
        "four parts": good + ".e30",
        "deep": f"{part(b'[' * 5_000)}.{part(b'[' * 5_000)}.x",
        "long": "x" * 9_000,
        "not text": base64.b64encode(bytes(range(256))).decode(),
        "critical": _signed({}, crit=["exp"]),
        "an array": f"{part([1])}.{part([2])}.{part(b'x')}",
        "names twice": f"{part(_TWICE)}.{part(claims())}.AA",
    }
    forged = [_forged(name, f"Bearer {token}") for name, token in tokens.items()]
    return (*forged, *_whole(good), *_balancers())


def _whole(good: str) -> Iterator[Caller]:
    """Headers that have a token in them, and not as they should."""
    headers: dict[str, tuple[str, ...]] = {
        "nobody": (),
        "an empty header": ("",),
        "no scheme": (good,),
        "another scheme": (f"Basic {good}",),
        "two headers": (f"Bearer {good}", f"Bearer {good}"),
        "two tokens": (f"Bearer {good} {good}",),
        "a comma": (f"Bearer {good},Bearer {good}",),
        "not ASCII": (f"Bearer {good}é",),
    }
    for name, values in headers.items():
        yield _forged(name, *values)


def _balancers() -> Iterator[Caller]:
    """Headers of other load balancers, and of none."""
    headers: dict[str, dict[str, Any]] = {
        "another balancer": {"signer": BALANCER + "0"},
        "no balancer": {"signer": None},
        "several balancers": {"signer": [BALANCER]},
        "a balancer's other client": {"client": "client-2"},
        "a balancer's past": {"exp": int(START.timestamp()) - 999},
        "a balancer's key elsewhere": {"kid": "../../etc"},
        "a balancer that does not sign": {"alg": "none"},
        "another's key, as a balancer's": {"key": "ec-of-a-forger"},
    }
    for name, more in headers.items():
        yield _balancers_forger(name, _balanced({}, **more))
    yield _balancers_forger("two balancers", _balanced({}), _balanced({}))


def _strangers() -> tuple[Caller, ...]:
    """Claims as no authorizer should hand them on, and tokens that say the same."""
    said: dict[str, object] = claims(jti=SECRET)
    odd: dict[str, Any] = {
        "no subject": {"sub": None},
        "an empty subject": {"sub": ""},
        "a subject that is a list": {"sub": ["ann"]},
        "a subject that is an object": {"sub": {"S": "ann"}},
        "a long subject": {"sub": "x" * 129},
        "a subject of a line's end": {"sub": "ann\n"},
        "a subject of no character": {"sub": "ann\u200b"},
        "half a character": {"sub": "\ud800"},
        "no tenant": {"custom:tenant": None},
        "an empty tenant": {"custom:tenant": ""},
        "a tenant that is a number": {"custom:tenant": 1},
        "a tenant that is no text": {"custom:tenant": True},
        "groups that are a number": {"cognito:groups": 5},
        "groups in groups": {"cognito:groups": [["admin"]]},
        "an access token's claims": {"token_use": "access"},
        "no use": {"token_use": None},
    }
    callers = [_odd_claims(name, {**said, **more}, **more) for name, more in odd.items()]
    shapes: tuple[object, ...] = ("ann", ["ann"], 7, True, {}, {"claims": said}, {"sub": "ann"})
    none = [Caller(f"claims {each!r:.20}", each, (), genuine=False) for each in shapes]
    return (*callers, *none)


FORGERS: Final = (*_forgers(), *_strangers())
"""Nobody, in every way that has been thought of."""


def plain(said: object) -> object:
    """Claims as a JSON text carries them to the function, halves of characters included."""
    return json.loads(json.dumps(said))
