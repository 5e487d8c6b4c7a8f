"""A to-do table with rows that no attacker may see, and what its API says to whoever asks."""

from __future__ import annotations

import io
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.protocol import Engine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.testing.truth import scan
from tabledesign.todo import table
from tabledesign.todo.entities import Member, Role, Task, TaskList, User
from tabledesign.todo.http.routes import todo_routes
from tabledesign.todo.repository import TodoRepository
from tabledesign.wire import Item, Request

from .callers import Caller
from .carrying import Carried, carried_by
from .planted import CANARY, FOREIGN, KNOWN, MINE, PRIVATE, RECORD, TABLE, VICTIM

__all__ = ["Besieged", "besieged"]

CREATED: Final = datetime(2025, 11, 23, 9, tzinfo=UTC)
TENANTS: Final = ("acme", "mallory", f"globex-{KNOWN}")


@dataclass
class _Kept(logging.Handler):
    """Every record that is logged, with all that a formatter could write of it."""

    texts: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        told = logging.Formatter().format(record)
        self.texts.append(f"{told} {record.__dict__!r}")


class Besieged:
    """The table, its routes behind five kinds of event, and everything they log."""

    def __init__(self, engine: Engine) -> None:
        self.engine = ScriptedEngine(engine)
        self.logged, self.printed = _Kept(), io.StringIO()
        self.base = TodoRepository(
            self.engine, tenant="acme", table_name=TABLE, cursor_keys=b"k" * 32
        )
        self.routes = todo_routes(self.base.scoped)
        self.through: Mapping[str, Carried] = carried_by(self.routes, self.engine.clock)
        _fill(self.base)
        self.first = self._rows()
        self.guarded = self._guarded()
        self.cursor = f"{self.base.tasks_of_user('ann').page(limit=1).cursor}"
        foreign = self.base.scoped(TENANTS[2]).tasks_of_user("ann").page(limit=1)
        self.foreign_cursor = f"{foreign.cursor}"

    def may_see(self, caller: Caller, row: Mapping[str, Any]) -> bool:
        """Whether a task or a list of an answer is stored for this tenant, and for this person."""
        repository, subject = self.base.scoped(caller.tenant), caller.subject
        if "support" in caller.roles or ("admin" in caller.roles and "task_id" not in row):
            return True
        list_id = str(row.get("list_id"))
        if "task_id" in row:
            task = repository.get(Task.by_id(task_id=row["task_id"]))
            if task is None:
                return CANARY not in f"{row}"  # it is told again what was made, and since deleted
            if subject in (task.user_id, task.assignee):
                return task.title == row["title"] or CANARY not in f"{row}"
            list_id = task.list_id
        task_list = repository.get(TaskList.by_id(list_id=list_id))
        member = repository.get(Member.by_id(list_id=list_id, user_id=subject))
        return member is not None or (task_list is not None and task_list.owner_id == subject)

    def reset(self) -> None:
        """Everything is stored as it was at first."""
        held = self._rows()
        writes: list[Any] = [
            {"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}}
            for key, item in held.items()
            if key not in self.first
        ]
        writes += [
            {"PutRequest": {"Item": item}}
            for key, item in self.first.items()
            if held.get(key) != item
        ]
        for start in range(0, len(writes), 25):
            asked = {"RequestItems": {TABLE: writes[start : start + 25]}}
            self.engine.send(Request("BatchWriteItem", asked))
        self.engine.requests.clear()
        self.told()

    def told(self) -> list[str]:
        """What has been logged and printed since it was asked last."""
        told = [*self.logged.texts, *self.printed.getvalue().splitlines()]
        self.logged.texts.clear()
        self.printed.seek(0)
        self.printed.truncate()
        return told

    def touched(self) -> list[str]:
        """What has become of rows that no attacker may change: their keys, where it is anything."""
        now = self._guarded()
        keys = self.guarded.keys() | now.keys()
        return sorted(key for key in keys if self.guarded.get(key) != now.get(key))

    def _rows(self) -> dict[str, Item]:
        return {f"{item['pk']} {item['sk']}": item for item in scan(self.engine, TABLE)}

    def _guarded(self) -> dict[str, Item]:
        """The other tenant's rows, and the victim's."""
        return {
            key: item
            for key, item in self._rows().items()
            if TENANTS[2] in key or item.get("user_id") == {"S": VICTIM}
        }


def _fill(base: TodoRepository) -> None:
    for user in MINE["user_id"]:
        base.put(User(user_id=user, name=user.title(), email=f"{user}@acme.example"))
    for list_id, owner, others in (
        ("home", "ann", {"bob": Role.EDITOR}),
        ("work", "bob", {"ann": Role.VIEWER}),
        ("plan", "ada", {}),
    ):
        _list(base, list_id, list_id, owner, others)
    for number, due in enumerate([date(2026, 1, 5), date(2026, 1, 9), None], start=1):
        base.put(_task(f"a{number}", "home", "ann", due=due))
    base.put(_task("b1", "work", "bob", assignee="ann"))
    base.put(User(user_id=VICTIM, name=RECORD, email=f"{RECORD}@acme.example"))
    _list(base, FOREIGN["list_id"][0], PRIVATE, VICTIM, {})
    base.put(_task(FOREIGN["task_id"][0], FOREIGN["list_id"][0], VICTIM, notes=PRIVATE))
    other = base.scoped("mallory")
    _list(other, "home", "Home", "mal", {})
    other.put(_task("m1", "home", "mal"))
    _fill_foreign(base.scoped(TENANTS[2]))


def _fill_foreign(globex: TodoRepository) -> None:
    """Another tenant, with the same names of people and lists, and ids of its own besides."""
    for user in ("ann", FOREIGN["user_id"][1]):
        globex.put(User(user_id=user, name=CANARY, email=f"{user}-{CANARY}@globex.example"))
    for list_id in ("home", FOREIGN["list_id"][1]):
        _list(globex, list_id, CANARY, "ann", {"mal": Role.EDITOR})
    for task_id in ("a1", FOREIGN["task_id"][1], f"{CANARY}-g2"):
        globex.put(_task(task_id, "home", "ann", notes=CANARY, title=CANARY, assignee="bob"))


def _list(
    repository: TodoRepository, list_id: str, title: str, owner: str, others: Mapping[str, Role]
) -> None:
    repository.put(TaskList(list_id=list_id, title=title, owner_id=owner))
    for user, role in {owner: Role.OWNER, **others}.items():
        repository.put(Member(list_id=list_id, user_id=user, role=role))


def _task(task_id: str, list_id: str, user: str, **more: Any) -> Task:
    fields: dict[str, Any] = {"title": f"Task {task_id}", "created_at": CREATED, **more}
    return Task(task_id=task_id, list_id=list_id, user_id=user, **fields)


@contextmanager
def besieged() -> Generator[Besieged]:
    """A table of its own, gone after the ``with`` block; what is logged meanwhile is kept."""
    root, own = logging.getLogger(), logging.getLogger("tabledesign")
    levels = root.level, own.level
    with embedded() as engine:
        create_table(table, engine, table_name=TABLE)
        made = Besieged(engine)
        root.addHandler(made.logged)
        root.setLevel(logging.INFO)  # botocore's DEBUG is all that goes over the wire
        own.setLevel(logging.DEBUG)
        try:
            with redirect_stdout(made.printed):
                yield made
        finally:
            root.removeHandler(made.logged)
            root.setLevel(levels[0])
            own.setLevel(levels[1])
