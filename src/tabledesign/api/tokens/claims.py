"""What verified claims must say whoever signed them: a subject, and times that hold now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabledesign.api.tokens.unauthenticated import Unauthenticated
from tabledesign.errors import InputError

__all__ = ["LEEWAY", "check_configured", "check_subject", "check_times"]

LEEWAY: Final = timedelta(seconds=30)
_MOST_LEEWAY: Final = timedelta(minutes=5)
_LAST: Final = 2**53


def check_times(claims: Mapping[str, object], now: datetime, leeway: timedelta) -> None:
    """Expired from the instant of ``exp``, valid from those of ``nbf`` and ``iat``."""
    at, allowed = now.timestamp(), leeway.total_seconds()
    if at >= _instant(claims.get("exp")) + allowed:
        raise Unauthenticated("token.expired")
    for name in ("nbf", "iat"):
        if name in claims and at < _instant(claims[name]) - allowed:
            raise Unauthenticated("token.not_yet_valid")


def check_subject(claims: Mapping[str, object]) -> None:
    """A subject there must be, and it is a text."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise Unauthenticated("token.claims")


def check_configured(leeway: timedelta, **texts: str) -> None:
    """Raises `InputError` for what would accept tokens that nobody meant to."""
    for name, text in texts.items():
        if not text:
            raise InputError(
                f"{name} is empty, and every token would have to name nothing; give the one "
                "that tokens must name",
                code="verifier.empty",
                field=name,
            )
    if not timedelta(0) <= leeway <= _MOST_LEEWAY:
        raise InputError(
            "leeway is for clocks that differ a little; give 0 to 5 minutes",
            code="verifier.leeway",
            field="leeway",
        )


def _instant(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unauthenticated("token.claims")
    if not abs(value) <= _LAST:  # so written, it holds for what is not a number, too
        raise Unauthenticated("token.claims")
    return value
