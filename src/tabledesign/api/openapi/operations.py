"""One operation of the document: a route and its contract put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from tabledesign.api.openapi.headers import header_references
from tabledesign.api.openapi.links import links_of
from tabledesign.api.openapi.parameters import parameters_of, served_combinations
from tabledesign.api.openapi.problems import problem_responses
from tabledesign.api.openapi.schemas import Json, Schemas
from tabledesign.api.operation import AskedHeader, Operation
from tabledesign.api.problem_types import ProblemType
from tabledesign.api.routing import Route
from tabledesign.api.statuses import phrase_of
from tabledesign.dataclass import dataclass, replace

__all__ = ["Common", "operation_object"]


@dataclass(frozen=True, slots=True)
class Common:
    """What all operations of an API share: routes, kinds of problems, headers, statuses."""

    routes: Sequence[Route]
    types: tuple[ProblemType, ...]
    headers: tuple[AskedHeader, ...] = ()
    problems: tuple[int, ...] = ()


def operation_object(route: Route, operation: Operation, schemas: Schemas, common: Common) -> Json:
    """The operation under its method and path."""
    told: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": _description(route, operation),
        "tags": [operation.tag],
    }
    if operation.deprecated is not None:
        told["deprecated"] = True
    parameters = parameters_of(route, operation, common.headers)
    if parameters:
        told["parameters"] = parameters
    if operation.body is not None:
        schema = schemas.body(operation.body)
        told["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": schema} for kind in operation.body_types},
        }
    told["responses"] = {
        **_answers(route, operation, schemas, common.routes),
        **problem_responses(
            route, replace(operation, problems=operation.problems + common.problems), common.types
        ),
    }
    return told


def _answers(
    route: Route, operation: Operation, schemas: Schemas, routes: Sequence[Route]
) -> dict[str, Json]:
    answers: dict[str, Json] = {}
    names = _header_names(operation)
    for status, model in sorted(operation.answers.items()):
        own = names if status == 201 else [name for name in names if name != "Location"]
        answer: Json = {
            "description": phrase_of(status),
            "headers": header_references(own),
        }
        if model is not None:
            schema = schemas.answer(operation, model)
            answer["content"] = {"application/json": {"schema": schema}}
        links = links_of(route, model, routes) if status == 201 else {}
        if links:
            answer["links"] = links
        answers[str(status)] = answer
    if route.method == "GET" and "ETag" in operation.headers:
        answers["304"] = {
            "description": "It is as it was under the ETag in If-None-Match.",
            "headers": header_references(names),
        }
    return answers


def _header_names(operation: Operation) -> list[str]:
    names = ["X-Request-Id", *operation.headers]
    if operation.paged:
        names.append("Link")
    if operation.deprecated is not None:
        names.append("Deprecation")
    if operation.sunset is not None:
        names.append("Sunset")
    return names


def _description(route: Route, operation: Operation) -> str:
    parts = [operation.description, served_combinations(route.served)]
    if operation.deprecated is not None:
        since = f"Deprecated since {operation.deprecated.astimezone(UTC):%Y-%m-%d}"
        gone = operation.sunset
        until = "" if gone is None else f"; it goes away on {gone.astimezone(UTC):%Y-%m-%d}"
        parts.append(f"{since}{until}.")
    return "\n\n".join(part for part in parts if part) or f"{operation.summary}."
