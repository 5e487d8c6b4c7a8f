"""Grants: who may do what in a list, for what and until when, and the record that stays of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tabledesign import AlreadyExists, Change, ConditionFailed, ItemMissing, field
from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import (
    AccessEvent,
    AccessRecord,
    Member,
    Role,
    TaskList,
    TodoRepository,
    User,
    table,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
UNTIL = NOW + timedelta(days=7)
HOME = TaskList.by_id(list_id="home")

Act = Callable[[TodoRepository], object]


@pytest.fixture
def watched() -> Iterator[ScriptedEngine]:
    with embedded() as engine:
        create_table(table, engine)
        yield ScriptedEngine(engine)


@pytest.fixture
def todo(watched: ScriptedEngine) -> TodoRepository:
    """Ann's list, of which Bob knows nothing yet."""
    made = TodoRepository(watched, tenant="acme")
    for name in ("ann", "bob", "cy"):
        made.create(User(user_id=name, name=name.title()))
    made.create_list("Home", "ann", NOW, list_id="home")
    watched.requests.clear()
    return made


def told(todo: TodoRepository) -> list[tuple[object, ...]]:
    return [(each.event, each.user_id, each.role, each.by) for each in todo.access_of_list("home")]


def member(todo: TodoRepository, user_id: str) -> Member | None:
    return todo.get(Member.by_id(list_id="home", user_id=user_id), consistent=True)


CREATED = (AccessEvent.LIST_CREATED, "ann", Role.OWNER, "ann")


def test_a_new_list_has_its_owner_as_a_member_and_a_record_in_one_request(
    todo: TodoRepository, watched: ScriptedEngine
) -> None:
    made = todo.create_list("Work", "bob", NOW)

    assert ["TransactWriteItems"] == [request.operation for request in watched.requests]
    assert [(made.list_id, Role.OWNER)] == [
        (each.list_id, each.role) for each in todo.lists_of_user("bob")
    ]
    assert 1 == todo.members_count(made.list_id)
    assert [AccessEvent.LIST_CREATED] == [each.event for each in todo.access_of_list(made.list_id)]


def test_a_list_is_made_once_for_a_request_key(todo: TodoRepository) -> None:
    first = todo.create_list("Work", "bob", NOW, key="k", content="{}")

    assert first == todo.create_list("Work", "bob", LATER, key="k", content="{}")
    assert 1 == todo.lists_of_user("bob").count()


def test_a_grant_says_by_whom_what_for_and_until_when(todo: TodoRepository) -> None:
    given = todo.share(
        "home", "bob", Role.EDITOR, NOW, by="ann", purpose="ticket 7", expires_at=UNTIL
    )

    assert given == Member(
        list_id="home",
        user_id="bob",
        role=Role.EDITOR,
        since=NOW,
        granted_by="ann",
        purpose="ticket 7",
        expires_at=UNTIL,
    )
    assert given == member(todo, "bob")
    [_, record] = todo.access_of_list("home")
    assert record == AccessRecord(
        list_id="home",
        at=NOW,
        record_id=record.record_id,
        event=AccessEvent.GRANTED,
        user_id="bob",
        role=Role.EDITOR,
        by="ann",
        purpose="ticket 7",
        expires_at=UNTIL,
    )


def test_another_grant_replaces_all_of_the_first_but_since_when(todo: TodoRepository) -> None:
    todo.share("home", "bob", Role.EDITOR, NOW, by="ann", purpose="ticket 7", expires_at=UNTIL)
    changed = todo.change_grant("home", "bob", Role.VIEWER, LATER, by="cy")

    assert changed == Member(
        list_id="home", user_id="bob", role=Role.VIEWER, since=NOW, granted_by="cy"
    )
    assert (AccessEvent.CHANGED, "bob", Role.VIEWER, "cy") == told(todo)[-1]
    assert 2 == todo.members_count("home")


def test_every_record_stays_and_they_come_in_order_of_time(todo: TodoRepository) -> None:
    minute = timedelta(minutes=1)
    todo.share("home", "cy", Role.VIEWER, NOW + 5 * minute, by="ann")
    todo.share("home", "bob", Role.VIEWER, NOW + 1 * minute, by="ann")
    todo.change_grant("home", "bob", Role.EDITOR, NOW + 2 * minute, by="ann")
    todo.unshare("home", "bob", NOW + 3 * minute, by="ann")
    todo.share("home", "bob", Role.VIEWER, NOW + 4 * minute, by="ann")
    todo.unshare("home", "bob", NOW + 6 * minute, by="bob")

    assert told(todo) == [
        CREATED,
        (AccessEvent.GRANTED, "bob", Role.VIEWER, "ann"),
        (AccessEvent.CHANGED, "bob", Role.EDITOR, "ann"),
        (AccessEvent.REVOKED, "bob", None, "ann"),
        (AccessEvent.GRANTED, "bob", Role.VIEWER, "ann"),
        (AccessEvent.GRANTED, "cy", Role.VIEWER, "ann"),
        (AccessEvent.LEFT, "bob", None, "bob"),
    ]
    assert 2 == todo.members_count("home")


REFUSED: dict[str, tuple[Act, type[ConditionFailed], str]] = {
    "taking the owner's grant": (
        lambda t: t.unshare("home", "ann", by="bob"), ConditionFailed, "list.owner_stays"
    ),
    "the owner leaving": (
        lambda t: t.unshare("home", "ann", by="ann"), ConditionFailed, "list.owner_stays"
    ),
    "lowering the owner": (
        lambda t: t.change_grant("home", "ann", Role.EDITOR), ConditionFailed, "list.owner_stays"
    ),
    "an owner until a day": (
        lambda t: t.change_grant("home", "ann", Role.OWNER, expires_at=UNTIL),
        ConditionFailed,
        "list.owner_stays",
    ),
    "sharing with a member": (
        lambda t: t.share("home", "cy", Role.VIEWER), AlreadyExists, "item.exists"
    ),
    "sharing with nobody": (
        lambda t: t.share("home", "nobody", Role.VIEWER), ItemMissing, "item.missing"
    ),
    "sharing nothing": (
        lambda t: t.share("nothing", "bob", Role.VIEWER), ItemMissing, "item.missing"
    ),
    "a list of nobody": (
        lambda t: t.create_list("x", "nobody"), ItemMissing, "item.missing"
    ),
    "changing what nobody has": (
        lambda t: t.change_grant("home", "bob", Role.EDITOR), ItemMissing, "item.missing"
    ),
    "taking what nobody has": (
        lambda t: t.unshare("home", "bob"), ItemMissing, "item.missing"
    ),
    "changing what is another by now": (
        lambda t: t.change_grant(
            "home", "cy", Role.EDITOR, condition=field("role").equals(Role.OWNER)
        ),
        ConditionFailed,
        "condition.failed",
    ),
    "taking what is another by now": (
        lambda t: t.unshare("home", "cy", condition=field("role").equals(Role.OWNER)),
        ConditionFailed,
        "condition.failed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_neither_a_grant_nor_a_record(
    todo: TodoRepository, what: str
) -> None:
    todo.share("home", "cy", Role.VIEWER, NOW, by="ann")
    before = told(todo), list(todo.members_of_list("home"))
    act, kind, code = REFUSED[what]
    with pytest.raises(kind) as caught:
        act(todo)

    assert (kind, code) == (type(caught.value), caught.value.code)
    assert before == (told(todo), list(todo.members_of_list("home")))


@pytest.mark.parametrize("gone", [HOME, User.by_id(user_id="bob")], ids=["list", "user"])
def test_what_is_being_deleted_is_missing_to_a_grant(todo: TodoRepository, gone: Any) -> None:
    todo.update(gone, Change().set(deleted_at=NOW))
    with pytest.raises(ItemMissing):
        todo.share("home", "bob", Role.VIEWER)
    with pytest.raises(ItemMissing):
        todo.change_grant("home", "bob", Role.EDITOR)
    with pytest.raises(ItemMissing):
        todo.unshare("home", "bob")

    assert [CREATED] == told(todo)


def test_a_second_owner_is_lowered_and_leaves_while_the_first_stays(todo: TodoRepository) -> None:
    todo.share("home", "bob", Role.OWNER, NOW, by="ann")
    todo.change_grant("home", "bob", Role.EDITOR, by="ann")
    todo.unshare("home", "bob", by="bob")

    assert ["ann"] == [each.user_id for each in todo.members_of_list("home")]


def test_a_list_without_an_owner_gets_the_first_one_for_good(todo: TodoRepository) -> None:
    todo.put(TaskList(list_id="found", title="Found"))
    todo.share("found", "bob", Role.OWNER, expires_at=UNTIL)
    todo.share("found", "cy", Role.OWNER)
    todo.unshare("found", "bob")

    with pytest.raises(ConditionFailed):
        todo.unshare("found", "cy")
    assert "cy" == todo.list_by_id("found").one().owner_id


def test_a_given_null_counts_as_not_deleted(todo: TodoRepository) -> None:
    todo.put(TaskList(list_id="null", title="Null", owner_id="ann", deleted_at=None))
    todo.put(User(user_id="null", name="Null", deleted_at=None))

    assert Role.VIEWER is todo.share("null", "null", Role.VIEWER).role


def test_two_who_each_take_the_others_grant_do_not_leave_a_list_without_an_owner(
    todo: TodoRepository,
) -> None:
    todo.share("home", "bob", Role.OWNER, NOW, by="ann")
    todo.unshare("home", "bob", by="ann")
    with pytest.raises(ConditionFailed):
        todo.unshare("home", "ann", by="bob")

    assert [Role.OWNER] == [each.role for each in todo.members_of_list("home")]


def test_no_verb_writes_over_a_record_or_takes_one_away(
    todo: TodoRepository, watched: ScriptedEngine
) -> None:
    todo.share("home", "bob", Role.VIEWER, NOW, by="ann")
    todo.change_grant("home", "bob", Role.EDITOR, by="ann")
    todo.unshare("home", "bob", by="ann")

    touched = [
        (action, str(parameters.get("ConditionExpression")).split("(")[0])
        for request in watched.requests
        if request.operation == "TransactWriteItems"
        for step in request.parameters["TransactItems"]
        for action, parameters in step.items()
        if "AccessRecord" in str(parameters.get("Key") or parameters["Item"]["pk"])
    ]
    assert [("Put", "attribute_not_exists")] * 3 == touched
