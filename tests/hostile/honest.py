"""A request as a client in good faith sends it, of any route: what attackers start from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel

from tabledesign.api.routing import Route
from tabledesign.testing.source import Source, chance, choice, some, weighted

from .attack import Attack, Pairs
from .callers import GENUINE, Caller
from .planted import MINE, SECRET

__all__ = ["FIELDS", "drawn_value", "honest"]

FIELDS: Final[Mapping[str, Sequence[Any]]] = {
    **MINE,
    "title": ("Sew", f"Näh {SECRET} 🏴"),
    "name": ("Ann", "Åse 🏴"),
    "email": ("ann@acme.example", f"{SECRET}@acme.example"),
    "notes": (None, SECRET, "x" * 900),
    "tags": ([], ["b", "a"], ["🏴"]),
    "priority": ("low", "normal", "high"),
    "role": ("viewer", "editor"),
    "purpose": ("the harvest", SECRET),
    "due": ("2026-01-07", None),
    "assignee": ("bob", None),
    "status": ("todo", "doing"),
}
"""What goes well in a field, or in a parameter of that name."""

PARAMETERS: Final[Mapping[str, Sequence[str]]] = {
    **MINE,
    "status": ("open", "done", "todo"),
    "assignee": ("ann", "bob"),
    "email": ("ann@acme.example",),
    "limit": ("1", "2", "25"),
    "order": ("latest", "soonest", "asc", "desc"),
}

SEEN: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "ann": {
        "task_id": ("a1", "a2", "a3", "b1"),
        "list_id": ("home", "work"),
        "user_id": ("bob", "me"),
    },
    "bob": {"task_id": ("b1", "a1"), "list_id": ("work", "home"), "user_id": ("ann", "me")},
    "mal": {"task_id": ("m1",), "list_id": ("home",), "user_id": ("mal",)},
    "ada": {"task_id": ("a1",), "list_id": ("plan", "home"), "user_id": ("ann", "bob")},
}
"""What a caller has some right to."""

CALLERS: Final = tuple(zip(GENUINE, (12, 5, 2, 4, 3, 3, 1), strict=True))

_BRACES = re.compile(r"\{(\w+)\}")


def honest(source: Source, routes: Sequence[Route], cursor: str) -> Attack:
    """A request that may well succeed."""
    route = choice(source, routes)
    caller: Caller = weighted(source, CALLERS)
    theirs = SEEN.get(caller.subject, SEEN["ann"])
    path = _BRACES.sub(lambda found: choice(source, theirs.get(found[1], ("x",))), route.path)
    body, headers = None, _headers(source, route)
    if route.operation is not None and route.operation.body is not None:
        body = json.dumps(_body(source, route.operation.body), ensure_ascii=False).encode()
    query = urlencode(_query(source, route, cursor))
    return Attack(
        route.method, path, caller, query, headers, body, chunk=choice(source, (7, 65_536)),
        decoded=chance(source, 50), route=f"{route.method} {route.path}",
    )  # fmt: skip


def drawn_value(source: Source, name: str, kind: str = "string") -> Any:
    """A value that a field of the name may well have."""
    if name in FIELDS:
        return choice(source, FIELDS[name])
    if name.endswith(("_at", "_since", "_until", "until", "since")):
        return "2026-03-01T00:00:00Z"
    usual: dict[str, Any] = {"integer": 1, "boolean": True, "array": [], "object": {}}
    return usual.get(kind, "x")


def _headers(source: Source, route: Route) -> Pairs:
    operation = route.operation
    given = [("User-Agent", "test"), ("Cookie", f"session={SECRET}"), ("X-Api-Key", SECRET)]
    headers = some(source, [*given, ("Purpose", f"ticket {SECRET}")], percent=30)
    if operation is None:
        return tuple(headers)
    if operation.body is not None:
        headers.append(("Content-Type", operation.body_types[0]))
    if operation.match:
        headers.append(("If-Match", "*"))
    if operation.keyed and chance(source, 50):
        headers.append(("Idempotency-Key", f"{SECRET}-{source.integer(1, 9)}"))
    return tuple(headers)


def _body(source: Source, model: type[BaseModel]) -> dict[str, Any]:
    names, required = _members(model)
    return {
        name: drawn_value(source, name, kind)
        for name, kind in names.items()
        if name in required or chance(source, 40)
    }


@cache
def _members(model: type[BaseModel]) -> tuple[Mapping[str, str], frozenset[str]]:
    schema = model.model_json_schema()
    members = schema.get("properties", {})
    names = {name: str(member.get("type", "string")) for name, member in members.items()}
    return names, frozenset(schema.get("required", ()))


def _query(source: Source, route: Route, cursor: str) -> list[tuple[str, str]]:
    if not route.served:
        return []
    served = choice(source, route.served)
    asked = dict(served.when)
    for name in sorted(served.parameters - served.when.keys()):
        if chance(source, 70):
            asked[name] = _parameter(source, name)
    if chance(source, 30):
        asked["limit"] = choice(source, PARAMETERS["limit"])
    if chance(source, 20):
        asked["cursor"] = cursor
    return list(asked.items())


def _parameter(source: Source, name: str) -> str:
    if name in PARAMETERS:
        return choice(source, PARAMETERS[name])
    if name.startswith(("completed", "created", "updated")):
        return "2026-01-01T00:00:00Z"
    return choice(source, ("2026-01-01", "2026-01-09"))
