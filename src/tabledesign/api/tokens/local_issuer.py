"""An issuer for the local server: it signs in whom it is told to, and asks nobody for a password.

So that nothing outside that server ever trusts it: it is made only where it is asked for in so
many words, for a loopback address alone, with a key that is made then and kept in memory, and its
tokens end soon. Importing this makes nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tabledesign import clock
from tabledesign.api.tokens.keys import JwksKeys, Now
from tabledesign.api.tokens.sample_users import SampleUser
from tabledesign.api.tokens.verifier import TokenUse, TokenVerifier
from tabledesign.errors import InputError

__all__ = ["LocalIssuer"]

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LIFETIME: Final = timedelta(minutes=15)
_MOST_LIFETIME: Final = timedelta(hours=1)
_JWKS_PATH: Final = "/.well-known/jwks.json"


class LocalIssuer:
    """Issues tokens like Cognito's, RS256, to sample users.

    >>> issuer = LocalIssuer("http://127.0.0.1:8000", for_development=True)
    >>> [key["alg"] for key in issuer.jwks()["keys"]]
    ['RS256']
    """

    def __init__(
        self,
        address: str,
        *,
        for_development: bool = False,
        audience: str = "todo-local",
        lifetime: timedelta = _LIFETIME,
        now: Now = clock.now,
    ) -> None:
        if for_development is not True:
            raise InputError(
                "the local issuer signs in anybody as anybody; it is made by `serve` alone, with "
                "for_development=True",
                code="issuer.not_asked_for",
                field="for_development",
            )
        _check_loopback(address)
        if not timedelta(0) < lifetime <= _MOST_LIFETIME:
            raise InputError(
                "tokens of the local issuer last an hour at most; give a shorter lifetime",
                code="issuer.lifetime",
                field="lifetime",
            )
        self.address = address
        self.audience = audience
        self._lifetime = lifetime
        self._now = now
        self._key_id = clock.new_id()
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, user: SampleUser, *, mfa: bool = False, use: TokenUse = "id") -> str:
        """A token for the user, signed in with a second factor or without."""
        issued = int(self._now().timestamp())
        client = {"aud": self.audience} if use == "id" else {"client_id": self.audience}
        claims: dict[str, object] = {
            "iss": self.address,
            "sub": user.subject,
            **client,
            "token_use": use,
            "iat": issued,
            "exp": issued + int(self._lifetime.total_seconds()),
            "jti": clock.new_id(),
            "custom:tenant": user.tenant,
            "cognito:groups": list(user.roles),
            "amr": ["pwd", "mfa"] if mfa else ["pwd"],
        }
        if use == "id":
            claims |= {"name": user.name, "email": user.email}
        headers = {"kid": self._key_id}
        return jwt.encode(claims, self._private, algorithm="RS256", headers=headers)

    def jwks(self) -> dict[str, list[dict[str, object]]]:
        """The document that shows the public key."""
        shown = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {"keys": [{**shown, "kid": self._key_id, "use": "sig", "alg": "RS256"}]}

    def configuration(self) -> dict[str, object]:
        """The document that a client discovers the issuer by."""
        return {
            "issuer": self.address,
            "jwks_uri": self.address + _JWKS_PATH,
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        }

    def verifier(self, use: TokenUse = "id") -> TokenVerifier:
        """A verifier of its tokens, which reads its document without going over the network."""
        keys = JwksKeys(
            self.address + _JWKS_PATH,
            lambda _: json.dumps(self.jwks()).encode(),
            now=self._now,
        )
        return TokenVerifier(
            issuer=self.address,
            audience=self.audience,
            keys=keys,
            use=use,
            now=self._now,
        )


def _check_loopback(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.path or parts.username:
        raise InputError(
            "the local issuer stands on this machine alone; give an address such as "
            "http://127.0.0.1:8000, without a path",
            code="issuer.address",
            field="address",
        )
