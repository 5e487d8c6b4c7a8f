"""Parameters: of the path, of the query as access patterns take them, and of headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import TypeAdapter

from tabledesign.api.inputs import VALUE_LENGTH, Served
from tabledesign.api.openapi.schemas import CURSOR, Json, bounded
from tabledesign.api.operation import AskedHeader, Operation
from tabledesign.api.paging import LIMITS, ORDERS
from tabledesign.api.routing import ID_PATTERN, Route
from tabledesign.design.arguments import element_of, is_range, is_sequence

__all__ = ["parameters_of", "path_names", "served_combinations"]

_PLACE: Final = re.compile(r"\{(\w+)\}")

# What a header's line can hold of what Python calls printable.
_PRINTED: Final = r"^[^\x00-\x1F\x7F-\xA0\xAD]*$"

_IF_MATCH: Final[Json] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what was read, so that nobody's change is lost.",
    "schema": {"type": "string", "examples": ['"3"']},
}
_IF_NONE_MATCH: Final[Json] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what is held already; it is not sent again while it is the same.",
    "schema": {"type": "string", "examples": ['"3"']},
}
_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A key of your own, such as a UUID: under it the request is carried out once, "
    "however often it is sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_CURSOR: Final[Json] = {
    "name": "cursor",
    "in": "query",
    "description": "The next_cursor of the page before; the rest of the query stays as it was.",
    "schema": CURSOR,
}
_ORDER: Final[Json] = {
    "name": "order",
    "in": "query",
    "description": "Rising or falling; without it, the order that the question says.",
    "schema": {"type": "string", "enum": list(ORDERS)},
}


_UNEXPLODED: Final[Mapping[str, Json]] = {"array": {"style": "form", "explode": False}}


def parameters_of(
    route: Route, operation: Operation, headers: Iterable[AskedHeader] = ()
) -> list[Json]:
    """All parameters of a route, those of the path first."""
    found = [_path_parameter(name) for name in path_names(route.path)]
    found += _query_parameters(route.served)
    if operation.paged:
        found += [_limit(), _CURSOR, _ORDER]
    if operation.match:
        found.append(_IF_MATCH)
    if route.method == "GET" and "ETag" in operation.headers:
        found.append(_IF_NONE_MATCH)
    if operation.keyed:
        found.append(_KEY)
    return found + [_header(asked) for asked in headers]


def path_names(path: str) -> list[str]:
    """The parameters in a path.

    >>> path_names("/v1/lists/{list_id}/members/{user_id}")
    ['list_id', 'user_id']
    """
    return _PLACE.findall(path)


def served_combinations(served: Sequence[Served]) -> str:
    """Which parameters may stand together, and what each combination asks."""
    if len(served) < 2 and not any(one.parameters for one in served):
        return ""
    lines = [f"- `{one.spelling()}`: {one.plan.question}" for one in served]
    return "\n".join(["The parameters choose the question; served are:", "", *lines])


def _path_parameter(name: str) -> Json:
    thing = name.removesuffix("_id").replace("_", " ")
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"The id of the {thing}.",
        "schema": {"type": "string", "maxLength": 64, "pattern": ID_PATTERN},
    }


def _header(asked: AskedHeader) -> Json:
    return {
        "name": asked.name,
        "in": "header",
        "description": asked.description,
        "schema": {"type": "string", "maxLength": asked.longest, "pattern": _PRINTED},
    }


def _limit() -> Json:
    least, usual, most = LIMITS
    return {
        "name": "limit",
        "in": "query",
        "description": "The most items of a page.",
        "schema": {
            "type": "integer",
            "format": "int32",
            "minimum": least,
            "maximum": most,
            "default": usual,
        },
    }


def _query_parameters(served: Sequence[Served]) -> list[Json]:
    schemas: dict[str, list[Json]] = {}
    words: dict[str, str] = {}
    for one in served:
        for name, schema, description in _of_pattern(one):
            known = schemas.setdefault(name, [])
            if schema not in known:
                known.append(schema)
            words.setdefault(name, description)
    shapes = [shape for one in served for shape in one.shapes()]
    return [
        {
            "name": name,
            "in": "query",
            **({"required": True} if all(name in shape for shape in shapes) else {}),
            "description": words[name],
            **_UNEXPLODED.get(str(found[0].get("type")), {}),
            "schema": _merged(found),
        }
        for name, found in schemas.items()
    ]


def _of_pattern(served: Served) -> Iterable[tuple[str, Json, str]]:
    for name, value in served.when.items():
        yield name, {"type": "string", "enum": [value]}, "Chooses the question."
    for name, value in served.also.items():
        yield name, {"type": "string", "enum": [value]}, "Says what the question is, if given."
    annotations = {p.name: p.annotation for p in served.plan.parameters}
    for parameter, names in served.asked:
        annotation = annotations[parameter]
        if is_sequence(annotation) and not is_range(annotation):
            items: Json = {
                "type": "array",
                "minItems": 1,
                "items": _value_schema(element_of(annotation)),
            }
            yield names[0], items, f"Several {_words(names[0])}, parted by commas."
            continue
        if not is_range(annotation):
            yield names[0], _value_schema(annotation), f"Asks for this {_words(names[0])}."
            continue
        schema = _value_schema(element_of(annotation))
        for name, end in zip(names, ("first", "last"), strict=True):
            told = f"The {end} of a range of {_words(parameter)}, itself included."
            yield name, schema, told


def _words(name: str) -> str:
    return name.replace("_", " ")


def _value_schema(annotation: object) -> Json:
    """The schema of one value as text of a query."""
    schema = cast("Json", TypeAdapter(cast("Any", annotation)).json_schema())
    kept = {name: held for name, held in schema.items() if name not in ("title", "description")}
    if kept.get("type") == "string" and not kept.keys() & {"enum", "const", "format"}:
        return {"minLength": 1, "maxLength": VALUE_LENGTH, **kept}
    return bounded(kept)


def _merged(schemas: list[Json]) -> Json:
    """One schema for a parameter that several patterns take: choices are put together."""
    if len(schemas) == 1:
        return schemas[0]
    if all(schema.keys() == {"type", "enum"} for schema in schemas):
        choices = dict.fromkeys(c for one in schemas for c in cast("list[str]", one["enum"]))
        return {"type": "string", "enum": list(choices)}
    return {"anyOf": list(schemas)}
