"""From routes to an OpenAPI 3.1 document: every path, every answer, every problem.

Nothing in it is written by hand beside the routes: parameters come from access patterns, bodies
and answers from models, problems from the table of their types.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tabledesign.api.openapi.headers import HEADERS
from tabledesign.api.openapi.operations import Common, operation_object
from tabledesign.api.openapi.problems import PROBLEM_SCHEMAS, problem_examples
from tabledesign.api.openapi.schemas import Json, Schemas
from tabledesign.api.operation import AskedHeader, Operation
from tabledesign.api.problem_types import PROBLEM_TYPES, ProblemType
from tabledesign.api.routing import Route
from tabledesign.errors import InputError

__all__ = ["openapi_document"]


_BEARER: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The token of a sign-in, verified as RFC8725 says.",
}


def openapi_document(
    routes: Sequence[Route],
    *,
    title: str,
    version: str,
    description: str = "",
    license_id: str | None = None,
    servers: Sequence[str] = ("/",),
    tags: Mapping[str, str] | None = None,
    problem_types: tuple[ProblemType, ...] = PROBLEM_TYPES,
    headers: tuple[AskedHeader, ...] = (),
    problems: tuple[int, ...] = (),
) -> dict[str, object]:
    """The document; JSON can say all of it, in an order that only the routes decide.

    ``tags`` describes the tags of the operations, ``problem_types`` are those of every API
    unless the API has some of its own. ``headers`` and ``problems`` (statuses) are those that
    every operation has beside its own. Raises `InputError` for a route without an operation and
    for two operations of one name, method and path.
    """
    operations = _operations(routes)
    common = Common(routes, problem_types, headers, problems)
    schemas = Schemas(list(operations.values()))
    paths: dict[str, dict[str, object]] = {}
    for route in routes:
        operation = operations[route.method, route.path]
        told = operation_object(route, operation, schemas, common)
        paths.setdefault(route.path, {})[route.method.lower()] = told
    info: dict[str, object] = {"title": title, "version": version}
    if description:
        info["description"] = description
    if license_id is not None:
        info["license"] = {"name": license_id, "identifier": license_id}
    return {
        "openapi": "3.1.1",
        "info": info,
        "servers": [{"url": url} for url in servers],
        "security": [{"bearer": []}],
        "tags": _tags(operations.values(), tags or {}),
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": _BEARER},
            "headers": _referred(HEADERS, "headers", paths),
            "schemas": {**schemas.components, **PROBLEM_SCHEMAS},
            "examples": _referred(problem_examples(problem_types), "examples", paths),
        },
    }


def _operations(routes: Sequence[Route]) -> dict[tuple[str, str], Operation]:
    found: dict[tuple[str, str], Operation] = {}
    names: set[str] = set()
    for route in routes:
        place = f"{route.method} {route.path}"
        if route.operation is None:
            raise InputError(
                f"{place} has no operation, so nothing can be written of it; give "
                "Route(..., operation=Operation(...))",
                code="openapi.no_operation",
            )
        if (route.method, route.path) in found or route.operation.id in names:
            raise InputError(
                f"{place} is there twice, or another route is called {route.operation.id!r} as "
                "well; rename one",
                code="openapi.twice",
            )
        found[route.method, route.path] = route.operation
        names.add(route.operation.id)
    return found


def _referred(components: Mapping[str, Json], kind: str, paths: object) -> dict[str, Json]:
    """Those components that some path refers to."""
    text = json.dumps(paths)
    return {
        name: held for name, held in components.items() if f'"#/components/{kind}/{name}"' in text
    }


def _tags(operations: Iterable[Operation], told: Mapping[str, str]) -> list[dict[str, str]]:
    """In the order in which they are met."""
    names = dict.fromkeys(operation.tag for operation in operations)
    return [{"name": name, "description": told.get(name, f"All about {name}.")} for name in names]
