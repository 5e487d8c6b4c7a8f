"""The headers that answers carry, each described once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tabledesign.api.openapi.schemas import Json

__all__ = ["HEADERS", "header_references"]


def _header(description: str, **schema: object) -> Json:
    return {"description": description, "schema": {"type": "string", **schema}}


HEADERS: Final[Mapping[str, Json]] = {
    "X-Request-Id": _header("The id of this request; name it when you report a fault."),
    "ETag": _header("The state that was read or made; send it as If-Match to change it."),
    "Location": _header("Where it is, relative to the address asked.", format="uri-reference"),
    "Link": _header('The next page, as rel="next"; absent on the last one.'),
    "Retry-After": {
        "description": "The seconds to wait before the request is sent again.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 3600},
    },
    "WWW-Authenticate": _header("How to say who asks: with a bearer token."),
    "Accept": _header("The media types that are taken here."),
    "Deprecation": _header("Since when this is deprecated (RFC 9745): @ and seconds since 1970."),
    "Sunset": _header("When this goes away (RFC 8594), as an HTTP date."),
}
"""By name; `Retry-After` is not on every answer of a status that may have it."""


def header_references(names: Iterable[str]) -> Json:
    """The headers of an answer: references to their descriptions."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
