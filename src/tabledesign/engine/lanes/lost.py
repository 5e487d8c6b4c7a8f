"""How an exchange over a connection of our own fails, and the error of ours that it becomes.

LaneFailure
├── NotSent          nothing of the request was sent: sending again is safe
│   └── Untrusted    the TLS handshake failed
└── Lost             it was sent, in part or wholly, and may have been applied
    ├── Closed       the connection was closed or reset before the answer was complete
    ├── TimedOut     the answer was not complete in time
    └── BadAnswer    what came back is not the answer to a request, or is damaged
"""

from __future__ import annotations

from typing import ClassVar

from tabledesign.engine import failures
from tabledesign.engine.failures import Rule
from tabledesign.engine.translate import error_by
from tabledesign.errors import RequestError
from tabledesign.wire import Request

__all__ = ["BadAnswer", "Closed", "LaneFailure", "Lost", "NotSent", "TimedOut", "Untrusted"]


class LaneFailure(Exception):
    """An exchange that did not end in a complete answer; ``reason`` says why in a few words."""

    rule: ClassVar[Rule]

    @property
    def reason(self) -> str:
        """Why, for logs."""
        return str(self.args[0])

    def error(self, request: Request, endpoint: str) -> RequestError:
        """The same error as botocore's failure of this kind becomes.

        >>> NotSent("refused").error(Request("ListTables", {}), "http://127.0.0.1:9").code
        'engine.unreachable'
        """
        code = type(self).__name__
        return error_by(
            self.rule, code=code, reason=self.reason, request=request, endpoint=endpoint
        )


class NotSent(LaneFailure):
    """No byte of the request was sent: no connection could be made."""

    rule = failures.UNREACHABLE


class Untrusted(NotSent):
    """The other side showed no certificate that is trusted, or does not speak TLS."""

    rule = failures.UNTRUSTED


class Lost(LaneFailure):
    """The request may have been applied."""

    rule = failures.LOST


class Closed(Lost):
    """The connection ended before the answer did."""


class TimedOut(Lost):
    """The answer was not complete in time."""


class BadAnswer(Lost):
    """The bytes that came back are no answer, or a damaged one."""
