"""The sample data of the local server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tabledesign.api.tokens.sample_users import SAMPLE_USERS
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import Fault, ScriptedEngine
from tabledesign.errors import EngineUnreachable
from tabledesign.todo import Role, TodoRepository, table
from tabledesign.todo.samples import PARTY, load_samples

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    with embedded() as engine:
        create_table(table, engine)
        yield ScriptedEngine(engine)


@pytest.fixture
def todo(engine: ScriptedEngine) -> TodoRepository:
    return TodoRepository(engine, tenant="acme")


def test_ann_shares_a_list_with_bob_who_edits_and_cy_who_views_for_a_while(
    todo: TodoRepository,
) -> None:
    assert load_samples(todo)

    members = {each.user_id: each for each in todo.members_of_list(PARTY)}
    roles = {"ann": Role.OWNER, "bob": Role.EDITOR, "cy": Role.VIEWER}
    assert roles == {name: each.role for name, each in members.items()}
    assert members["bob"].expires_at is None
    expiry = members["cy"].expires_at
    assert expiry is not None
    assert expiry > NOW
    assert all(members[name].purpose for name in ("bob", "cy"))


def test_everybody_who_can_sign_in_is_a_user(todo: TodoRepository) -> None:
    load_samples(todo)

    assert set(SAMPLE_USERS) == {user.user_id for user in todo.users()}


def test_tasks_are_open_done_and_overdue(todo: TodoRepository) -> None:
    load_samples(todo)

    assert {"Ask the neighbours about the noise"} == {
        task.title for task in todo.overdue_tasks("ann", NOW.date())
    }
    assert list(todo.completed_tasks("ann"))
    assert list(todo.open_tasks("ann"))


def test_what_was_done_since_is_not_undone_by_another_start(todo: TodoRepository) -> None:
    load_samples(todo)
    todo.unshare(PARTY, "bob", by="ann")

    assert not load_samples(todo)

    assert {"ann", "cy"} == {each.user_id for each in todo.members_of_list(PARTY)}


def test_a_start_that_was_stopped_anywhere_is_gone_on_with(
    engine: ScriptedEngine, todo: TodoRepository
) -> None:
    for reached in (2, 7, 12, 18, 20):
        failing = ScriptedEngine(engine, fault=_after(reached))
        with pytest.raises(EngineUnreachable):
            load_samples(TodoRepository(failing, tenant="acme"))

    assert load_samples(todo)

    assert 3 == todo.members_count(PARTY)
    events = [each.event.value for each in todo.access_of_list(PARTY)]
    assert ["list_created", "granted", "granted"] == events
    assert 6 == len(list(todo.tasks_of_list(PARTY)))


def _after(reached: int) -> Fault:
    gone = EngineUnreachable("gone", code="engine.gone")
    return lambda request, number: gone if number > reached else None
