"""Walking with cursors: whatever the page size and the direction, each row exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.engine.lanes.engines import directly

from tabledesign import Query, Repository, access_pattern
from tabledesign.engine import Engine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import embedded
from tabledesign.todo import Task, table

from .dataset import Dataset, read_dataset
from .engines import create_table, fill
from .guard import Guard

SIZES = range(1, 8)
SHORT = 500


class Walks(Repository, table=table):
    """The partitions of tasks, each in both directions."""

    @access_pattern
    def due(self, user_id: str) -> Query[Task]:
        """All tasks of a user by due date."""
        return Task.by_due.query(user_id=user_id)

    @access_pattern
    def due_backwards(self, user_id: str) -> Query[Task]:
        """All tasks of a user by due date, backwards."""
        return Task.by_due.query(user_id=user_id).latest_first()

    @access_pattern
    def done(self, user_id: str) -> Query[Task]:
        """A user's completed tasks by completion."""
        return Task.done.query(user_id=user_id)

    @access_pattern
    def done_backwards(self, user_id: str) -> Query[Task]:
        """A user's completed tasks by completion, backwards."""
        return Task.done.query(user_id=user_id).latest_first()

    @access_pattern
    def in_list(self, list_id: str) -> Query[Task]:
        """The tasks of a list by status."""
        return Task.on_board.query(list_id=list_id)

    @access_pattern
    def in_list_backwards(self, list_id: str) -> Query[Task]:
        """The tasks of a list by status, backwards."""
        return Task.on_board.query(list_id=list_id).latest_first()


# The table's own catalogue is of the repositories that ship with it.
table.repositories.pop(Walks.__qualname__)


@dataclass(eq=False)
class Loaded:
    data: Dataset
    guard: Guard
    walks: Walks


@cache
def small() -> Loaded:
    data = read_dataset("todo-comments", seed="proof")
    engine = embedded()
    create_table(engine)
    fill(engine, data.entities(), tenant="acme")
    guard = Guard(engine, table, tenant="acme")
    return Loaded(data, guard, Walks(guard, tenant="acme", cursor_keys=b"k" * 32))


def partitions(data: Dataset) -> Iterator[tuple[str, str, list[str]]]:
    """Each partition as its pattern, its argument and the ids of its rows in order."""
    oracle = data.oracle
    for user in oracle.users():
        yield "due", user, [row.id for row in oracle.tasks_by_user(user)]
        yield "done", user, [row.id for row in oracle.completed_tasks_by_user(user)][::-1]
    for list_id in oracle.lists():
        yield "in_list", list_id, [row.id for row in oracle.tasks_of_list(list_id)]


def walked(loaded: Loaded, asked: Query[Task], size: int) -> list[str]:
    """The ids of all pages; each page is one request and, but for the last, full."""
    ids: list[str] = []
    cursor: str | None = None
    loaded.guard.forget()
    pages = 0
    while cursor is not None or not pages:
        page = asked.page(size, cursor)
        pages, cursor = pages + 1, page.cursor
        ids += [task.task_id for task in page]
        assert cursor is None or len(page) == size
    assert pages == loaded.guard.requests
    return ids


def check(loaded: Loaded, pattern: str, argument: str, ids: list[str], size: int) -> None:
    for name, expected in ((pattern, ids), (f"{pattern}_backwards", ids[::-1])):
        ask: Any = getattr(loaded.walks, name)
        assert walked(loaded, ask(argument), size) == expected


def short() -> list[tuple[str, str, list[str]]]:
    found = [each for each in partitions(small().data) if len(each[2]) <= SHORT]
    return sorted(found, key=lambda each: len(each[2]))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    data = small().data
    with (
        Dynoxide(tmp_path_factory.mktemp("walks") / "todo.db") as server,
        directly(server) as engine,
    ):
        yield _on(engine, data, tasks=data.tasks.values())


# On the embedded engine every page looks at the whole partition, so that a walk costs the square
# of its rows: here the page sizes take turns on the longer ones. In `full` each has them all, on
# dynoxide, and a third of them the largest on both.
def test_each_page_size_gives_each_row_exactly_once_in_both_directions() -> None:
    found = short()
    for turn, (pattern, argument, ids) in enumerate(found):
        if len(ids) <= 12 and turn % 25 == 0:
            for size in SIZES:
                check(small(), pattern, argument, ids, size)
        elif 0 < len(ids) <= 50 and turn % 5 == 1:
            check(small(), pattern, argument, ids, SIZES[turn % len(SIZES)])
    longer = [each for each in found if len(each[2]) > 50]
    for size, (pattern, argument, ids) in zip(SIZES, longer):
        check(small(), pattern, argument, ids, size)
    assert len(longer[-1][2]) > 350
    check(small(), *longer[-1], SIZES[-1])


@pytest.mark.full
@pytest.mark.dynoxide
@pytest.mark.engines
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("size", SIZES)
def test_every_short_partition_is_walked_at_every_page_size(served: Loaded, size: int) -> None:
    for pattern, argument, ids in short():
        check(served, pattern, argument, ids, size)


@pytest.mark.full
@pytest.mark.timeout(3_600)
def test_every_third_short_partition_is_walked_in_large_pages_on_the_embedded_engine() -> None:
    for pattern, argument, ids in short()[2::3]:
        check(small(), pattern, argument, ids, SIZES[-1])


@pytest.mark.dynoxide
@pytest.mark.engines
def test_equal_index_keys_at_the_end_of_a_page_lose_no_row() -> None:
    """Many tasks without a due date share all of their key but the id."""
    data = read_dataset("todo-comments", seed=None)
    counts = {each: len(data.oracle.tasks_by_user(each)) for each in data.oracle.users()}
    user = min(counts, key=lambda each: (abs(counts[each] - 250), each))
    with Dynoxide() as server, directly(server) as engine:
        mine = [task for task in data.tasks.values() if task.user_id == user]
        loaded = _on(engine, data, tasks=mine)
        ids = [row.id for row in data.oracle.tasks_by_user(user)]
        for size in (1, 7):
            check(loaded, "due", user, ids, size)


@pytest.mark.full
@pytest.mark.dynoxide
@pytest.mark.engines
@pytest.mark.timeout(3_600)
def test_the_longest_partition_is_walked_in_pages_of_two_sizes(tmp_path: Path) -> None:
    data = read_dataset("commits", seed="proof")
    pattern, argument, ids = max(partitions(data), key=lambda each: len(each[2]))
    assert (pattern, len(ids)) == ("in_list", 15_436)
    with Dynoxide(tmp_path / "todo.db") as server, directly(server) as engine:
        its = [task for task in data.tasks.values() if task.list_id == argument]
        loaded = _on(engine, data, tasks=its)
        for size in (SIZES[1], SIZES[-1]):
            check(loaded, pattern, argument, ids, size)


def _on(engine: Engine, data: Dataset, *, tasks: Iterable[Task]) -> Loaded:
    create_table(engine)
    guard = Guard(engine, table, tenant="acme")
    walks = Walks(guard, tenant="acme", cursor_keys=b"k" * 32)
    assert walks.put_many(list(tasks)).left == ()
    return Loaded(data, guard, walks)
