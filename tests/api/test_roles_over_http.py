"""Who may do what, through the whole path: each route, asked by everybody that somebody may be.

What is denied leaves everything as it was, so all denials are asked of one world; what is done
is done in a world of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tabledesign.todo import Member, Role, Task, TaskList, TodoRepository, User
from tabledesign.todo.policies import ROUTES

from .shapes import claims
from .world import CREATED, World, opened

TABLE = """
                                        owner cowner editor viewer lapsed author assig. other admin sup. purp. none far
GET    /users                             403   403    403    403    403    403    403   403   200  403   403  403 200
GET    /users?email                       403   403    403    403    403    403    403   403   200  403   200  403 200
POST   /users                             403   403    403    403    403    403    403   403   201  403   403  403 201
GET    /users/me                          200   200    200    200    200    200    200   200   200  200   200  403 200
PATCH  /users/me                          200   200    200    200    200    200    200   200   200  403   403  403 200
DELETE /users/me                          403   403    403    403    403    403    403   403   403  403   403  403 403
DELETE /users/me+2nd                      204   204    204    204    204    204    204   204   204  403   403  403 204
GET    /users/{user_id}                   404   404    404    404    404    404    404   200   200  403   200  404 404
GET    /tasks                             200   200    200    200    200    200    200   200   200  403   200  403 200
POST   /tasks                             201   201    201    403    422    422    422   422   422  422   403  422 422
GET    /tasks/{task_id}                   200   200    200    200    404    200    200   404   404  403   200  404 404
PUT    /tasks/{task_id}                   200   200    200    403    404    403    403   404   404  403   403  404 404
PATCH  /tasks/{task_id}                   200   200    200    403    404    403    403   404   404  403   403  404 404
DELETE /tasks/{task_id}                   204   204    204    403    404    403    403   404   404  403   403  404 404
POST   /tasks/{task_id}/completion        200   200    200    403    404    200    200   404   404  403   403  404 404
DELETE /tasks/{task_id}/completion        200   200    200    403    404    200    200   404   404  403   403  404 404
GET    /lists                             200   200    200    200    200    200    200   200   200  403   200  403 200
POST   /lists                             201   201    201    201    201    201    201   201   201  403   403  403 201
GET    /lists/{list_id}                   200   200    200    200    404    404    404   404   404  403   200  404 404
PUT    /lists/{list_id}                   200   200    403    403    404    404    404   404   404  403   403  404 404
DELETE /lists/{list_id}                   204   204    403    403    404    404    404   404   404  403   403  404 404
GET    /lists/{list_id}/board             200   200    200    200    404    404    404   404   404  403   200  404 404
GET    /lists/{list_id}/tasks             200   200    200    200    404    404    404   404   404  403   200  404 404
GET    /lists/{list_id}/members           200   200    200    200    404    404    404   404   404  403   200  404 404
GET    /lists/{list_id}/activity          200   200    200    200    404    404    404   404   404  403   200  404 404
POST   /lists/{list_id}/members           201   201    403    403    404    404    404   404   404  403   403  404 404
PUT    /lists/{list_id}/members/{user_id} 200   200    403    403    404    404    404   404   404  403   403  404 404
DELETE /lists/{list_id}/members/{user_id} 204   204    403    403    404    404    404   404   204  403   403  404 404
DELETE /lists/{list_id}/members/me        403   403    204    204    404    404    404   404   404  403   403  404 404
GET    /lists/{list_id}/access            200   200    403    403    404    404    404   404   200  403   200  404 404
"""  # noqa: E501
"""Of the list: its owner, a granted one, an editor, a viewer and one whose grant has expired. Of
the task: whose it is and whom it is assigned to, neither a member. Of the organisation: another
member, an administrator, support, support with a purpose, somebody without a role, and an
administrator of another tenant.
"""

NEW_TASK = {"title": "Sew", "list_id": "shared"}
BODIES: dict[str, Any] = {
    "POST /users": {"name": "New"},
    "PATCH /users/me": {"name": "Changed"},
    "POST /tasks": NEW_TASK,
    "PUT /tasks/{task_id}": NEW_TASK,
    "PATCH /tasks/{task_id}": {"title": "Changed"},
    "POST /lists": {"title": "New"},
    "PUT /lists/{list_id}": {"title": "Changed"},
    "POST /lists/{list_id}/members": {"user_id": "other", "role": "viewer"},
    "PUT /lists/{list_id}/members/{user_id}": {"role": "editor"},
}
PATHS = {"{list_id}": "shared", "{task_id}": "t1"}
ROLES = {"admin": "admin", "sup.": "support", "purp.": "support", "far": "admin", "none": ""}


@dataclass(frozen=True)
class Cell:
    """One route, asked by one caller."""

    route: str
    caller: str
    status: int


def cells() -> Iterator[Cell]:
    head, *rows = TABLE.strip().splitlines()
    for row in rows:
        method, path, *statuses = row.split()
        for caller, status in zip(head.split(), statuses, strict=True):
            yield Cell(f"{method} {path}", caller, int(status))


CELLS = tuple(cells())


def seed(todo: TodoRepository) -> None:
    """The list, the task, and a record of everybody."""
    todo.put(TaskList(list_id="shared", title="Shared", owner_id="owner", created_at=CREATED))
    for name in dict.fromkeys(cell.caller for cell in CELLS):
        tenant = "evil" if name == "far" else "acme"
        todo.scoped(tenant).put(User(user_id=name.strip("."), name=name))
    grants = {"owner": Role.OWNER, "cowner": Role.OWNER, "editor": Role.EDITOR}
    for name, role in {**grants, "viewer": Role.VIEWER, "lapsed": Role.EDITOR}.items():
        expires = CREATED if name == "lapsed" else None
        todo.put(Member(list_id="shared", user_id=name, role=role, expires_at=expires))
    fields: dict[str, Any] = {"title": "T", "created_at": CREATED, "assignee": "assig"}
    todo.put(Task(task_id="t1", list_id="shared", user_id="author", **fields))


def ask(world: World, cell: Cell) -> int:
    """The status that the caller gets for a request that is right in everything else."""
    route, second, _ = cell.route.partition("+2nd")
    method, _, path = route.partition(" ")
    path, asked, _ = path.partition("?")
    for parameter, value in PATHS.items():
        path = path.replace(parameter, value)
    path = path.replace("{user_id}", "viewer" if "members" in path else "other")
    who = claims(
        cell.caller.strip("."),
        "evil" if cell.caller == "far" else "acme",
        **{"cognito:groups": ROLES.get(cell.caller, "member"), "amr": "mfa" if second else "pwd"},
    )
    headers: dict[str, Any] = {"purpose": "ticket 7"} if cell.caller == "purp." else {}
    query = {"email": "x@acme.example"} if asked else {}
    return world.ask(
        method, f"/v1{path}", who=who, send=BODIES.get(route), query=query, if_match="*", **headers
    ).status


def test_the_table_has_every_route() -> None:
    assert {*ROUTES, "DELETE /users/me+2nd"} == {cell.route for cell in CELLS}


def test_whatever_is_denied_is_denied_and_changes_nothing() -> None:
    with opened(seed=seed) as world:
        before = world.stored()
        wrong = {
            cell: status
            for cell in CELLS
            if cell.status >= 400 and (status := ask(world, cell)) != cell.status
        }

        assert {} == wrong
        assert before == world.stored()


def test_whatever_is_only_read_is_read() -> None:
    with opened(seed=seed) as world:
        reads = [cell for cell in CELLS if cell.status < 400 and cell.route.startswith("GET")]

        assert {} == {c: status for c in reads if (status := ask(world, c)) != c.status}


@pytest.mark.parametrize("route", sorted({c.route for c in CELLS if not c.route.startswith("GET")}))
def test_whatever_is_allowed_is_done(route: str) -> None:
    done = [cell for cell in CELLS if cell.route == route and cell.status < 400]
    for cell in done:
        with opened(seed=seed) as world:
            assert cell.status == ask(world, cell), cell
