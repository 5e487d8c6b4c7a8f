"""The oracle is plain enough to be checked by eye on six rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tabledesign.todo.roster import Membership
from tabledesign.todo.row import Row, as_given

from .oracle import Oracle, ids


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


def task(
    name: str, *, user: str = "ann", due: int = 0, done: int = 0, assignee: str | None = None
) -> Row:
    return as_given(
        Row(
            line=1,
            id=name,
            list="home",
            user=user,
            title="",
            due=date(2026, 11, due) if due else None,
            created_at=at(1),
            completed_at=at(done) if done else None,
            assignee=assignee,
        )
    )


MEMBERS = [Membership("home", "bob", "editor"), Membership("home", "ann", "owner")]


@pytest.fixture
def oracle() -> Oracle:
    rows = [
        task("b", due=5),
        task("a"),
        task("B", due=5, assignee="bob"),
        task("é", due=2, done=9),
        task("z", done=9),
        task("y", user="bob", due=3, done=7),
    ]
    return Oracle(rows, members=MEMBERS)


def test_absent_due_dates_sort_last_and_equal_ones_by_code_point(oracle: Oracle) -> None:
    assert ids(oracle.tasks_by_user("ann")) == ["é", "B", "b", "a", "z"]
    assert ids(oracle.open_tasks_by_user("ann")) == ["B", "b", "a"]


def test_completed_tasks_come_latest_first_within_the_period(oracle: Oracle) -> None:
    assert ids(oracle.completed_tasks_by_user("ann")) == ["é", "z"]
    assert ids(oracle.completed_tasks_by_user("bob", since=at(7), until=at(7))) == ["y"]
    assert ids(oracle.completed_tasks_by_user("bob", since=at(8))) == []


def test_a_range_of_due_dates_includes_both_ends(oracle: Oracle) -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 5)
    assert ids(oracle.tasks_by_due_of_user("ann", first=first, last=last)) == ["é", "B", "b"]
    assert ids(oracle.tasks_of_list_by_due("home", last=date(2026, 11, 3))) == ["é", "y"]


def test_overdue_is_open_and_due_before_the_day(oracle: Oracle) -> None:
    assert ids(oracle.overdue("ann", before=date(2026, 11, 5))) == []
    assert ids(oracle.overdue("ann", before=date(2026, 11, 6))) == ["B", "b"]


def test_a_list_is_ordered_by_status_then_id(oracle: Oracle) -> None:
    assert ids(oracle.tasks_of_list("home")) == ["y", "z", "é", "B", "a", "b"]
    assert ids(oracle.tasks_of_list_by_status("home", "done")) == ["y", "z", "é"]


def test_assignments_and_memberships_are_found_from_both_sides(oracle: Oracle) -> None:
    assert ids(oracle.assigned_to("bob")) == ["B"]
    assert oracle.members_of("home") == MEMBERS[::-1]
    assert oracle.lists_of("bob") == MEMBERS[:1]
    assert (oracle.users(), oracle.lists()) == (["ann", "bob"], ["home"])


def test_two_rows_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="an id of its own"):
        Oracle([task("a"), task("a")])
