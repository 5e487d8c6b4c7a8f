"""A to-do table with two tenants, and its API as any kind of event reaches it."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.todo import table
from tabledesign.todo.entities import Member, Role, Task, TaskList
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.repository import TodoRepository

from .shapes import Client, Context, Reply, Sent, claims, client

__all__ = ["ANN", "BOB", "CREATED", "EVE", "World", "opened"]

ANN, BOB, EVE = claims("ann"), claims("bob"), claims("ann", "evil")
"""Two people of one tenant, and one of another who has the first one's name."""

CREATED = datetime(2025, 11, 23, 9, tzinfo=UTC)


@dataclass
class World:
    """The engine, the routes over it, and a client of one shape."""

    engine: ScriptedEngine
    shape: str = "rest"
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        self.base = TodoRepository(self.engine, tenant="acme", cursor_keys=b"k" * 32)
        self.routes = todo_routes(self.base.scoped)
        self.through = self.client(self.shape)

    def failing(self, fault: Fault) -> World:
        """The same table at the same time, which fails as told."""
        clock = self.engine.clock
        return World(ScriptedEngine(self.engine, fault=fault, clock=clock), self.shape)

    def client(self, shape: str) -> Client:
        """A client of any shape."""
        return client(shape, self.routes, clock=self.engine.clock, context=self.context)

    def ask(
        self,
        method: str,
        path: str,
        *,
        who: Mapping[str, Any] | None = ANN,
        send: Any = None,
        raw: bytes | None = None,
        query: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Reply:
        """Send one request; ``send`` is its body as JSON, ``if_match=`` a header's value."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = raw
        if send is not None:
            body = json.dumps(send).encode()
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            named.setdefault("content-type", kind)
        return self.through(Sent(method, path, tuple((query or {}).items()), named, body, who))


def _seed(world: World) -> None:
    for tenant in ("acme", "evil"):
        repository = world.base.scoped(tenant)
        repository.put(TaskList(list_id="home", title="Home", owner_id="ann"))
        repository.put(Member(list_id="home", user_id="ann", role=Role.OWNER))
    acme = world.base
    acme.put(TaskList(list_id="work", title="Work", owner_id="bob"))
    acme.put(Member(list_id="work", user_id="bob", role=Role.OWNER))
    acme.put(Member(list_id="work", user_id="ann", role=Role.VIEWER))
    acme.put(TaskList(list_id="desk", title="Desk", owner_id="bob"))
    acme.put(Member(list_id="desk", user_id="bob", role=Role.OWNER))
    for number, due in enumerate([date(2026, 1, 5), date(2026, 1, 9), None], start=1):
        acme.put(_task(f"a{number}", "ann", due))
    acme.put(_task("b1", "bob", date(2026, 1, 2), "desk", assignee="ann"))
    acme.put(_task("b2", "bob", date(2026, 1, 3), "desk"))
    world.base.scoped("evil").put(_task("e1", "ann", None))


def _task(task_id: str, user: str, due: date | None, list_id: str = "home", **more: Any) -> Task:
    fields: dict[str, Any] = {"title": f"Task {task_id}", "created_at": CREATED, **more}
    return Task(task_id=task_id, list_id=list_id, user_id=user, due=due, **fields)


@contextmanager
def opened(shape: str = "rest") -> Generator[World]:
    """A world of its own, gone after the ``with`` block."""
    with embedded() as engine:
        create_table(table, engine)
        world = World(ScriptedEngine(engine), shape)
        _seed(world)
        world.engine.requests.clear()
        yield world
