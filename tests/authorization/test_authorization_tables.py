"""Nothing that can be asked for is without a decision, and the page says what the policies do."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import TodoRepository
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.policies import INTERNAL, PATTERNS, ROUTES, Action

OWN = ("tabledesign.todo.repository", "tabledesign.todo.sharing")
ROOT = Path(__file__).parents[2]
SCHEMA = files("tabledesign.todo.policies").joinpath("todo.cedarschema").read_text(encoding="utf-8")
DECLARED = re.compile(r"action ([^;{}]+?)(?: in \[[^]]*\])?\s+appliesTo.+?resource: \[(\w+)\]")

RESOURCES = """
    GET /users, POST /users, GET /users/{user_id}, GET /users/me, PATCH /users/me, DELETE /users/me,
    GET /tasks, POST /tasks, GET /tasks/{task_id}, PUT /tasks/{task_id}, PATCH /tasks/{task_id},
    DELETE /tasks/{task_id}, POST /tasks/{task_id}/completion, DELETE /tasks/{task_id}/completion,
    GET /lists, POST /lists, GET /lists/{list_id}, PUT /lists/{list_id}, DELETE /lists/{list_id},
    GET /lists/{list_id}/tasks, GET /lists/{list_id}/members, POST /lists/{list_id}/members,
    PUT /lists/{list_id}/members/{user_id}, DELETE /lists/{list_id}/members/{user_id},
    GET /lists/{list_id}/access
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "scripts/authorization_page.py"
    spec = importlib.util.spec_from_file_location("authorization_page", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_pattern_and_verb_of_the_repository_is_decided_and_nothing_else() -> None:
    own = [kind for kind in TodoRepository.__mro__ if kind.__module__ in OWN]
    there = {name for kind in own for name in vars(kind) if not name.startswith("_")}

    assert there == set(PATTERNS) | INTERNAL
    assert set() == set(PATTERNS) & INTERNAL


def test_every_resource_of_the_api_is_decided() -> None:
    wanted = {" ".join(route.split()) for route in RESOURCES.split(",")}

    assert set() == wanted - set(ROUTES)


def test_every_route_that_is_there_is_decided() -> None:
    there = todo_routes(lambda tenant: TodoRepository(ScriptedEngine(), tenant=tenant))

    assert set() == {f"{route.method} {route.path.removeprefix('/v1')}" for route in there} - set(
        ROUTES
    )


def test_every_action_is_that_of_one_route() -> None:
    assert sorted(action.value for action in Action) == sorted(
        action.value for action in ROUTES.values()
    )


def test_the_schema_declares_the_actions_with_the_kinds_they_have_here() -> None:
    declared = {
        name.strip(): kind for names, kind in DECLARED.findall(SCHEMA) for name in names.split(",")
    }

    assert {action.value: action.kind.value for action in Action} == declared


def test_the_page_says_what_the_policies_say(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == script.main(["--check"]), capsys.readouterr().out


def test_a_page_that_was_edited_is_told_and_written_anew(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "authorization.md"
    monkeypatch.setattr(script, "PAGE", page)
    codes = [script.main(["--check"]), script.main(["--write"]), script.main(["--check"])]
    page.write_text(page.read_text(encoding="utf-8").replace("2nd", "yes"), encoding="utf-8")

    assert [1, 0, 0, 1] == [*codes, script.main(["--check"])]


def test_the_domain_and_the_names_of_the_policies_are_there_without_cedar() -> None:
    code = """
import sys
sys.modules["cedarpy"] = None
import tabledesign.todo
from tabledesign.errors import InputError
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.policies import PATTERNS, prepare
try:
    prepare()
except InputError as error:
    print(error.code, len(PATTERNS) > 20)
"""
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert "policies.not_installed True\n" == ran.stdout


def test_asking_for_the_names_does_not_load_the_engine() -> None:
    code = "import sys, tabledesign.todo.policies; print('cedarpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert "False\n" == ran.stdout
