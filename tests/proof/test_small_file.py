"""All 6,367 tasks of a real file, every pattern, every list: plain Python agrees.

Every third user is asked about here, every one of them in `full`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from random import Random

import pytest

from tabledesign.engine.embedded import embedded
from tabledesign.todo import TodoRepository, table
from tabledesign.todo.importing import Importer
from tabledesign.todo.row import Row

from .checking import check, counts_of
from .dataset import FILES, Dataset, read_dataset
from .engines import create_table
from .guard import Guard
from .questions import of_ids, of_list, of_user

NOT_IN_A_FILE = {
    "access_of_list",
    "activity_of_list",
    "deletions",
    "parked_records",
}  # what was done to a table, and not what is in a file
NEVER_ANSWERED = {
    None: {
        # The file has no due dates, no emails and no members, and nothing is derived.
        *NOT_IN_A_FILE, "lists_of_user", "members_of_list", "overdue_tasks", "tasks_due",
        "tasks_of_list_due", "user_by_email",
    },
    "proof": NOT_IN_A_FILE,
}  # fmt: skip


@dataclass(eq=False)
class Loaded:
    data: Dataset
    guard: Guard
    todo: TodoRepository
    seed: str | None


@pytest.fixture(params=[None, "proof"], ids=["as it is", "enriched"])
def loaded(request: pytest.FixtureRequest) -> Loaded:
    return load(request.param)


@cache  # tests come in random order, and a fixture of the module would be loaded many times
def load(seed: str | None) -> Loaded:
    data = read_dataset("todo-comments", seed=seed)
    engine = embedded()
    create_table(engine)
    guard = Guard(engine, table, tenant="acme")
    todo = TodoRepository(guard, tenant="acme", cursor_keys=b"k" * 32)
    Importer(todo, FILES["todo-comments"], seed=seed).run()
    return Loaded(data, guard, todo, seed)


def test_every_pattern_gives_what_plain_python_gives(loaded: Loaded) -> None:
    ask_everything(loaded, loaded.data.oracle.users()[::3])


@pytest.mark.full
def test_every_pattern_gives_what_plain_python_gives_for_every_user(loaded: Loaded) -> None:
    ask_everything(loaded, loaded.data.oracle.users())


def ask_everything(loaded: Loaded, users: Sequence[str]) -> None:
    data, random = loaded.data, Random(18)
    questions = chain(
        chain.from_iterable(of_user(data, user, random) for user in users),
        chain.from_iterable(of_list(data, list_id, random) for list_id in data.oracle.lists()),
        of_ids(data, random, count=250),
    )
    counts = counts_of(questions, lambda each: check(loaded.todo, loaded.guard, each))
    counts.report()
    patterns = set(TodoRepository.__patterns__)
    assert {name for name in patterns if not counts.answered[name]} == NEVER_ANSWERED[loaded.seed]


def test_every_task_is_found_by_its_id(loaded: Loaded) -> None:
    ids = list(loaded.data.tasks)
    assert loaded.todo.tasks_by_id(ids).all() == [loaded.data.tasks[each] for each in ids]


def test_a_stored_task_holds_what_its_row_says(loaded: Loaded) -> None:
    for row in loaded.data.rows:
        assert said_by(row) == told(loaded, row)


def said_by(row: Row) -> tuple[object, ...]:
    return (
        row.list, row.user, row.title, row.notes, frozenset(row.tags), row.status,
        row.priority or "normal", row.due, row.created_at, row.completed_at, row.completed_by,
        row.assignee, row.kind, row.file,
    )  # fmt: skip


def told(loaded: Loaded, row: Row) -> tuple[object, ...]:
    task = loaded.data.tasks[row.id]
    return (
        task.list_id, task.user_id, task.title, task.notes, task.tags, task.status.value,
        task.priority.value, task.due, task.created_at, task.completed_at, task.completed_by,
        task.assignee, task.kind, task.source,
    )  # fmt: skip


def test_counting_agrees_with_reading(loaded: Loaded) -> None:
    oracle = loaded.data.oracle
    for user in loaded.data.heaviest(5):
        assert len(oracle.tasks_by_user(user)) == loaded.todo.tasks_of_user(user).count()
        assert len(oracle.open_tasks_by_user(user)) == loaded.todo.open_tasks(user).count()


def test_nobody_and_nothing_are_answered_with_nothing(loaded: Loaded) -> None:
    todo = loaded.todo
    assert todo.user("nobody").first() is None
    assert (list(todo.tasks_of_user("nobody")), list(todo.board("nothing"))) == ([], [])


def test_another_tenant_sees_nothing(loaded: Loaded) -> None:
    user, list_id = loaded.data.heaviest(1)[0], next(iter(loaded.data.lists))
    for tenant in ("acm", "acmee", "acme#", "Acme"):
        engine = loaded.guard.engine
        other = TodoRepository(engine, tenant=tenant, cursor_keys=b"k" * 32)
        assert list(other.tasks_of_user(user)) == []
        assert list(other.board(list_id)) == []
        assert list(other.users()) == []
