"""`todo drain`: what it takes away, what it leaves to the next run, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tabledesign.cli.engines import EngineWords, opened
from tabledesign.design.creation import create_table
from tabledesign.errors import DeadlinePassed, OutcomeUnknown, RequestError
from tabledesign.todo import Role, Task, TodoRepository, User, table
from tabledesign.todo.draining import Drainer

from .conftest import Run

STATE = ("--state", "todo.state")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def stored(run: Run) -> Path:
    """Two lists, of which one was deleted long ago and one is being deleted since now."""
    assert run is not None  # which puts the test into an empty folder
    path = Path("todo.state")
    with opened(EngineWords(state=path)) as engine:
        create_table(table, engine)
        todo = TodoRepository(engine, tenant="demo")
        for name in ("ann", "bob"):
            todo.create(User(user_id=name, name=name))
        for name in ("old", "new", "kept"):
            todo.create_list(name, "ann", LONG_AGO, list_id=name)
            todo.share(name, "bob", Role.EDITOR, LONG_AGO, by="ann")
            todo.create(
                Task(task_id=name, list_id=name, user_id="ann", title="Rest", created_at=LONG_AGO)
            )
        todo.delete_list("old", LONG_AGO)
        todo.delete_list("new")
    return path


def test_a_drain_says_what_it_removed_and_that_a_tombstone_waits(run: Run, stored: Path) -> None:
    ran = run("todo", "drain", *STATE)

    assert ran.exit_code == 0
    assert ran.out == (
        "Removed 1 lists and 0 users, with 2 tasks and 4 memberships; 1 wait for the next run.\n"
    )
    with opened(EngineWords(state=stored)) as engine:
        left = TodoRepository(engine, tenant="demo")
        assert ["kept"] == [task.task_id for task in left.tasks_of_user("ann")]


def test_the_json_of_a_drain_is_one_object_with_its_counts(run: Run, stored: Path) -> None:
    assert stored.exists()
    assert json.loads(run("todo", "drain", "--json", *STATE).out) == {
        "tasks": 2,
        "members": 4,
        "lists": 1,
        "users": 0,
        "left": 0,
        "unassigned": 0,
        "waiting": ["List new"],
        "stopped": None,
        "finished": False,
    }


@pytest.mark.parametrize(
    ("error", "exit_code", "said"),
    [
        (DeadlinePassed("over", code="deadline.passed"), 0, "the time is over"),
        (OutcomeUnknown("lost", code="request.outcome_unknown"), 1, "Removed 0 lists"),
    ],
)
def test_a_drain_that_ran_out_of_time_ended_well_and_one_that_was_cut_off_did_not(
    run: Run,
    stored: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: RequestError,
    exit_code: int,
    said: str,
) -> None:
    def ended(_self: Drainer, _hidden: object) -> None:
        raise error

    assert stored.exists()
    monkeypatch.setattr(Drainer, "_list", ended)
    ran = run("todo", "drain", *STATE)

    assert (exit_code, True) == (ran.exit_code, said in ran.out)
    assert (error.code in ran.err) is bool(exit_code)
