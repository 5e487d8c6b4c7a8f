"""A to-do table with two tenants, and its API as any kind of event reaches it."""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.observing import trace
from tabledesign.todo import table
from tabledesign.todo.entities import Member, Role, Task, TaskList, User
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.repository import TodoRepository

from .shapes import Client, Context, Reply, Sent, claims, client

__all__ = ["ADA", "ANN", "BOB", "CREATED", "CY", "EVE", "SAM", "World", "opened"]

ANN, BOB, CY, EVE = claims("ann"), claims("bob"), claims("cy"), claims("ann", "evil")
"""Three people of one tenant, and one of another who has the first one's name."""

ADA = claims("ada", **{"cognito:groups": "admin"})
SAM = claims("sam", **{"cognito:groups": "support"})
"""Who administers the tenant, and who supports it; neither is in its directory."""

Seed = Callable[[TodoRepository], None]

CREATED = datetime(2025, 11, 23, 9, tzinfo=UTC)


@dataclass
class World:
    """The engine, the routes over it, and a client of one shape."""

    engine: ScriptedEngine
    shape: str = "rest"
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        self.base = TodoRepository(self.engine, tenant="acme", cursor_keys=b"k" * 32, trace=trace)
        self.routes = todo_routes(self.base.scoped)
        self.through = self.client(self.shape)

    def failing(self, fault: Fault) -> World:
        """The same table at the same time, which fails as told."""
        clock = self.engine.clock
        return World(ScriptedEngine(self.engine, fault=fault, clock=clock), self.shape)

    def stored(self) -> list[str]:
        """All that is in the table, item by item."""
        assert isinstance(self.engine.engine, EmbeddedEngine)
        return sorted(map(str, self.engine.engine.stored(table.name)))

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


def _seed(repository: TodoRepository) -> None:
    for tenant in ("acme", "evil"):
        scoped = repository.scoped(tenant)
        scoped.put(User(user_id="ann", name="Ann", email=f"ann@{tenant}.example"))
        _list(scoped, "home", "ann")
    repository.put(User(user_id="bob", name="Bob", email="bob@acme.example"))
    repository.put(User(user_id="cy", name="Cy"))
    _list(repository, "work", "bob", ann=Role.VIEWER)
    _list(repository, "desk", "bob")
    for number, due in enumerate([date(2026, 1, 5), date(2026, 1, 9), None], start=1):
        repository.put(_task(f"a{number}", "ann", due))
    repository.put(_task("b1", "bob", date(2026, 1, 2), "desk", assignee="ann"))
    repository.put(_task("b2", "bob", date(2026, 1, 3), "desk"))
    repository.scoped("evil").put(_task("e1", "ann", None))


def _list(repository: TodoRepository, list_id: str, owner: str, **members: Role) -> None:
    title = list_id.capitalize()
    repository.put(TaskList(list_id=list_id, title=title, owner_id=owner, created_at=CREATED))
    for user_id, role in {owner: Role.OWNER, **members}.items():
        member = Member(list_id=list_id, user_id=user_id, role=role, since=CREATED)
        repository.put(member.model_copy(update={"granted_by": owner}))


def _task(task_id: str, user: str, due: date | None, list_id: str = "home", **more: Any) -> Task:
    fields: dict[str, Any] = {"title": f"Task {task_id}", "created_at": CREATED, **more}
    return Task(task_id=task_id, list_id=list_id, user_id=user, due=due, **fields)


@cache
def _seeded(seed: Seed) -> Path:
    """A file of the table as every test finds it: written once, for that takes a while."""
    folder = mkdtemp()
    # Caches are emptied where bugs are planted; the folder goes when the process does.
    atexit.register(rmtree, folder, ignore_errors=True)
    path = Path(folder) / "state"
    with embedded() as engine:
        create_table(table, engine)
        seed(TodoRepository(engine, tenant="acme"))
        engine.save(path)
    return path


@contextmanager
def opened(shape: str = "rest", seed: Seed = _seed) -> Generator[World]:
    """A world of its own, gone after the ``with`` block."""
    with embedded(_seeded(seed)) as engine:
        engine.state = None  # nothing that a test does is to be found by another
        yield World(ScriptedEngine(engine), shape)
