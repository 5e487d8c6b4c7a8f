"""Deleting an account: hidden at once, then all that is theirs goes, and nothing of others."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tabledesign import ItemMissing, UniqueTaken
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.errors import TabledesignError
from tabledesign.testing import faults
from tabledesign.testing.clients import Crashed
from tabledesign.todo import AccessEvent, Member, Role, Task, TodoRepository, User, draining
from tabledesign.todo.draining import Drained, Drainer

from ..evidence import FAULTS, Evidence
from .queried import Queried, check_truth

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "STEP", 2)


@pytest.fixture
def engine() -> Queried:
    return Queried()


@pytest.fixture
def todo(engine: Queried) -> TodoRepository:
    return filled(engine)


def filled(engine: object) -> TodoRepository:
    """Ann owns a list alone and another beside Cy, is a member of Bob's, and has tasks in all."""
    todo = TodoRepository(engine, tenant="acme")
    for name in ("ann", "bob", "cy", "dan"):
        todo.create(User(user_id=name, name=name.title(), email=f"{name}@x"))
    for name, owner in (("alone", "ann"), ("both", "ann"), ("bobs", "bob")):
        todo.create_list(name.title(), owner, NOW, list_id=name)
    todo.share("both", "dan", Role.EDITOR, NOW, by="ann")
    todo.share("both", "cy", Role.OWNER, NOW + SECOND, by="ann")
    todo.share("bobs", "ann", Role.EDITOR, NOW, by="bob")
    for list_id in ("alone", "both", "bobs"):
        todo.create(task(f"ann in {list_id}", list_id, "ann"))
        todo.create(task(f"bob in {list_id}", list_id, "bob", assignee="ann"))
    return todo


def task(task_id: str, list_id: str, user_id: str, assignee: str = "bob") -> Task:
    return Task(
        task_id=task_id,
        list_id=list_id,
        user_id=user_id,
        title="Rest",
        created_at=NOW,
        assignee=assignee,
    )


def test_a_deleted_user_is_hidden_at_once_by_one_request(engine: Queried) -> None:
    watched = ScriptedEngine(engine, clock=engine.clock)
    todo = filled(watched)
    watched.requests.clear()
    todo.delete_user("ann", NOW)

    assert ["UpdateItem"] == [request.operation for request in watched.requests]
    assert ["bob", "cy", "dan"] == [user.user_id for user in todo.users()]
    assert None is todo.user_by_email("ann@x").first()
    assert NOW == todo.user("ann").one().deleted_at
    assert ["ann"] == [each.user_id for each in todo.deletions() if isinstance(each, User)]
    check_truth(engine)


def test_who_is_hidden_gets_no_list_and_no_grant_and_is_not_deleted_twice(
    todo: TodoRepository,
) -> None:
    todo.delete_user("ann", NOW)
    for act in (
        lambda: todo.create_list("New", "ann"),
        lambda: todo.share("bobs", "ann", Role.VIEWER),
        lambda: todo.delete_user("ann"),
        lambda: todo.delete_user("nobody"),
    ):
        with pytest.raises(ItemMissing):
            act()


def test_the_name_of_a_hidden_user_may_change_without_coming_back_to_the_directory(
    todo: TodoRepository, engine: Queried
) -> None:
    hidden = todo.user("ann").one()
    todo.delete_user("ann", NOW)
    todo.put(hidden.model_copy(update={"name": "Anna", "deleted_at": NOW}))

    assert ["Bob", "Cy", "Dan"] == [user.name for user in todo.users()]
    check_truth(engine)


def test_what_is_theirs_goes_with_them_and_what_is_of_others_stays(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.delete_user("ann", NOW)
    engine.later(minutes=2)
    first = Drainer(todo).run()
    hidden = [each.list_id for each in todo.deletions() if not isinstance(each, User)]
    engine.later(minutes=2)
    last = Drainer(todo).run()

    assert Drained(tasks=3, left=2, unassigned=3, waiting=["User ann"]) == first
    assert ["alone"] == hidden
    assert (Drained(tasks=1, members=1, lists=1, users=1), []) == (last, list(todo.deletions()))
    assert None is todo.user("ann").first()
    assert None is todo.list_by_id("alone").first()
    assert [("bob in bobs", None), ("bob in both", None)] == [
        (each.task_id, each.assignee) for each in todo.tasks_of_user("bob")
    ]
    assert [] == list(todo.tasks_of_user("ann"))
    check_truth(engine)


def test_a_list_goes_to_the_owner_beside_them_and_the_leaving_is_recorded(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.delete_user("ann", NOW)
    engine.later(minutes=2)
    Drainer(todo).run()

    assert "cy" == todo.list_by_id("both").one().owner_id
    assert {"cy": Role.OWNER, "dan": Role.EDITOR} == {
        each.user_id: each.role for each in todo.members_of_list("both")
    }
    for list_id in ("both", "bobs"):
        last = list(todo.access_of_list(list_id))[-1]
        assert (AccessEvent.LEFT, "ann", "ann") == (last.event, last.user_id, last.by)
    check_truth(engine)


@pytest.mark.parametrize("why", ["hidden", "expiring", "gone"])
def test_a_list_does_not_go_to_an_owner_who_will_not_stay(todo: TodoRepository, why: str) -> None:
    if why == "hidden":
        todo.delete_user("cy", NOW)
    elif why == "expiring":
        todo.change_grant("both", "cy", Role.OWNER, expires_at=NOW + HOUR)
    else:
        todo.delete(User.by_id(user_id="cy"))
    todo.delete_user("ann", NOW)
    Drainer(todo).run()

    assert None is not todo.list_by_id("both").one().deleted_at


def test_a_membership_of_a_list_that_is_gone_is_left_too(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.put(Member(list_id="lost", user_id="dan", role=Role.EDITOR))
    todo.delete_user("dan", NOW)
    engine.later(minutes=2)

    assert 2 == Drainer(todo).run().left
    assert 0 == todo.lists_of_user("dan").count()


def test_their_address_is_free_once_they_are_gone(todo: TodoRepository, engine: Queried) -> None:
    todo.delete_user("dan", NOW)
    again = User(user_id="dan 2", name="Dan", email="dan@x")
    with pytest.raises(UniqueTaken):
        todo.create(again)
    engine.later(minutes=2)
    assert 0 == Drainer(todo).run().users
    engine.later(minutes=2)
    assert 1 == Drainer(todo).run().users

    assert again == todo.create(again)
    check_truth(engine)


def test_what_was_assigned_after_they_were_seen_without_anything_is_unassigned(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.delete_user("dan", NOW)
    Drainer(todo).run()
    todo.create(task("late", "bobs", "bob", assignee="dan"))
    engine.later(minutes=2)

    assert (1, 1) == ((report := Drainer(todo).run()).unassigned, report.users)
    assert None is todo.task("late").one().assignee


def test_the_grace_of_a_user_begins_when_they_reach_no_list_any_more(
    todo: TodoRepository, engine: Queried
) -> None:
    todo.delete_user("dan", NOW)
    engine.later(hours=1)  # nobody drained, and a token was good for as long
    assert (1, 0) == ((first := Drainer(todo).run()).left, first.users)
    todo.create(task("late", "both", "dan"))  # by a request that had found the grant there
    engine.later(seconds=draining.GRACE.total_seconds() - 1)
    assert (1, 0) == ((second := Drainer(todo).run()).tasks, second.users)
    engine.later(seconds=1)

    assert 1 == Drainer(todo).run().users


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.crash, id="crash"),
        pytest.param(faults.answer_lost, id="answer lost", marks=pytest.mark.full),
        pytest.param(faults.dropped, id="dropped", marks=pytest.mark.full),
        pytest.param(faults.conflicts, id="conflicts", marks=pytest.mark.full),
    ],
)
def test_a_drain_of_a_user_that_ends_at_any_request_is_finished_by_others(
    fault: Fault, evidence: Evidence
) -> None:
    first = Queried()
    filled(first).delete_user("ann", NOW)
    first.later(minutes=2)
    number, struck = 0, True
    while struck:
        number += 1
        engine = first.again()
        between = ScriptedEngine(engine, clock=engine.clock, fault=faults.at_request(number, fault))
        with suppress(Crashed, TabledesignError):
            Drainer(TodoRepository(between, tenant="acme")).run()
        struck = len(between.requests) >= number

        todo = TodoRepository(engine, tenant="acme")
        Drainer(todo).run()
        engine.later(minutes=2)
        assert Drainer(todo).run().finished
        assert {"cy", "bob"} == {todo.list_by_id(each).one().owner_id for each in ("both", "bobs")}
        assert [(AccessEvent.LEFT, "ann")] == [
            (each.event, each.user_id)
            for each in todo.access_of_list("both")
            if each.event is AccessEvent.LEFT
        ]
        check_truth(engine)
    assert number > 20
    evidence(FAULTS, number)
