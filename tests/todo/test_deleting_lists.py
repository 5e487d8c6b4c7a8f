"""Deleting a list: hidden at once, drained in steps from anywhere, gone once it is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tabledesign import AlreadyExists, Deadline, ItemMissing, field
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.errors import AccessDenied, ConditionFailed, TabledesignError
from tabledesign.testing import faults
from tabledesign.testing.clients import Crashed
from tabledesign.todo import (
    AccessEvent,
    Role,
    Task,
    TaskList,
    TodoRepository,
    User,
    draining,
)
from tabledesign.todo.draining import GRACE, Drained, Drainer

from ..evidence import FAULTS, Evidence
from .queried import Queried, check_truth

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TASKS = 5


SHORT = {("crash", False), ("answer lost", False), ("dropped", True)}
"""What is lost in which way, in the short lane."""


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "STEP", 2)


@pytest.fixture
def engine() -> Queried:
    return Queried()


@pytest.fixture
def todo(engine: Queried) -> TodoRepository:
    return filled(engine)


def filled(engine: Any) -> TodoRepository:
    """Ann's lists at home and at work; Bob is a member of both, each has tasks."""
    todo = TodoRepository(engine, tenant="acme")
    for name in ("ann", "bob", "cy"):
        todo.create(User(user_id=name, name=name.title(), email=f"{name}@x"))
    for name in ("home", "work"):
        todo.create_list(name.title(), "ann", NOW, list_id=name)
        todo.share(name, "bob", Role.EDITOR, NOW, by="ann")
        for number in range(TASKS):
            todo.create(task(f"{name}{number}", name))
    return todo


def task(task_id: str, list_id: str) -> Task:
    return Task(task_id=task_id, list_id=list_id, user_id="bob", title="Rest", created_at=NOW)


def ids(tasks: Iterable[Task]) -> set[str]:
    return {each.task_id for each in tasks}


def hidden_lists(todo: TodoRepository) -> list[TaskList]:
    return [each for each in todo.deletions() if isinstance(each, TaskList)]


def left_of(engine: Queried, list_id: str = "home") -> set[str]:
    """The kinds of the items that name the list."""
    marks = (f"#{list_id}#", f"{list_id}")
    return {
        item["entity"]["S"]
        for item in engine.items.values()
        if marks[0] in item["pk"]["S"] or item.get("list_id") == {"S": marks[1]}
    }


def test_a_deleted_list_is_hidden_at_once_in_one_request(engine: Queried) -> None:
    watched = ScriptedEngine(engine, clock=engine.clock)
    todo = filled(watched)
    watched.requests.clear()
    todo.delete_list("home", NOW, by="ann")

    # What a transaction leaves is read back.
    assert ["TransactWriteItems", "GetItem"] == [each.operation for each in watched.requests]
    shown = todo.there(todo.lists_of_user("bob"))
    assert [("work", "Work")] == [(member.list_id, listed.title) for member, listed in shown]
    assert [("home", NOW)] == [(each.list_id, each.deleted_at) for each in hidden_lists(todo)]
    last = list(todo.access_of_list("home"))[-1]
    assert (AccessEvent.LIST_DELETED, None, "ann") == (last.event, last.user_id, last.by)


def test_what_is_hidden_takes_no_member_and_no_task_and_is_not_deleted_twice(
    todo: TodoRepository,
) -> None:
    todo.delete_list("home", NOW)
    acts: list[Callable[[], object]] = [
        lambda: todo.share("home", "cy", Role.VIEWER),
        lambda: todo.change_grant("home", "bob", Role.VIEWER),
        lambda: todo.unshare("home", "bob"),
        lambda: todo.move_to_list("work1", "home"),
        lambda: todo.delete_list("home", NOW + SECOND),
        lambda: todo.delete_list("nothing", NOW),
    ]
    for act in acts:
        with pytest.raises(ItemMissing):
            act()
    assert NOW == todo.list_by_id("home").one().deleted_at


def test_a_list_that_is_not_as_it_was_read_is_not_deleted(todo: TodoRepository) -> None:
    with pytest.raises(ConditionFailed) as caught:
        todo.delete_list("home", NOW, condition=field("title").equals("House"))

    assert "condition.failed" == caught.value.code
    assert [] == list(todo.deletions())


def test_a_drain_takes_tasks_and_members_and_leaves_a_tombstone_until_the_grace_is_over(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.delete_list("home", NOW)
    first = Drainer(todo).run()

    assert Drained(tasks=TASKS, members=2, waiting=["List home"]) == first
    assert not first.finished
    assert {"List", "counter", "AccessRecord"} == left_of(engine)

    engine.later(seconds=GRACE.total_seconds() - 1)
    assert 0 == Drainer(todo).run().lists
    engine.later(seconds=1)
    last = Drainer(todo).run()
    assert (Drained(lists=1), True) == (last, last.finished)
    assert {"AccessRecord"} == left_of(engine)
    assert [] == list(todo.deletions())


def test_nothing_of_another_list_is_touched(todo: TodoRepository, engine: Queried) -> None:
    todo.delete_list("home", NOW)
    engine.later(minutes=5)
    assert 1 == Drainer(todo).run().lists

    assert {f"work{number}" for number in range(TASKS)} == ids(todo.tasks_of_list("work"))
    assert (2, 2) == (todo.members_count("work"), todo.members_of_list("work").count())
    check_truth(engine)


def test_a_task_that_was_written_after_the_list_was_seen_empty_is_taken_as_well(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.delete_list("home", NOW)
    assert TASKS == Drainer(todo).run().tasks
    todo.create(task("late", "home"))  # by a request that had found the list there
    engine.later(minutes=2)

    assert Drained(tasks=1, lists=1) == Drainer(todo).run()
    assert todo.task("late").first() is None


def test_a_task_that_was_moved_away_while_an_index_lags_stays(
    todo: TodoRepository, engine: Queried
) -> None:
    def moved_before_it_is_deleted(request: Any, _number: int) -> None:
        if request.operation == "TransactWriteItems" and not moved:
            moved.append(True)
            todo.move_to_list("home1", "work")

    moved: list[bool] = []
    todo.delete_list("home", NOW)
    lagging = ScriptedEngine(engine, clock=engine.clock, fault=moved_before_it_is_deleted)
    report = Drainer(TodoRepository(lagging, tenant="acme")).run()

    assert TASKS - 1 == report.tasks
    assert "work" == todo.task("home1").one().list_id
    check_truth(engine)


def test_a_drain_ends_at_its_deadline_and_the_next_goes_on(
    todo: TodoRepository, engine: Queried
) -> None:
    def slow(_request: Any, _number: int) -> None:
        engine.later(seconds=1)

    todo.delete_list("home", NOW)
    slowly = TodoRepository(
        ScriptedEngine(engine, clock=engine.clock, fault=slow), tenant="acme"
    ).within(Deadline.after(4, clock=engine.clock))
    first = Drainer(slowly).run()

    assert ("deadline.passed", False) == (first.stopped, first.finished)
    assert 0 < first.tasks < TASKS
    engine.later(minutes=2)
    assert (TASKS, 1) == (first.tasks + (second := Drainer(todo).run()).tasks, second.lists)


def test_progress_is_told_after_every_step(todo: TodoRepository) -> None:
    told: list[tuple[int, int]] = []
    todo.delete_list("home", NOW)
    Drainer(todo, progress=lambda report: told.append((report.tasks, report.members))).run()

    assert [(2, 0), (4, 0), (5, 0), (5, 2)] == told


TROUBLES: dict[str, Fault] = {
    "crash": faults.crash,
    "answer lost": faults.answer_lost,
    "dropped": faults.dropped,
    "throttled": faults.throttled,
    "conflict": faults.conflicts,
}
LANES = [
    pytest.param(
        name,
        lasting,
        id=f"{name}, {'from then on' if lasting else 'once'}",
        marks=[] if (name, lasting) in SHORT else [pytest.mark.full],
    )
    for name in TROUBLES
    for lasting in (False, True)
]


@pytest.mark.parametrize(("trouble", "lasting"), LANES)
def test_a_drain_that_ends_at_any_request_is_finished_by_another(
    trouble: str,
    lasting: bool,
    evidence: Evidence,
) -> None:
    first = Queried(page=2)
    filled(first).delete_list("home", NOW)
    first.later(minutes=2)
    number = 0
    struck = True
    while struck:
        number += 1
        engine = first.again()
        at = faults.from_request if lasting else faults.at_request
        between = ScriptedEngine(engine, clock=engine.clock, fault=at(number, TROUBLES[trouble]))
        with suppress(Crashed, TabledesignError):
            Drainer(TodoRepository(between, tenant="acme")).run()
        struck = len(between.requests) >= number
        check_truth(engine)

        assert Drainer(TodoRepository(engine, tenant="acme")).run().finished
        assert {"AccessRecord"} == left_of(engine)
        check_truth(engine)
    assert number > 15
    evidence(FAULTS, number)


def test_two_drains_at_once_do_no_harm(engine: Queried) -> None:
    todo = filled(engine)
    todo.delete_list("home", NOW)
    engine.later(minutes=2)
    inside: list[bool] = []

    def another_first(_request: Any, number: int) -> None:
        if number % 3 == 0 and not inside:
            inside.append(True)
            Drainer(todo).run()
            inside.clear()

    between = ScriptedEngine(engine, clock=engine.clock, fault=another_first)
    Drainer(TodoRepository(between, tenant="acme")).run()

    assert {"AccessRecord"} == left_of(engine)
    assert [] == list(todo.deletions())
    check_truth(engine)


def test_what_sending_again_does_not_help_is_raised(engine: Queried) -> None:
    filled(engine).delete_list("home", NOW)
    denied = AccessDenied("no rights; grant them", code="access.denied")
    between = ScriptedEngine(engine, clock=engine.clock, fault=lambda _request, _number: denied)
    with pytest.raises(AccessDenied):
        Drainer(TodoRepository(between, tenant="acme")).run()


def test_a_hidden_list_and_an_expired_grant_are_not_there(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.create_list("Club", "cy", NOW, list_id="club")
    todo.share("club", "bob", Role.VIEWER, NOW, expires_at=NOW + timedelta(hours=1))
    todo.delete_list("work", NOW)
    mine = list(todo.lists_of_user("bob"))

    assert ["club", "home"] == [member.list_id for member, _ in todo.there(mine)]
    assert ["home"] == [m.list_id for m, _ in todo.there(mine, NOW + timedelta(hours=1))]
    assert [] == todo.there([])


def test_a_new_list_does_not_take_the_place_of_a_hidden_one(todo: TodoRepository) -> None:
    todo.delete_list("home", NOW)
    with pytest.raises(AlreadyExists):
        todo.create_list("Home again", "bob", NOW, list_id="home")
