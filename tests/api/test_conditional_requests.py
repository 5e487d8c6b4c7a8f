"""What was read is what is changed: entity tags, and the writes that stand on them."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign import Change, Entity, Key, Table
from tabledesign.api.conditions import etag
from tabledesign.todo import Task
from tabledesign.wire import Request

from .world import CREATED, World

table = Table("notes")


class Note(Entity, table=table, versioned="version"):
    note_id: str
    version: int = 0
    by_id = Key(partition="note_id")


def test_an_entity_that_counts_its_writes_has_its_version_as_tag() -> None:
    assert '"7"' == etag(Note(note_id="n", version=7))


def task(**changes: Any) -> Task:
    fields: dict[str, Any] = {"title": "x", "tags": frozenset({"a", "b", "c"}), **changes}
    return Task(task_id="t", list_id="l", user_id="u", created_at=CREATED, **fields)


def test_any_other_has_a_tag_that_changes_with_each_of_its_fields() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"title": "y"},
        {"notes": ""},
        {"notes": "null"},
        {"tags": frozenset({"a"})},
        {"tags": frozenset()},
        {"assignee": "u"},
        {"kind": "u"},
        {"source": "u"},
        {"completed_by": "u"},
    ]

    assert len(changes) == len({etag(task(**change)) for change in changes})


def test_the_tag_of_equal_content_is_equal() -> None:
    names = [f"tag {number}" for number in range(200)]
    one, other = frozenset(names), frozenset(reversed(names))

    assert list(one) != list(other), "equal sets, in another order"
    assert etag(task(tags=one)) == etag(task(tags=other))


WRITES = [
    ("PUT", {"title": "New", "list_id": "home"}),
    ("PATCH", {"title": "New"}),
    ("DELETE", None),
]


@pytest.mark.parametrize(("method", "send"), WRITES)
def test_a_change_without_if_match_is_a_428(world: World, method: str, send: Any) -> None:
    reply = world.ask(method, "/v1/tasks/a1", send=send)

    assert (428, "condition.required") == (reply.status, reply.json["code"])


@pytest.mark.parametrize(("method", "send"), WRITES)
@pytest.mark.parametrize("tag", ['"other"', "other", "", "W/{tag}", '"*"'])
def test_a_change_of_another_state_is_a_412(world: World, method: str, send: Any, tag: str) -> None:
    current = world.ask("GET", "/v1/tasks/a1").headers["etag"]
    before = world.base.task("a1").one()
    reply = world.ask(method, "/v1/tasks/a1", send=send, if_match=tag.format(tag=current))

    assert (412, before) == (reply.status, world.base.task("a1").one())


@pytest.mark.parametrize(("method", "send"), WRITES)
@pytest.mark.parametrize("form", ["{tag}", '"other", {tag}', "*"])
def test_a_change_of_the_current_state_is_made(
    world: World, method: str, send: Any, form: str
) -> None:
    current = world.ask("GET", "/v1/tasks/a1").headers["etag"]
    reply = world.ask(method, "/v1/tasks/a1", send=send, if_match=form.format(tag=current))

    assert reply.status in (200, 204)


@pytest.mark.parametrize(("method", "send"), WRITES)
def test_a_change_between_our_read_and_our_write_is_a_412_and_is_kept(
    world: World, method: str, send: Any
) -> None:
    current = world.ask("GET", "/v1/tasks/a1").headers["etag"]
    done: list[Request] = []

    def interfere(request: Request, number: int) -> None:
        """Another writer comes right before the first write."""
        if request.operation not in ("GetItem", "Query") and not done:
            done.append(request)
            world.base.update(Task.by_id(task_id="a1"), Change().set(notes="theirs"))

    slow = world.failing(interfere)
    reply = slow.ask(method, "/v1/tasks/a1", send=send, if_match=current)
    after = world.base.task("a1").one()

    assert (412, 1) == (reply.status, len(done))
    assert ("Task a1", "theirs") == (after.title, after.notes)


def test_a_completion_between_our_read_and_our_write_leaves_the_first_one(world: World) -> None:
    done: list[Request] = []

    def interfere(request: Request, number: int) -> None:
        if request.operation not in ("GetItem", "Query") and not done:
            done.append(request)
            world.base.update(Task.by_id(task_id="b1"), Change().set(notes="theirs"))

    slow = world.failing(interfere)
    reply = slow.ask("POST", "/v1/tasks/b1/completion")

    assert (409, "condition.failed") == (reply.status, reply.json["code"])
    assert 200 == slow.ask("POST", "/v1/tasks/b1/completion").status


@pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_what_the_caller_has_already_is_a_304_without_a_body(world: World, form: str) -> None:
    tag = world.ask("GET", "/v1/tasks/a1").headers["etag"]
    reply = world.ask("GET", "/v1/tasks/a1", if_none_match=form.format(tag=tag))

    assert (304, "", tag) == (reply.status, reply.text, reply.headers["etag"])


def test_what_has_changed_since_is_answered_anew(world: World) -> None:
    tag = world.ask("GET", "/v1/tasks/a1").headers["etag"]
    world.ask("PATCH", "/v1/tasks/a1", send={"title": "New"}, if_match=tag)
    reply = world.ask("GET", "/v1/tasks/a1", if_none_match=tag)

    assert (200, "New") == (reply.status, reply.json["title"])
    assert 404 == world.ask("GET", "/v1/tasks/b2", if_none_match="*").status
