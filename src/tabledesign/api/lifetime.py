"""What a route on its way out says with each answer: since when, and until when it is there."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime

from tabledesign.api.operation import Operation

__all__ = ["lifetime_headers"]


def lifetime_headers(operation: Operation | None) -> dict[str, str]:
    """``Deprecation`` (RFC 9745) and ``Sunset`` (RFC 8594), where the operation has them.

    >>> leaving = datetime(2026, 7, 1, tzinfo=UTC)
    >>> lifetime_headers(Operation("old", "Old", "things", {204: None}, deprecated=leaving))
    {'Deprecation': '@1782864000'}
    """
    if operation is None or operation.deprecated is None:
        return {}
    headers = {"Deprecation": f"@{int(operation.deprecated.timestamp())}"}
    if operation.sunset is not None:
        headers["Sunset"] = format_datetime(operation.sunset.astimezone(UTC), usegmt=True)
    return headers
