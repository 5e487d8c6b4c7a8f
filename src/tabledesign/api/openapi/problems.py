"""Problem documents in the contract: their schema, and an example of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tabledesign.api.openapi.headers import header_references
from tabledesign.api.openapi.parameters import path_names
from tabledesign.api.openapi.schemas import Json, reference
from tabledesign.api.operation import Operation
from tabledesign.api.problem_types import ProblemType, Situation
from tabledesign.api.problems import Problem
from tabledesign.api.routing import Route

__all__ = ["PROBLEM_SCHEMAS", "problem_examples", "problem_responses"]

_TEXT: Final = {"type": "string"}

PROBLEM_SCHEMAS: Final[Mapping[str, Json]] = {
    "Problem": {
        "type": "object",
        "title": "Problem",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": {**_TEXT, "format": "uri-reference", "description": "The page about it."},
            "title": {**_TEXT, "description": "The phrase of the status."},
            "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
            "detail": {**_TEXT, "description": "What to correct, in words."},
            "code": {**_TEXT, "description": "The kind of the problem; branch on it."},
            "request_id": {**_TEXT, "description": "Name it when you report a fault."},
            "errors": {"type": "array", "items": reference("ProblemFault")},
        },
    },
    "ProblemFault": {
        "type": "object",
        "title": "ProblemFault",
        "description": "One fault and its place, which is one of the first three.",
        "required": ["code", "detail"],
        "properties": {
            "pointer": {**_TEXT, "description": "A JSON pointer into the body."},
            "parameter": {**_TEXT, "description": "A parameter of the query."},
            "header": {**_TEXT, "description": "A header of the request."},
            "code": _TEXT,
            "detail": _TEXT,
        },
    },
}

_ALWAYS: Final = {401, 406, 429, 500, 503}
_FOLLOWING: Final[Mapping[Situation, set[int]]] = {
    "query": {400},
    "path": {404},
    "body": {400, 413, 415, 422},
    "match": {412, 428},
    "keyed": {400, 409, 422},
    "change": {409},
}
_LATER: Final = (409, 429, 503)


def problem_responses(
    route: Route, operation: Operation, types: tuple[ProblemType, ...]
) -> dict[str, Json]:
    """The problems a route may answer with, by status; those of every route among them."""
    situations = _situations(route, operation)
    statuses = _ALWAYS.union(operation.problems, *(_FOLLOWING.get(s, ()) for s in situations))
    responses: dict[str, Json] = {}
    for status in sorted(statuses):
        kinds = [
            kind
            for kind in types
            if status in kind.statuses and kind.concerns(situations, operation.tag)
        ]
        responses[str(status)] = _response(status, kinds)
    return responses


def problem_examples(types: tuple[ProblemType, ...]) -> dict[str, Json]:
    """An example document of each kind."""
    return {
        kind.code: {
            "summary": kind.title,
            "value": Problem(kind.status, kind.code, kind.meaning).document("a1b2c3"),
        }
        for kind in types
    }


def _situations(route: Route, operation: Operation) -> frozenset[Situation]:
    has: dict[Situation, bool] = {
        "always": True,
        "query": operation.paged or bool(route.served),
        "paged": operation.paged,
        "path": bool(path_names(route.path)),
        "body": operation.body is not None,
        "match": operation.match,
        "keyed": operation.keyed,
        "change": route.method != "GET",
    }
    return frozenset(name for name, holds in has.items() if holds)


def _response(status: int, kinds: Iterable[ProblemType]) -> Json:
    names = ["X-Request-Id"]
    if status in _LATER:
        names.append("Retry-After")
    if status == 401:
        names.append("WWW-Authenticate")
    if status == 415:
        names.append("Accept")
    told = list(kinds)
    content: Json = {"schema": reference("Problem")}
    if told:
        content["examples"] = {
            kind.code: {"$ref": f"#/components/examples/{kind.code}"} for kind in told
        }
    return {
        "description": "; ".join(kind.title for kind in told) or "It is refused.",
        "headers": header_references(names),
        "content": {"application/problem+json": content},
    }
