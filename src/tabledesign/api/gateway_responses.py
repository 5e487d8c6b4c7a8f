"""What a REST API answers by itself, before or instead of a function, as problem documents.

API Gateway writes these from templates that replace nothing but its own variables. The documents
are those that the routes would answer, so a client meets one form of errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tabledesign.api.problems import Problem, internal, not_found, problem_of
from tabledesign.errors import OutcomeUnknown, Throttled

__all__ = ["GATEWAY_PROBLEMS", "gateway_responses"]

_NO_CALLER: Final = Problem(
    401,
    "auth.required",
    "the request carries no identity that is accepted; sign in and send its token",
    headers={"WWW-Authenticate": "Bearer"},
)
_REFUSED: Final = Problem(
    400, "request.refused", "the request cannot be taken as it is; compare it with the reference"
)
_DENIED: Final = Problem(403, "access.denied", "you may not do this; ask whoever it belongs to")
_TOO_LARGE: Final = Problem(413, "body.too_large", "the body is too long; shorten it")
_MEDIA_TYPE: Final = Problem(
    415, "body.media_type", "the body must be JSON, in UTF-8; say so in Content-Type"
)
_THROTTLED: Final = problem_of(Throttled("", code="request.throttled"))
_UNKNOWN: Final = problem_of(OutcomeUnknown("", code="outcome.unknown"))

GATEWAY_PROBLEMS: Final[Mapping[str, Problem]] = MappingProxyType(
    {
        "DEFAULT_4XX": _REFUSED,
        "DEFAULT_5XX": internal(),
        # Who signs a request for AWS, or with an expired signature, has no identity here.
        "UNAUTHORIZED": _NO_CALLER,
        "EXPIRED_TOKEN": _NO_CALLER,
        "INVALID_SIGNATURE": _NO_CALLER,
        # This is how a REST API says that it has no such path, or no such method of it.
        "MISSING_AUTHENTICATION_TOKEN": not_found(),
        "RESOURCE_NOT_FOUND": not_found(),
        "ACCESS_DENIED": _DENIED,
        "WAF_FILTERED": _DENIED,
        "REQUEST_TOO_LARGE": _TOO_LARGE,
        "UNSUPPORTED_MEDIA_TYPE": _MEDIA_TYPE,
        "THROTTLED": _THROTTLED,
        "QUOTA_EXCEEDED": _THROTTLED,
        # The function may have written before it failed, or ran out of time.
        "INTEGRATION_FAILURE": _UNKNOWN,
        "INTEGRATION_TIMEOUT": _UNKNOWN,
    }
)
"""By the type of the gateway's response."""


def gateway_responses() -> dict[str, Any]:
    """The ``GatewayResponses`` of an ``AWS::Serverless::Api``.

    >>> gateway_responses()["THROTTLED"]["ResponseParameters"]["Headers"]["Retry-After"]
    "'1'"
    """
    return {kind: _response(problem) for kind, problem in sorted(GATEWAY_PROBLEMS.items())}


def _response(problem: Problem) -> dict[str, Any]:
    headers = {
        "Cache-Control": "no-store",
        "Content-Type": "application/problem+json",
        "X-Content-Type-Options": "nosniff",
        **problem.headers,
    }
    quoted = {name: f"'{value}'" for name, value in sorted(headers.items())}
    return {
        "StatusCode": problem.status,
        "ResponseParameters": {"Headers": {**quoted, "X-Request-Id": "context.requestId"}},
        # The key is what the template is looked up by; what is answered says the header.
        "ResponseTemplates": {
            "application/json": json.dumps(problem.document("$context.requestId"))
        },
    }
