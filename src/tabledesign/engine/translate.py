"""One failed call becomes one error of ours: its class, its sentence and its details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from tabledesign.engine import failures
from tabledesign.engine.failures import Rule
from tabledesign.errors import RequestError
from tabledesign.wire import Request

__all__ = ["error_by", "error_from", "error_of", "table_of"]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# What OpenSSL says when the handshake failed, that is before any request was sent.
HANDSHAKE = ("CERTIFICATE", "WRONG_VERSION_NUMBER", "HANDSHAKE", "UNKNOWN_PROTOCOL", "ALERT")


def error_from(error: Exception, *, request: Request, endpoint: str) -> RequestError | None:
    """The error for a failed call; None when the failure is not DynamoDB's or botocore's.

    ``details`` holds operation, table, endpoint, the AWS code and reason, and, where the
    answer has them, ``item`` (the stored one) and ``reasons`` (of a cancelled transaction).

    >>> class EndpointConnectionError(Exception):
    ...     pass
    >>> request = Request("GetItem", {"TableName": "todo"})
    >>> failure = error_from(EndpointConnectionError(), request=request, endpoint="http://[::1]:9")
    >>> type(failure).__name__, failure.code, failure.details["table"]
    ('EngineUnreachable', 'engine.unreachable', 'todo')
    """
    names = [base.__name__ for base in type(error).__mro__]
    if failures.PASSED_ON.intersection(names):
        return None
    if "ClientError" in names:
        answer = cast(Mapping[str, Any], getattr(error, "response", {}))
        return error_of(answer, request=request, endpoint=endpoint)
    rule = next((failures.EXCEPTIONS[name] for name in names if name in failures.EXCEPTIONS), None)
    if rule is None:
        return None
    reason = " ".join(str(error).split())
    if rule is failures.UNTRUSTED and not any(sign in reason.upper() for sign in HANDSHAKE):
        rule = failures.LOST
    return error_by(rule, code=names[0], reason=reason, request=request, endpoint=endpoint)


def error_of(answer: Mapping[str, Any], *, request: Request, endpoint: str) -> RequestError:
    """The error that DynamoDB answered with, parsed as botocore parses it."""
    fault: Mapping[str, Any] = answer.get("Error", {})
    metadata: Mapping[str, Any] = answer.get("ResponseMetadata", {})
    code = str(fault.get("Code", "Unknown"))
    reason = str(fault.get("Message", ""))
    status = int(metadata.get("HTTPStatusCode", 400))
    extra: dict[str, object] = {"status": status, "request_id": metadata.get("RequestId")}
    rule = failures.CODES.get(code) or failures.rule_for_status(status)
    if code == "TransactionCanceledException":
        reasons: Sequence[Mapping[str, Any]] = answer.get("CancellationReasons", ())
        rule = _cancelled_by(reasons)
        extra["reasons"] = tuple(reasons)
    elif rule is failures.REFUSED and "specified index" in reason:
        # DynamoDB tells a missing index from other refusals by its wording only.
        rule = failures.INDEX_MISSING
    if "Item" in answer:
        extra["item"] = answer["Item"]
    if "ThrottlingReasons" in answer:
        extra["throttling"] = answer["ThrottlingReasons"]
    return error_by(rule, code=code, reason=reason, request=request, endpoint=endpoint, extra=extra)


def _cancelled_by(reasons: Sequence[Mapping[str, Any]]) -> Rule:
    codes = {reason.get("Code") for reason in reasons} - {None, "None"}
    ranked = [rule for code, rule in failures.CANCELLATIONS if code in codes]
    unknown = codes.difference(code for code, _ in failures.CANCELLATIONS)
    return failures.REFUSED if unknown or not ranked else ranked[0]


def error_by(
    rule: Rule,
    *,
    code: str,
    reason: str,
    request: Request,
    endpoint: str,
    extra: Mapping[str, object] | None = None,
) -> RequestError:
    shown, local = _address(endpoint)
    table = table_of(request)
    start = (
        f"start a local engine there with `dynoxide serve --host 127.0.0.1 --port {local}`"
        if local
        else "check the network, the region and the endpoint"
    )
    message = rule.sentence.format(
        operation=request.operation,
        action=_action(request),
        where=f" on {table!r}" if table else "",
        endpoint=shown,
        start=start,
        code=code,
        reason=reason.rstrip("."),
    )
    details = {
        "operation": request.operation,
        "table": table,
        "endpoint": shown,
        "aws_code": code,
        "reason": reason,
        **(extra or {}),
    }
    return rule.error(message, code=rule.code, details=details)


def _address(endpoint: str) -> tuple[str, int | None]:
    """The endpoint fit to be shown, without a user or a path, and its port when it is local."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    shown = f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port else "")
    return shown, (parts.port or 8000) if host in LOOPBACK else None


def _action(request: Request) -> str:
    """The IAM action; a transaction needs the actions of its steps."""
    actions = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}
    names = {actions.get(kind, "ConditionCheckItem") for kind, _ in _steps(request)}
    return ", dynamodb:".join(sorted(names)) or request.operation


def table_of(request: Request) -> str | None:
    """The tables a request names, joined by commas; None when it names none.

    >>> table_of(Request("BatchGetItem", {"RequestItems": {"a": {}, "b": {}}}))
    'a, b'
    """
    holders = [request.parameters, *(part for _, part in _steps(request))]
    names = {str(holder["TableName"]) for holder in holders if "TableName" in holder}
    names.update(str(name) for name in _mapping(request.parameters.get("RequestItems")))
    return ", ".join(sorted(names)) or None


def _steps(request: Request) -> list[tuple[str, Mapping[str, Any]]]:
    """The steps of a transaction by kind; none for what is no transaction."""
    steps: object = request.parameters.get("TransactItems")
    if not isinstance(steps, list | tuple):  # a malformed request must not fail its own report
        return []
    each = [_mapping(step) for step in cast(Sequence[object], steps)]
    return [(kind, _mapping(part)) for step in each for kind, part in step.items()]


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
