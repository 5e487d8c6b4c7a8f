"""The keys of an issuer: fetched by whoever is handed in, kept for a while, found by their id."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Literal, Protocol, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tabledesign import clock
from tabledesign.api.tokens.unauthenticated import Unauthenticated
from tabledesign.dataclass import dataclass

__all__ = ["ALGORITHMS", "Fetch", "JwksKeys", "Key", "Keys", "Now", "key_of"]

Algorithm = Literal["RS256", "ES256"]
ALGORITHMS: Final[frozenset[str]] = frozenset({"RS256", "ES256"})

Fetch = Callable[[str], bytes]
"""The body at an address; raises whatever it likes when there is none."""
Now = Callable[[], datetime]

_DOCUMENT_LENGTH: Final = 65_536
_KEYS: Final = 32
_RSA_BITS: Final = (2048, 8192)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the one algorithm that it is used with."""

    algorithm: Algorithm
    public: RSAPublicKey | EllipticCurvePublicKey


class Keys(Protocol):
    """Where a verifier finds keys."""

    def key(self, key_id: str) -> Key:
        """The key of an id; raises `Unauthenticated`."""
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the issuer showed, and when."""

    keys: Mapping[str, Key]
    at: datetime


class JwksKeys:
    """The keys of a JWKS document, which is fetched again when it is old or lacks an id.

    Ids are the caller's to make up, so an unknown one fetches at most once in ``pause``. When
    fetching fails, what was shown before serves until it is ``stale``.
    """

    def __init__(
        self,
        address: str,
        fetch: Fetch,
        *,
        fresh: timedelta = timedelta(hours=1),
        stale: timedelta = timedelta(hours=4),
        pause: timedelta = timedelta(seconds=30),
        now: Now = clock.now,
    ) -> None:
        self._address = address
        self._fetch = fetch
        self._fresh, self._stale, self._pause = fresh, stale, pause
        self._now = now
        self._shown: _Shown | None = None
        self._tried: datetime | None = None
        self._fetching = Lock()

    def key(self, key_id: str) -> Key:
        """The key of an id; raises `Unauthenticated`."""
        shown = self._shown
        if shown is None or key_id not in shown.keys or self._now() - shown.at >= self._fresh:
            # Whoever asks for a key that is at hand does not wait here behind an unknown one.
            with self._fetching:
                shown = self._newer()
        if shown is None:
            raise Unauthenticated("token.keys_unavailable")
        if key_id not in shown.keys:
            raise Unauthenticated("token.key_unknown")
        return shown.keys[key_id]

    def _newer(self) -> _Shown | None:
        now, shown = self._now(), self._shown
        if self._tried is None or now - self._tried >= self._pause:
            self._tried = now
            keys = self._fetched()
            if keys is not None:
                shown = self._shown = _Shown(keys, now)
        return None if shown is None or now - shown.at >= self._stale else shown

    def _fetched(self) -> Mapping[str, Key] | None:
        try:
            return _keys_of(self._fetch(self._address))
        except Exception:  # noqa: BLE001 - however it failed, there are no keys
            return None


def key_of(document: Mapping[str, object]) -> Key | None:
    """The key that a JWK describes, or None where it is none that signs tokens for us."""
    if document.get("use", "sig") != "sig":
        return None
    operations = document.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    algorithm = {"RSA": "RS256", "EC": "ES256"}.get(str(document.get("kty")))
    if algorithm is None or document.get("alg", algorithm) != algorithm:
        return None
    try:
        return checked(jwt.PyJWK.from_dict(dict(document), algorithm).key)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None


def checked(public: object) -> Key | None:
    """The key, where it is public, of a kind we use and of sufficient strength."""
    if isinstance(public, RSAPublicKey):
        fits = _RSA_BITS[0] <= public.key_size <= _RSA_BITS[1]
        return Key("RS256", public) if fits else None
    if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
        return Key("ES256", public)
    return None


def _keys_of(body: bytes) -> Mapping[str, Key]:
    """Keys by id; an id that stands twice names none, for either could be meant."""
    if len(body) > _DOCUMENT_LENGTH:
        raise ValueError("a JWKS document of that length is none")
    listed = cast("Mapping[str, object]", json.loads(body))["keys"]
    if not isinstance(listed, list) or len(cast("list[object]", listed)) > _KEYS:
        raise ValueError("a JWKS document with so many keys is none")
    found: dict[str, Key] = {}
    seen: set[str] = set()
    for each in cast("list[dict[str, object]]", listed):
        key_id, key = each.get("kid"), key_of(each)
        if not isinstance(key_id, str):
            continue
        if key is not None and key_id not in seen:
            found[key_id] = key
        elif key_id in seen:
            found.pop(key_id, None)
        seen.add(key_id)
    return found
