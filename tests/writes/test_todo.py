"""The writes of the to-do domain: who may have an address, who shares a list, where a task is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import pytest

from tabledesign import AlreadyExists, ItemMissing, UniqueTaken
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import table
from tabledesign.todo.entities import Role, Status, Task, TaskList, User
from tabledesign.todo.repository import TodoRepository

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def watched() -> Iterator[ScriptedEngine]:
    with embedded() as engine:
        create_table(table, engine)
        yield ScriptedEngine(engine)


@pytest.fixture
def todo(watched: ScriptedEngine) -> TodoRepository:
    """Two users, two lists, and an open task on the first."""
    made = TodoRepository(watched, tenant="acme")
    made.put_all(
        [
            User(user_id="ann", name="Ann", email="ann@example.com"),
            User(user_id="bob", name="Bob"),
            TaskList(list_id="home", title="Home"),
            TaskList(list_id="work", title="Work"),
            Task(
                task_id="1",
                list_id="home",
                user_id="ann",
                title="Rest",
                created_at=NOW,
                due=date(2026, 11, 24),
            ),
        ]
    )
    watched.requests.clear()
    return made


def test_an_email_belongs_to_one_user(todo: TodoRepository) -> None:
    with pytest.raises(UniqueTaken):
        todo.put(User(user_id="bob", name="Bob", email="ann@example.com"))


def test_completing_is_one_request_and_reopening_takes_it_back(
    todo: TodoRepository, watched: ScriptedEngine
) -> None:
    todo.complete("1", NOW)
    assert ["UpdateItem"] == [request.operation for request in watched.requests]
    assert ([], ["1"]) == (ids(todo.open_tasks("ann")), ids(todo.completed_tasks("ann")))
    assert 0 == todo.open_count("home")

    assert Status.TODO is todo.reopen("1").status
    assert (["1"], []) == (ids(todo.open_tasks("ann")), ids(todo.completed_tasks("ann")))
    assert 1 == todo.open_count("home")


def test_a_task_moves_to_a_list_that_exists(todo: TodoRepository) -> None:
    assert "work" == todo.move_to_list("1", "work").list_id
    assert ([], ["1"]) == (ids(todo.tasks_of_list("home")), ids(todo.tasks_of_list("work")))

    with pytest.raises(ItemMissing) as caught:
        todo.move_to_list("1", "nowhere")
    assert "list" == caught.value.details["step"]


def test_members_are_counted_as_they_come_and_go(todo: TodoRepository) -> None:
    todo.share("home", "ann", Role.OWNER)
    todo.share("home", "bob", Role.VIEWER, NOW)
    assert 2 == todo.members_count("home")
    with pytest.raises(AlreadyExists):
        todo.share("home", "bob", Role.EDITOR)

    todo.unshare("home", "bob")
    assert 1 == todo.members_count("home")
    with pytest.raises(ItemMissing) as caught:
        todo.share("home", "nobody", Role.EDITOR)
    assert "user" == caught.value.details["step"]


def ids(tasks: Iterable[Task]) -> list[str]:
    return [task.task_id for task in tasks]
