"""The writes that are swept by faults: every verb of a repository, batches, the to-do domain's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from tabledesign import Change, Repository, Transaction
from tabledesign.todo import TodoRepository
from tabledesign.todo.entities import Member, Role, Status, TaskList, User
from tabledesign.todo.entities import Task as Todo

from .design import House, Lease, Person, Task

__all__ = ["BATCH", "DOMAINS", "HOUSE", "TASK", "TODO", "A", "B", "Domain"]

R = TypeVar("R", bound=Repository)

A, B = Person.by_id(person_id="a"), Person.by_id(person_id="b")
TASK = Task.by_id(task_id="a")
BATCH = 30
"""What a batch is handed: more than one request takes."""
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Domain(Generic[R]):
    """A design, what is stored before each write, and the writes by name.

    A batch stores each of its items by itself; everything else happens as a whole or not at all.
    What is ``repeatable`` may be asked again after anything, and has then happened once.
    """

    repository: type[R]
    fill: Callable[[R], None]
    writes: Mapping[str, Callable[[R], object]]
    batches: Mapping[str, Callable[[R], object]]
    repeatable: frozenset[str] = frozenset()

    @property
    def scenarios(self) -> Mapping[str, Callable[[R], object]]:
        """All of them by name."""
        return {**self.writes, **self.batches}


def _fill_house(house: House) -> None:
    house.create(Person(person_id="a", email="a@y", nick="al", rank=0))
    house.create(Person(person_id="b", email="b@y"))
    house.create(Lease(desk="a", number=1, holder="h"))
    for name in ("a", "t0", "t1", "t25"):
        house.create(Task(task_id=name, user_id="u", due=1))


def _tasks() -> list[Task]:
    return [Task(task_id=f"t{number}", user_id="v", due=number) for number in range(BATCH)]


def _everyone() -> list[Any]:
    people = [Person(person_id=f"p{number}", email=f"p{number}@y") for number in range(5)]
    return [*people, *_tasks()[5:]]


HOUSE = Domain(
    House,
    _fill_house,
    {
        "create": lambda h: h.create(Person(person_id="c", email="c@y")),
        "create alone": lambda h: h.create(Task(task_id="c", user_id="u", due=1)),
        "put": lambda h: h.put(Person(person_id="c", nick="bo")),
        "put over": lambda h: h.put(Lease(desk="a", number=1, holder="z")),
        "update": lambda h: h.update(A, Change().add(rank=1).append(log=["l"])),
        "update alone": lambda h: h.update(TASK, Change().add(visits=1)),
        "rebuild": lambda h: h.update(TASK, Change().set(done=5)),
        "rules": lambda h: h.update(A, Change().set(email="new@y", team="blue").add(rank=1)),
        "upsert": lambda h: h.upsert(Person(person_id="a", email="up@y")),
        "delete": lambda h: h.delete(A),
        "delete alone": lambda h: h.delete(TASK),
        "delete if exists": lambda h: h.delete_if_exists(A),
        "move": lambda h: h.move(A, person_id="c"),
        "swap": lambda h: h.commit(
            Transaction()
            .update("a", A, Change().set(email="b@y"))
            .update("b", B, Change().set(email="a@y"))
        ),
        "once": lambda h: h.once(
            "key", Transaction().update("a", A, Change().add(rank=1)), content="c"
        ),
    },
    {
        "put many": lambda h: h.put_many(_tasks()),
        "put all": lambda h: h.put_all(_everyone()),
        "delete many": lambda h: h.delete_many(
            [Task.by_id(task_id=f"t{number}") for number in range(BATCH)]
        ),
    },
    frozenset({"once"}),
)


def _fill_todo(todo: TodoRepository) -> None:
    todo.create(User(user_id="ann", name="Ann", email="ann@y"))
    todo.create(User(user_id="bob", name="Bob"))
    todo.create(TaskList(list_id="home", title="Home"))
    todo.create(TaskList(list_id="work", title="Work"))
    todo.create(Member(list_id="home", user_id="bob", role=Role.EDITOR))
    given: dict[str, Any] = {
        "list_id": "home",
        "user_id": "ann",
        "title": "Rest",
        "created_at": NOW,
        "due": date(2026, 11, 24),
    }
    todo.create(Todo(task_id="open", **given))
    todo.create(Todo(task_id="done", status=Status.DONE, completed_at=NOW, **given))


TODO = Domain(
    TodoRepository,
    _fill_todo,
    {
        "complete": lambda t: t.complete("open", NOW),
        "reopen": lambda t: t.reopen("done"),
        "move to list": lambda t: t.move_to_list("open", "work"),
        "create list": lambda t: t.create_list("New", "ann", NOW, list_id="new"),
        "create list once": lambda t: t.create_list("New", "ann", NOW, list_id="new", key="k"),
        "share": lambda t: t.share("home", "ann", Role.OWNER, NOW),
        "change grant": lambda t: t.change_grant("home", "bob", Role.VIEWER, NOW, by="ann"),
        "unshare": lambda t: t.unshare("home", "bob", NOW),
        "delete list": lambda t: t.delete_list("home", NOW, by="ann"),
        "delete user": lambda t: t.delete_user("ann", NOW),
        "change email": lambda t: t.update(
            User.by_id(user_id="ann"), Change().set(email="ann@example.com")
        ),
    },
    {},
    frozenset({"create list once"}),
)

DOMAINS: Mapping[str, Domain[Any]] = {"house": HOUSE, "todo": TODO}
