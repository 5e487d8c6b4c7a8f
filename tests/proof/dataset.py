"""What is stored, as plain rows: read from a file, completed or not, with its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from tests.todo.oracle import Oracle

from tabledesign.schema.entity import Entity
from tabledesign.todo import AccessRecord, Member, Task, TaskList, User
from tabledesign.todo.enrichment import user_facts
from tabledesign.todo.entities import Priority, Role, Status, UserRole
from tabledesign.todo.roster import Membership, Roster
from tabledesign.todo.row import Row, as_given
from tabledesign.todo.rows import Reader

__all__ = ["FILES", "Dataset", "read_dataset", "task_in"]

FILES = {
    name: Path(__file__).parents[2] / "examples" / "data" / f"{name}.ndjson.gz"
    for name in ("todo-comments", "commits")
}


def task_in(row: Row) -> Task:
    """The task that a row describes, spelled out here anew."""
    assert row.status is not None
    return Task(
        task_id=row.id,
        list_id=row.list,
        user_id=row.user,
        title=row.title,
        notes=row.notes,
        tags=frozenset(row.tags),
        status=Status(row.status),
        priority=Priority(row.priority or "normal"),
        due=row.due,
        created_at=row.created_at,
        completed_at=row.completed_at,
        completed_by=row.completed_by,
        assignee=row.assignee,
        kind=row.kind,
        source=row.file,
    )


@dataclass(eq=False)
class Dataset:
    """Rows that have a status, and the users, lists and members that belong to them."""

    name: str
    rows: list[Row]
    users: dict[str, User]
    lists: dict[str, TaskList]
    memberships: list[Membership] = field(default_factory=list[Membership])
    records: list[AccessRecord] = field(default_factory=list[AccessRecord])

    @cached_property
    def oracle(self) -> Oracle:
        """Filter and sort over all of it."""
        return Oracle(self.rows, members=self.memberships)

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """Every task by its id."""
        return {row.id: task_in(row) for row in self.rows}

    def tasks_in(self, rows: Iterable[Row]) -> list[Task]:
        """The tasks of these rows, in their order."""
        return [self.tasks[row.id] for row in rows]

    def entities(self) -> list[Entity]:
        """All that is to be stored."""
        people: list[Entity] = [*self.users.values(), *self.lists.values()]
        return [*people, *members_in(self.memberships), *self.records, *self.tasks.values()]

    def deletions(self) -> list[TaskList | User]:
        """What is being deleted: lists, then users, each by when, then by id."""
        lists = [(each.deleted_at, each.list_id, each) for each in self.lists.values()]
        users = [(each.deleted_at, each.user_id, each) for each in self.users.values()]
        return [
            *(each for at, _, each in sorted(lists, key=_hidden_since) if at is not None),
            *(each for at, _, each in sorted(users, key=_hidden_since) if at is not None),
        ]

    def records_of(self, list_id: str) -> list[AccessRecord]:
        """What became of access to a list, oldest first."""
        of_list = [each for each in self.records if each.list_id == list_id]
        return sorted(of_list, key=lambda each: (each.at, each.record_id))

    def heaviest(self, count: int) -> list[str]:
        """The users with the most tasks."""
        oracle = self.oracle
        return sorted(oracle.users(), key=lambda user: -len(oracle.tasks_by_user(user)))[:count]


def _hidden_since(hidden: tuple[datetime | None, str, object]) -> tuple[object, ...]:
    at, identity, _ = hidden
    return (at is None, at or identity, identity)


def members_in(memberships: Iterable[Membership]) -> list[Member]:
    """The members of these memberships, in their order."""
    return [
        Member(list_id=each.list_id, user_id=each.user_id, role=Role(each.role))
        for each in memberships
    ]


def read_dataset(name: str, *, seed: str | None) -> Dataset:
    """A file of `examples/data`: as it is for no seed, else with what it lacks derived."""
    rows: list[Row] = []
    for row in Reader(FILES[name]):
        assert isinstance(row, Row)
        rows.append(row)
    roster = Roster(seed or "")
    people: set[str] = set()
    for row in rows:
        roster.see(row)
        people.update(user for user in (row.user, row.completed_by, row.assignee) if user)
    memberships: list[Membership] = []
    lists: dict[str, TaskList] = {}
    for list_id in roster.lists():
        owner = None if seed is None else roster.team(list_id)[0]
        lists[list_id] = TaskList(list_id=list_id, title=list_id, owner_id=owner)
        memberships += [] if seed is None else roster.members(list_id)
    complete = as_given if seed is None else roster.enrich
    return Dataset(
        name=name if seed is None else f"{name}, enriched",
        rows=[complete(row) for row in rows],
        users={user_id: _user(user_id, seed) for user_id in sorted(people)},
        lists=lists,
        memberships=memberships,
    )


def _user(user_id: str, seed: str | None) -> User:
    if seed is None:
        return User(user_id=user_id, name=user_id)
    facts = user_facts(user_id, seed)
    role = UserRole(facts.role)
    return User(user_id=user_id, name=facts.name, email=facts.email, role=role)
