"""The user agent of a client, rendered once for our calls: botocore renders it anew at each one.

It takes a tenth of a boto3 call and comes out the same, but for marks of features that others
of the client's callers may set; theirs is rendered as ever.
"""

from __future__ import annotations

import threading
from typing import Any

__all__ = ["render_once"]


class _Agent:
    """Is the client's own user agent in all but how often it is rendered for an armed thread."""

    def __init__(self, own: Any, armed: threading.local) -> None:
        self._own = own
        self._armed = armed
        self._text: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def to_string(self) -> str:
        if getattr(self._armed, "call", None) is None:
            return str(self._own.to_string())
        text = self._text
        if text is None:
            text = self._text = str(self._own.to_string())
        return text


def render_once(client: Any, armed: threading.local) -> None:
    """Have the client's user agent rendered once for calls made while ``armed.call`` is set.

    Does nothing to a client that keeps its user agent elsewhere.
    """
    own: object = getattr(client, "_user_agent_creator", None)
    if callable(getattr(own, "to_string", None)):
        client._user_agent_creator = _Agent(own, armed)  # noqa: SLF001 - has no other form
