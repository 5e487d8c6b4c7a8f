"""Tokens of every kind, made by hand where no library would make them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tabledesign.api.tokens.keys import JwksKeys
from tabledesign.api.tokens.verifier import TokenUse, TokenVerifier

__all__ = ["Clock", "Issuer", "claims", "part", "private_key", "sign", "verifier"]

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool"
CLIENT = "client-1"
START = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@cache
def private_key(name: str) -> Any:
    """A key by a name that begins with its kind; made once, for an RSA key takes a while."""
    if name.startswith("ec384"):
        return ec.generate_private_key(ec.SECP384R1())
    if name.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if name.startswith("rsa1024") else 2048)


def public_pem(name: str) -> bytes:
    return bytes(
        private_key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def jwk(name: str, key_id: str, *, private: bool = False, **more: object) -> dict[str, object]:
    algorithm: Any = ECAlgorithm if name.startswith("ec") else RSAAlgorithm
    key = private_key(name)
    shown = algorithm.to_jwk(key if private else key.public_key(), as_dict=True)
    shown.pop("key_ops", None)
    return {**shown, "kid": key_id, "use": "sig", **more}


class Issuer:
    """Shows keys, counts how often it is asked, and can be out of reach."""

    def __init__(self, *documents: dict[str, object]) -> None:
        self.documents = list(documents)
        self.asked: list[str] = []
        self.reachable = True

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        if not self.reachable:
            raise OSError("out of reach")
        return json.dumps({"keys": self.documents}).encode()


def claims(token_use: str = "id", **more: object) -> dict[str, object]:
    client = {"client_id": CLIENT} if token_use == "access" else {"aud": CLIENT}
    now = int(START.timestamp())
    found = {
        "iss": ISSUER,
        "sub": "ann",
        **client,
        "token_use": token_use,
        "iat": now,
        "exp": now + 900,
        "custom:tenant": "acme",
        "cognito:groups": ["member"],
        **more,
    }
    return {name: value for name, value in found.items() if value is not None}


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(
    said: Mapping[str, object], key: str = "rsa", algorithm: str = "RS256", **headers: object
) -> str:
    """A token whose header says what it is told; None leaves a member out."""
    header = {"alg": algorithm, "kid": key, **headers}
    kept = {name: value for name, value in header.items() if value is not None}
    return signed(f"{part(kept)}.{part(said)}", key, algorithm)


def signed(message: str, key: str = "rsa", algorithm: str = "RS256") -> str:
    signer = jwt.get_algorithm_by_name(algorithm)
    return f"{message}.{part(signer.sign(message.encode(), private_key(key)))}"


def verifier(
    *names: str, use: TokenUse = "id", now: Clock | None = None, issuer: Issuer | None = None
) -> TokenVerifier:
    """One that knows the keys of those names, under their names."""
    moment = now or Clock()
    shown = issuer or Issuer(*(jwk(name, name) for name in names or ("rsa", "ec")))
    keys = JwksKeys(f"{ISSUER}/.well-known/jwks.json", shown.fetch, now=moment)
    return TokenVerifier(issuer=ISSUER, audience=CLIENT, keys=keys, use=use, now=moment)
