"""Routes, actions and access patterns: none is without the others, and each is really reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from tabledesign.api.exchange import Answer
from tabledesign.errors import InputError
from tabledesign.todo import TodoRepository
from tabledesign.todo.http import task_operations
from tabledesign.todo.http.guard import Guard
from tabledesign.todo.http.models_fields import Sent
from tabledesign.todo.http.reach import REACHED, UNREACHED
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.policies import INTERNAL, PATTERNS, ROUTES

from .test_roles_over_http import CELLS, ask, seed
from .world import World, opened


@pytest.fixture
def names(world: World) -> set[str]:
    return {f"{route.method} {route.path.removeprefix('/v1')}" for route in world.routes}


def test_the_routes_are_those_that_are_decided(names: set[str]) -> None:
    assert {route.partition("?")[0] for route in ROUTES} == names


def test_a_route_without_an_action_cannot_be_made() -> None:
    guard = Guard(lambda tenant: pytest.fail("nothing is asked"))

    def undone(*_: object) -> Answer:
        raise AssertionError("nothing is done")

    makers: list[tuple[Callable[..., Any], str, str]] = [
        (guard.on_task, "POST", "/tasks/{task_id}/copy"),
        (guard.undecided, "GET", "/everything"),
        (guard.on_list, "GET", "/tasks/{task_id}"),
        (guard.on_me, "GET", "/users"),
    ]
    for maker, method, path in makers:
        with pytest.raises(InputError) as caught:
            maker(method, path, undone, task_operations.READ)

        assert "routes.no_action" == caught.value.code


def test_every_pattern_is_reached_by_a_route_or_it_is_said_why_not(world: World) -> None:
    listed = {served.plan.name for route in world.routes for served in route.served}

    assert {*PATTERNS, *INTERNAL} == listed | REACHED.keys() | UNREACHED.keys() | INTERNAL
    assert set() == UNREACHED.keys() & (listed | REACHED.keys())
    assert set() == INTERNAL & (listed | REACHED.keys())


def test_what_handlers_are_said_to_call_they_call(monkeypatch: pytest.MonkeyPatch) -> None:
    called: set[str] = set()

    def noted(name: str) -> Callable[..., Any]:
        real = getattr(TodoRepository, name)
        own = vars(TodoRepository).get(name)

        def call(self: TodoRepository, *given: Any, **options: Any) -> Any:
            called.add(name)
            bound = own.__get__(self, type(self)) if own is not None else real.__get__(self)
            return bound(*given, **options)

        return call

    for name in REACHED:
        monkeypatch.setattr(TodoRepository, name, noted(name))
    missed: list[str] = []
    for name, route in REACHED.items():
        wanted = route + ("+2nd" if name == "delete_user" else "")
        cell = next(c for c in CELLS if c.route == wanted and c.status < 400)
        called.clear()
        with opened(seed=seed) as world:
            if name == "reopen":
                ask(world, next(c for c in CELLS if c.route == "POST /tasks/{task_id}/completion"))
            ask(world, cell)
        missed += [name] if name not in called else []

    assert [] == missed


def test_every_route_says_what_it_takes_and_answers(world: World) -> None:
    ids = [route.operation.id for route in world.routes if route.operation is not None]

    assert len(world.routes) == len(set(ids))
    for route in world.routes:
        operation = route.operation
        assert operation is not None
        assert operation.keyed == (route.method == "POST"), route.path
        conditional = route.method in ("PUT", "PATCH", "DELETE")
        alone = route.path.endswith(("/completion", "/members/me"))
        assert operation.match == (conditional and not alone), route.path


SERVER_OWNED = (
    "task_id", "created_at", "completed_at", "completed_by", "owner_id", "since", "granted_by",
    "deleted_at", "record_id", "tenant", "kind", "source", "by", "at", "version", "etag", "pk",
    "sk", "gsi1pk", "entity", "id", "ttl", "__class__",
)  # fmt: skip


@pytest.mark.parametrize("name", SERVER_OWNED)
def test_what_the_server_owns_is_refused_wherever_it_is_sent(world: World, name: str) -> None:
    from .world import ADA, ANN

    sent: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/v1/tasks", {"title": "x", "list_id": "home"}),
        ("PUT", "/v1/tasks/a1", {"title": "x", "list_id": "home"}),
        ("PATCH", "/v1/tasks/a1", {"title": "x"}),
        ("POST", "/v1/lists", {"title": "x"}),
        ("PUT", "/v1/lists/home", {"title": "x"}),
        ("POST", "/v1/lists/home/members", {"user_id": "cy", "role": "viewer"}),
        ("PUT", "/v1/lists/home/members/ann", {"role": "owner"}),
        ("POST", "/v1/users", {"name": "x"}),
        ("PATCH", "/v1/users/me", {"name": "x"}),
    ]
    before = world.stored()
    for method, path, body in sent:
        who = ADA if path == "/v1/users" else ANN
        reply = world.ask(method, path, who=who, send={**body, name: "mine"}, if_match="*")
        faults = [fault["pointer"] for fault in reply.json["errors"]]

        assert (422, [f"/{name}"]) == (reply.status, faults), (method, path)
    assert before == world.stored()


def test_every_body_refuses_what_it_does_not_know(world: World) -> None:
    bodies = [r.operation.body for r in world.routes if r.operation and r.operation.body]

    assert len(bodies) >= 9
    assert [] == [body for body in bodies if not issubclass(body, Sent)]


def test_no_answer_tells_what_is_not_declared(world: World) -> None:
    """The answers of a few reads, by the models that their routes declare."""
    for path in ("/v1/tasks/a1", "/v1/lists/home", "/v1/users/me", "/v1/lists/home/members"):
        reply = world.ask("GET", path)
        operation = next(r.operation for r in world.routes if r.method == "GET" and r.fits(path))
        assert operation is not None
        model = operation.answers[200]
        assert model is not None
        told = reply.json["items"][0] if operation.paged else reply.json

        assert set(_fields(model)) == set(told), path


def _fields(model: type[BaseModel]) -> list[str]:
    return [name for name in get_type_hints(model) if name in model.model_fields]


def test_all_routes_are_made_from_a_repository_alone() -> None:
    routes = todo_routes(lambda tenant: pytest.fail("nothing is asked"))

    assert len(ROUTES) - 1 == len(routes), "that of an address is the directory's"
