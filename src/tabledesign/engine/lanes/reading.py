"""What a complete answer says, once it is known to be DynamoDB's: a response, or an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabledesign.codec.answer import Answer, is_answer
from tabledesign.engine.lanes import http
from tabledesign.engine.lanes.http import Answered
from tabledesign.engine.lanes.lost import BadAnswer
from tabledesign.engine.lanes.refusal import refusal
from tabledesign.engine.translate import error_of
from tabledesign.wire import Request, Response

__all__ = ["checked", "metadata_of", "response_of"]


def checked(answered: Answered) -> Answered:
    """The answer; raises `BadAnswer` for what is damaged, or no answer of a DynamoDB."""
    http.check(answered, required=False)
    # Local engines send no checksum, nor does a captive portal, which says 200 to everything.
    unproved = answered.status == 200 and "x-amz-crc32" not in answered.headers
    if unproved and not is_answer(answered.body):
        raise BadAnswer("a 200 that is no answer of DynamoDB")
    return answered


def metadata_of(answered: Answered) -> Mapping[str, Any]:
    """What botocore tells about an answer beside its content."""
    return {
        "RequestId": answered.headers.get("x-amzn-requestid"),
        "HTTPStatusCode": answered.status,
        "HTTPHeaders": answered.headers,
        "RetryAttempts": 0,
    }


def response_of(answered: Answered, request: Request, endpoint: str) -> Response:
    """What a complete answer says; raises the error that it says, and `BadAnswer` for no answer."""
    metadata = metadata_of(checked(answered))
    if answered.status == 200:
        return Answer(answered.body, metadata)
    raise error_of(refusal(answered, metadata), request=request, endpoint=endpoint)
