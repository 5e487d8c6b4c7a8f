"""The compact form of a token: its header, read with suspicion, and its claims, once signed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final, cast

import jwt
from jwt.types import Options

from tabledesign.api.tokens.keys import ALGORITHMS, Key
from tabledesign.api.tokens.unauthenticated import Unauthenticated

__all__ = ["signed_claims", "unverified_header"]

_LENGTH: Final = 8192  # a request's headers together are at most 10,240 bytes at API Gateway

# A key that a token brings along, or names the place of, is the forger's; and what `crit` demands
# to be understood is not.
_REFUSED: Final = frozenset({"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip"})
_TYPES: Final = frozenset({"JWT", "AT+JWT"})

# Times and names are checked here against an injected clock; PyJWT checks the signature.
_SIGNATURE_ONLY: Final[Options] = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
    "enforce_minimum_key_length": True,
}


def unverified_header(token: str) -> Mapping[str, object]:
    """The header of a token that may be worth verifying; it says which key to verify with.

    What is refused here costs no fetching of keys. Raises `Unauthenticated`.
    """
    if len(token) > _LENGTH:
        raise Unauthenticated("token.too_long")
    header = _object(token.partition(".")[0])
    if header is None:
        raise Unauthenticated("token.malformed")
    if str(header.get("alg")) not in ALGORITHMS:
        raise Unauthenticated("token.algorithm")
    kind = header.get("typ", "JWT")
    if _REFUSED & header.keys() or not isinstance(kind, str) or kind.upper() not in _TYPES:
        raise Unauthenticated("token.header")
    if not isinstance(header.get("kid"), str):
        raise Unauthenticated("token.key_unknown")
    return header


def signed_claims(token: str, key: Key) -> dict[str, object]:
    """The claims of a token that is signed by the key, by the key's own algorithm.

    Raises `Unauthenticated`.
    """
    try:
        return jwt.decode(
            token,
            key.public,
            algorithms=[key.algorithm],
            options=_SIGNATURE_ONLY,
        )
    except jwt.InvalidAlgorithmError:
        refusal = Unauthenticated("token.algorithm")
    except (jwt.InvalidSignatureError, jwt.InvalidKeyError):
        refusal = Unauthenticated("token.signature")
    except (jwt.PyJWTError, ValueError, RecursionError):
        refusal = Unauthenticated("token.malformed")
    # Out here it has no context: PyJWT's own error quotes what it could not read.
    raise refusal


def _object(part: str) -> dict[str, object] | None:
    """The JSON object in a part, or None; a member that stands twice could be read either way."""
    try:
        # A load balancer pads what it encodes, other issuers do not.
        raw = base64.b64decode(part.rstrip("=") + "=" * (-len(part.rstrip("=")) % 4), b"-_", True)
        found: object = json.loads(raw, object_pairs_hook=_members)
    except (binascii.Error, ValueError, RecursionError):
        return None
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members
