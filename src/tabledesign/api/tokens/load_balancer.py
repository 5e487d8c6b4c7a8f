"""The header that a load balancer signs for whom it signed in: ``x-amzn-oidc-data``.

It says who the caller is; that the request came through our load balancer and not through
somebody's own, only the signer says, whose ARN stands in the signed header.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from types import MappingProxyType
from typing import Final, cast

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tabledesign import clock
from tabledesign.api.tokens.claims import LEEWAY, check_configured, check_subject, check_times
from tabledesign.api.tokens.compact import signed_claims, unverified_header
from tabledesign.api.tokens.keys import Fetch, Key, Keys, Now, checked
from tabledesign.api.tokens.unauthenticated import Unauthenticated

__all__ = ["LoadBalancerKeys", "LoadBalancerVerifier"]

_KEYS: Final = 16
_KEY_LENGTH: Final = 4096
_ID_LENGTH: Final = 64


class LoadBalancerKeys:
    """The keys of a region's load balancers, each at an address of its own.

    ``LoadBalancerKeys("https://public-keys.auth.elb.eu-central-1.amazonaws.com", fetch)``. What is
    under an id does not change, so the newest few are kept; after an id that is not there,
    nothing is fetched for ``pause``.
    """

    def __init__(
        self,
        address: str,
        fetch: Fetch,
        *,
        pause: timedelta = timedelta(seconds=5),
        now: Now = clock.now,
    ) -> None:
        self._address = address.rstrip("/")
        self._fetch = fetch
        self._pause = pause
        self._now = now
        self._kept: dict[str, Key] = {}
        self._failed: datetime | None = None
        self._fetching = Lock()

    def key(self, key_id: str) -> Key:
        """The key of an id; raises `Unauthenticated`."""
        # It becomes part of an address, where a slash or a dot would lead elsewhere.
        plain = key_id.isascii() and key_id.replace("-", "").isalnum()
        if not plain or len(key_id) > _ID_LENGTH:
            raise Unauthenticated("token.key_unknown")
        with self._fetching:
            key = self._kept.get(key_id) or self._fetched(key_id)
        if key is None:
            raise Unauthenticated("token.key_unknown")
        return key

    def _fetched(self, key_id: str) -> Key | None:
        if self._failed is not None and self._now() - self._failed < self._pause:
            return None
        try:
            body = self._fetch(f"{self._address}/{key_id}")
            key = checked(load_pem_public_key(body)) if len(body) <= _KEY_LENGTH else None
        except Exception:  # noqa: BLE001 - however it failed, there is no key
            key = None
        if key is None:
            self._failed = self._now()
            return None
        if len(self._kept) >= _KEYS:
            del self._kept[next(iter(self._kept))]
        self._kept[key_id] = key
        return key


class LoadBalancerVerifier:
    """Accepts the header of one load balancer, for one client of one issuer."""

    def __init__(
        self,
        *,
        signer: str,
        issuer: str,
        client_id: str,
        keys: Keys,
        leeway: timedelta = LEEWAY,
        now: Now = clock.now,
    ) -> None:
        check_configured(leeway, signer=signer, issuer=issuer, client_id=client_id)
        self._signer = signer
        self._issuer = issuer
        self._client_id = client_id
        self._keys = keys
        self._leeway = leeway
        self._now = now

    def verify(self, token: str) -> Mapping[str, object]:
        """The claims in the header's value; raises `Unauthenticated`."""
        header = unverified_header(token)
        # Before any key is fetched: these cost nothing, and most forgeries end here.
        if header["alg"] != "ES256":
            raise Unauthenticated("token.algorithm")
        if header.get("signer") != self._signer:
            raise Unauthenticated("token.signer")
        if header.get("iss") != self._issuer:
            raise Unauthenticated("token.issuer")
        if header.get("client") != self._client_id:
            raise Unauthenticated("token.audience")
        claims = signed_claims(token, self._keys.key(cast("str", header["kid"])))
        now = self._now()
        check_times(header, now, self._leeway)
        check_times({"exp": header["exp"], **claims}, now, self._leeway)
        if claims.get("iss", self._issuer) != self._issuer:
            raise Unauthenticated("token.issuer")
        check_subject(claims)
        return MappingProxyType(claims)
