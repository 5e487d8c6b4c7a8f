"""Makes, signs and sends the requests of the direct lane, and reads what comes back."""

from __future__ import annotations

import os
import ssl
import sys
from functools import cache
from typing import Final, TypedDict
from urllib.parse import quote

from tabledesign import clock
from tabledesign.engine import failures
from tabledesign.engine.lanes.connections import Connections
from tabledesign.engine.lanes.environment import variable
from tabledesign.engine.lanes.http import endpoint_of, render
from tabledesign.engine.lanes.lost import LaneFailure
from tabledesign.engine.lanes.reading import response_of
from tabledesign.engine.lanes.signer import Credentials, Signer
from tabledesign.engine.lanes.tls import trusting
from tabledesign.engine.translate import error_by
from tabledesign.wire import Operation, Request, Response

__all__ = ["Sender"]

TARGET: Final = "DynamoDB_20120810"


class Peer(TypedDict):
    """How connections are made, synchronous ones and those of an event loop."""

    context: ssl.SSLContext | None
    connect_timeout: float
    read_timeout: float
    size: int


class Sender:
    """The endpoint, the signer and the connections of one engine; threads may share it.

    Raises `OSError` when the authorities that an ``https`` endpoint needs cannot be read.
    """

    def __init__(
        self, url: str, region: str, *, connect_timeout: float, read_timeout: float, size: int
    ) -> None:
        self.url = url
        where = endpoint_of(url)
        self._authority = where.authority
        self._path = where.path
        self._signer = Signer(where.authority, region, path=where.path)
        self._headers: dict[Operation, dict[str, str]] = {}
        self.peer = Peer(
            context=_context() if where.secure else None,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            size=size,
        )
        self.connections = Connections(url, **self.peer)

    def render(self, request: Request, keys: Credentials) -> bytes:
        """The signed bytes of a request; raises `AccessDenied` for keys that no header can carry,
        TypeError or ValueError for parameters that have no form.
        """
        headers = self._headers.get(request.operation)
        if headers is None:
            headers = self._headers[request.operation] = {
                "X-Amz-Target": f"{TARGET}.{request.operation}",
                "Content-Type": "application/x-amz-json-1.0",
                "Accept-Encoding": "identity",
                "User-Agent": _agent(),
            }
        body = request.body
        try:
            added = self._signer.sign(headers, body, keys, clock.now())
            return render(self._path, self._authority, {**headers, **added, **_traced()}, body)
        except ValueError as error:
            reason = "a key or the token holds a line break, or what Latin-1 lacks"
            raise error_by(
                failures.BAD_CREDENTIALS,
                code="InvalidCharacters",
                reason=reason,
                request=request,
                endpoint=self.url,
            ) from error

    def carry(self, request: Request, data: bytes) -> Response:
        """The answer to what was rendered; raises a `RequestError`."""
        try:
            return response_of(self.connections.exchange(data), request, self.url)
        except LaneFailure as failure:
            raise failure.error(request, self.url) from failure


def _context() -> ssl.SSLContext:
    """Whom to trust: AWS_CA_BUNDLE, as with botocore, or whom the system trusts."""
    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    if bundle:
        return trusting(bundle)
    context = ssl.create_default_context()
    known = context.cert_store_stats()["x509_ca"] or ssl.get_default_verify_paths().capath
    if not known:
        raise OSError("the system has none; set AWS_CA_BUNDLE")
    return context


def _traced() -> dict[str, str]:
    """The trace that a Lambda function's invocation belongs to, as botocore passes it on."""
    trace = variable("_X_AMZN_TRACE_ID")
    if not trace or variable("AWS_LAMBDA_FUNCTION_NAME") is None:
        return {}
    return {"X-Amzn-Trace-Id": quote(trace, safe="-=;:+&[]{}\"',")}


@cache
def _agent() -> str:
    # The root imports all the rest, so nothing below imports the root; it is there by now.
    version: str = vars(sys.modules["tabledesign"])["__version__"]
    major, minor, micro = sys.version_info[:3]
    return f"tabledesign/{version} lang/python#{major}.{minor}.{micro}"
