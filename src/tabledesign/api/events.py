"""What is read from each kind of event, and nothing else of it; the answers are equal.

A REST API decodes the query string and lists repeated parameters apart, an HTTP API and a
function URL hand it over raw (their decoded form joins repeated parameters with commas, which
cannot be undone), a load balancer hands over single parameters, undecoded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, unquote_plus

from tabledesign.api.exchange import Query, Received

__all__ = ["Read", "from_balancer", "from_http", "from_rest", "headers_of"]

Event = Mapping[str, Any]

Read = Callable[[Event, str], Received]
"""From an event, and the request id where the event has none."""


def from_rest(event: Event, request_id: str) -> Received:
    """Of a REST API, or the local server, which speaks as one."""
    return _received(event, _pairs(event), request_id)


def from_http(event: Event, request_id: str) -> Received:
    """Of an HTTP API (payload 2.0) or a function URL."""
    raw = str(event.get("rawQueryString") or "")
    return _received(event, tuple(parse_qsl(raw, keep_blank_values=True)), request_id)


def from_balancer(event: Event, request_id: str) -> Received:
    """Of an application load balancer."""
    pairs = _pairs(event)
    decoded = tuple((unquote_plus(name), unquote_plus(value)) for name, value in pairs)
    return _received(event, decoded, request_id)


def _received(event: Event, query: Query, request_id: str) -> Received:
    context: Mapping[str, Any] = event.get("requestContext") or {}
    body = event.get("body")
    return Received(
        headers=headers_of(event),
        query=tuple((_text(name), _text(value)) for name, value in query),
        body=None if body is None else str(body),
        is_base64=bool(event.get("isBase64Encoded")),
        request_id=str(context.get("requestId") or request_id),
    )


def headers_of(event: Event) -> dict[str, str]:
    """The headers by their names in lower case, several of one name joined by commas."""
    several = cast("Mapping[str, list[str]]", event.get("multiValueHeaders") or {})
    if several:
        return {name.lower(): ", ".join(values) for name, values in several.items()}
    single = cast("Mapping[str, str]", event.get("headers") or {})
    return {name.lower(): value for name, value in single.items()}


def _pairs(event: Event) -> Query:
    several = cast("Mapping[str, list[str]]", event.get("multiValueQueryStringParameters") or {})
    if several:
        return tuple((name, value) for name, values in several.items() for value in values)
    return tuple(cast("Mapping[str, str]", event.get("queryStringParameters") or {}).items())


def _text(value: str) -> str:
    """The text without halves of characters, which nothing behind could encode."""
    return value.encode("utf-8", "replace").decode()
