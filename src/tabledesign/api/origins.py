"""Which pages of other origins may read what is answered: those that are configured, else none.

A browser asks first (a preflight) whether a page may send what no form could send. Callers are
known by a token that the page itself must hold, never by a cookie, so credentials are not allowed
to any origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError

__all__ = ["NO_ORIGINS", "Origins"]

_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
_ASKED: Final = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
)
_READ: Final = (
    "Accept",
    "Allow",
    "Deprecation",
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-Id",
)
_KEPT_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins that are allowed, and headers of the API's own that their pages may send.

    >>> Origins.of("https://todo.example.com", headers=["Purpose"]).allowed
    frozenset({'https://todo.example.com'})
    """

    allowed: frozenset[str] = frozenset()
    headers: tuple[str, ...] = ()

    @classmethod
    def of(cls, *origins: str, headers: Iterable[str] = ()) -> Origins:
        """Origins as browsers spell them; raises `InputError` for any other, and for a star."""
        for origin in origins:
            if _ORIGIN.fullmatch(origin) is None:
                raise InputError(
                    f"{origin!r} is no origin; write it as a browser does, "
                    "https://app.example.com, in small letters and without a path",
                    code="origins.form",
                    field="origins",
                )
        return cls(frozenset(origins), tuple(headers))

    def headers_for(self, origin: str | None) -> dict[str, str]:
        """What every answer carries: that it depends on the origin, and whether this one may."""
        if not self.allowed:
            return {}
        if origin not in self.allowed:
            return {"Vary": "Origin"}
        return {
            "Vary": "Origin",
            "Access-Control-Allow-Origin": str(origin),
            "Access-Control-Expose-Headers": ", ".join(_READ),
        }

    def preflight(self, asked: Mapping[str, str], methods: Iterable[str]) -> dict[str, str]:
        """What an OPTIONS request is told beside that; ``asked`` are its headers."""
        if asked.get("origin") not in self.allowed or "access-control-request-method" not in asked:
            return {}
        return {
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Access-Control-Allow-Headers": ", ".join((*_ASKED, *self.headers)),
            "Access-Control-Max-Age": str(_KEPT_SECONDS),
        }


NO_ORIGINS: Final = Origins()
"""Only pages of the API's own origin read it."""
