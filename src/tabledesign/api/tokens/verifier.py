"""Tokens of an issuer, verified where no authorizer has done it: function URL, local server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Literal, cast

from tabledesign import clock
from tabledesign.api.tokens.claims import LEEWAY, check_configured, check_subject, check_times
from tabledesign.api.tokens.compact import signed_claims, unverified_header
from tabledesign.api.tokens.keys import Keys, Now
from tabledesign.api.tokens.unauthenticated import Unauthenticated

__all__ = ["TokenUse", "TokenVerifier"]

TokenUse = Literal["id", "access"]


class TokenVerifier:
    """Accepts the tokens of one issuer, for one client, of one use.

    An ID token names the client in ``aud``, an access token of Cognito in ``client_id``, and
    without the check of ``token_use`` one would pass for the other.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        keys: Keys,
        use: TokenUse = "id",
        leeway: timedelta = LEEWAY,
        now: Now = clock.now,
    ) -> None:
        check_configured(leeway, issuer=issuer, audience=audience)
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._use = use
        self._leeway = leeway
        self._now = now

    def verify(self, token: str) -> Mapping[str, object]:
        """The claims of the token; raises `Unauthenticated`."""
        header = unverified_header(token)
        claims = signed_claims(token, self._keys.key(cast("str", header["kid"])))
        if claims.get("iss") != self._issuer:
            raise Unauthenticated("token.issuer")
        if claims.get("token_use") != self._use:
            raise Unauthenticated("token.use")
        if not self._is_for_us(claims):
            raise Unauthenticated("token.audience")
        check_times(claims, self._now(), self._leeway)
        check_subject(claims)
        return MappingProxyType(claims)

    def _is_for_us(self, claims: Mapping[str, object]) -> bool:
        if self._use == "access":
            return claims.get("client_id") == self._audience
        named = claims.get("aud")
        return named in (self._audience, [self._audience])
