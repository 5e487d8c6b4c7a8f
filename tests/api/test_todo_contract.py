"""The contract of the to-do API holds: its routes, its problems and its answers are those in it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, cast

from tabledesign.api.problem_types import PROBLEM_TYPES
from tabledesign.api.problems import ANSWERED, RULES
from tabledesign.todo.http.document import todo_document
from tabledesign.todo.http.problem_types import TODO_PROBLEM_TYPES
from tabledesign.todo.http.routes import todo_routes

SOURCE = Path(__file__).parents[2] / "src/tabledesign"
DOCUMENT: Any = todo_document()


def no_table(_tenant: str) -> NoReturn:
    raise AssertionError("routes ask nothing before they are called")


def test_every_route_stands_in_the_document_and_nothing_else() -> None:
    routes = {(route.method.lower(), route.path) for route in todo_routes(no_table)}
    told = {(method, path) for path, ways in DOCUMENT["paths"].items() for method in ways}

    assert routes == told


def answered_codes(*folders: str) -> set[tuple[int, str]]:
    """Every literal ``Problem(status, code, ...)`` of the source, in whatever way it is made."""
    return {answer for folder in folders for answer in _answered(folder)}


@cache
def _answered(folder: str) -> frozenset[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for path in (SOURCE / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(args=[ast.Constant(int(status)), ast.Constant(str(code)), *_]):
                    found.add((status, code))
                case _:
                    pass
    return frozenset(found)


def test_every_problem_that_is_raised_has_a_type_of_its_status() -> None:
    known = {(status, kind.code) for kind in TODO_PROBLEM_TYPES for status in kind.statuses}

    assert set() == answered_codes("api", "todo/http") - known


def test_every_type_of_the_web_layer_can_be_answered() -> None:
    raised = {code for _, code in answered_codes("api")} | ANSWERED | fault_codes()

    assert {kind.code for kind in PROBLEM_TYPES} == raised


def fault_codes() -> set[str]:
    """The codes of single faults, of which the first may be that of the problem."""
    text = (SOURCE / "api/inputs.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    faults = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "FieldError"]
    return {str(c.args[0].value) for c in faults if isinstance(c.args[0], ast.Constant)}


def test_every_type_of_the_to_do_api_can_be_answered() -> None:
    own = {kind.code for kind in TODO_PROBLEM_TYPES} - {kind.code for kind in PROBLEM_TYPES}

    assert own == {code for _, code in answered_codes("todo/http")} & own


def test_every_text_that_may_be_sent_has_a_longest() -> None:
    sent = {
        body["schema"]["$ref"]
        for ways in DOCUMENT["paths"].values()
        for told in ways.values()
        for body in told.get("requestBody", {}).get("content", {}).values()
    }
    schemas = {name: DOCUMENT["components"]["schemas"][name.split("/")[-1]] for name in sent}

    assert [] == [
        f"{name}: {json.dumps(part)}"
        for name, schema in schemas.items()
        for part in texts(schema)
        if not part.keys() & {"maxLength", "enum", "const"}
    ]


def texts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        if members.get("type") == "string":
            yield members
        value = list(members.values())
    if isinstance(value, list):
        for held in cast("list[object]", value):
            yield from texts(held)


def test_rules_speak_of_types_that_are_there() -> None:
    known = {kind.code: kind.status for kind in PROBLEM_TYPES}

    assert {rule.code: rule.status for rule in RULES.values()}.items() <= known.items()


def test_tags_may_be_sent_twice_as_they_are_taken() -> None:
    sent = DOCUMENT["components"]["schemas"]["NewTask"]["properties"]["tags"]

    assert ("array", False) == (sent["type"], "uniqueItems" in sent)
