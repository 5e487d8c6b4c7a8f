"""The requests that a lane could not bring to an end: sent again, if they may be, by botocore."""

from __future__ import annotations

from collections import deque
from typing import Final

from tabledesign.errors import RequestError
from tabledesign.wire import Request

__all__ = ["Doubts"]

# One that is forgotten goes by its lane once more, which is as safe.
KEPT: Final = 64


class Doubts:
    """The last requests whose outcome is unknown; threads may share it.

    >>> from tabledesign.errors import OutcomeUnknown
    >>> doubts, request = Doubts(), Request("ListTables", {})
    >>> doubts.note(request, OutcomeUnknown("lost; read the item", code="outcome.unknown"))
    >>> request in doubts, Request("ListTables", {}) in doubts
    (True, False)
    """

    __slots__ = ("_requests",)

    def __init__(self) -> None:
        self._requests: deque[Request] = deque(maxlen=KEPT)

    def note(self, request: Request, error: RequestError) -> None:
        """Take note of a request that failed, if it may have been applied."""
        if error.retry == "unknown_outcome":
            self._requests.append(request)

    def __contains__(self, request: Request) -> bool:
        # The very same: an equal one is another's, and none is in doubt nearly always.
        return bool(self._requests) and any(each is request for each in tuple(self._requests))
