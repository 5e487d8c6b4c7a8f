"""What is being deleted is nowhere at once, however much of it is still in the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tabledesign import Change
from tabledesign.todo import Role, TaskList
from tabledesign.wire import Request

from .shapes import Reply, claims
from .world import ADA, ANN, BOB, CY, SAM, World

ANN_2ND = claims("ann", amr="mfa")
WHOM: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "its owner": (ANN, {}),
    "an editor": (BOB, {}),
    "an administrator": (ADA, {}),
    "support": (SAM, {"purpose": "ticket 7"}),
}
ASKED: list[tuple[str, str, Any]] = [
    ("GET", "/lists/home", None),
    ("PUT", "/lists/home", {"title": "x"}),
    ("DELETE", "/lists/home", None),
    ("GET", "/lists/home/tasks", None),
    ("GET", "/lists/home/board", None),
    ("GET", "/lists/home/members", None),
    ("POST", "/lists/home/members", {"user_id": "cy", "role": "viewer"}),
    ("PUT", "/lists/home/members/bob", {"role": "viewer"}),
    ("DELETE", "/lists/home/members/bob", None),
    ("DELETE", "/lists/home/members/me", None),
    ("GET", "/lists/home/access", None),
    ("GET", "/tasks/a1", None),
    ("PUT", "/tasks/a1", {"title": "x", "list_id": "garden"}),
    ("PATCH", "/tasks/a1", {"title": "x"}),
    ("DELETE", "/tasks/a1", None),
    ("POST", "/tasks/a1/completion", None),
    ("DELETE", "/tasks/a1/completion", None),
]


@pytest.fixture
def hidden(world: World) -> World:
    """A shared list with three tasks, deleted; nothing of it is drained yet."""
    world.base.share("home", "bob", Role.EDITOR)
    deleted = world.ask("DELETE", "/v1/lists/home", if_match="*")

    assert 204 == deleted.status
    assert {"a1", "a2", "a3"} == {task.task_id for task in world.base.tasks_of_user("ann")}
    return world


@pytest.mark.parametrize("whom", WHOM)
def test_a_list_that_is_being_deleted_is_as_absent_as_one_that_never_was(
    hidden: World, whom: str
) -> None:
    who, headers = WHOM[whom]
    before = hidden.stored()

    def ask(method: str, path: str, send: Any) -> Reply:
        return hidden.ask(method, f"/v1{path}", who=who, send=send, if_match="*", **headers)

    for method, path, send in ASKED:
        never = ask(method, path.replace("/home", "/never").replace("/a1", "/never"), send)
        reply = ask(method, path, send)

        assert (404, never.told) == (reply.status, reply.told), (method, path)
    assert before == hidden.stored()


def test_its_tasks_are_in_no_listing(hidden: World) -> None:
    hidden.base.update(_task("a1"), Change().set(assignee="bob"))
    hidden.base.complete("a2", hidden.engine.clock.now(), by="ann")

    def ids(who: Any, **query: str) -> list[str]:
        items = hidden.ask("GET", "/v1/tasks", who=who, query=query).json["items"]
        return [item["task_id"] for item in items]

    assert [[], [], [], [], []] == [
        ids(ANN),
        ids(ANN, status="open"),
        ids(ANN, completed_since="2025-01-01T00:00:00Z"),
        ids(ANN, ids="a1,a2,a3"),
        ids(BOB, assignee="me"),
    ]


def test_it_is_among_nobodys_lists(hidden: World) -> None:
    titles = [
        [item["list"]["title"] for item in hidden.ask("GET", "/v1/lists", who=who).json["items"]]
        for who in (ANN, BOB)
    ]

    assert [["Work"], ["Desk", "Work"]] == titles


def test_it_takes_no_task_in(hidden: World) -> None:
    new = {"title": "Sew", "list_id": "home"}
    garden = hidden.ask("POST", "/v1/lists", send={"title": "Garden"}).json["list_id"]
    mine = hidden.ask("POST", "/v1/tasks", send={**new, "list_id": garden}).json["task_id"]
    replies = [
        hidden.ask("POST", "/v1/tasks", send=new),
        hidden.ask("POST", "/v1/tasks", send=new, idempotency_key="k"),
        hidden.ask("PUT", f"/v1/tasks/{mine}", send=new, if_match="*"),
        hidden.ask("PATCH", f"/v1/tasks/{mine}", send={"list_id": "home"}, if_match="*"),
    ]

    assert [(422, "list.unknown")] * 4 == [(r.status, r.json["code"]) for r in replies]


@pytest.mark.parametrize("key", [{}, {"idempotency_key": "k"}])
def test_a_task_that_arrives_while_its_list_is_deleted_is_not_taken_in(
    world: World, key: dict[str, Any]
) -> None:
    done: list[Request] = []

    def delete_first(request: Request, number: int) -> None:
        if request.operation == "TransactWriteItems" and not done:
            done.append(request)
            world.base.delete_list("home", world.engine.clock.now(), by="ann")

    slow = world.failing(delete_first)
    reply = slow.ask("POST", "/v1/tasks", send={"title": "Sew", "list_id": "home"}, **key)

    assert (422, "list.unknown", 1) == (reply.status, reply.json["code"], len(done))


def test_a_list_is_deleted_as_it_was_read_or_not_at_all(world: World) -> None:
    tag = world.ask("GET", "/v1/lists/home").headers["etag"]
    world.ask("PUT", "/v1/lists/home", send={"title": "House"}, if_match=tag)
    replies = [
        world.ask("DELETE", "/v1/lists/home"),
        world.ask("DELETE", "/v1/lists/home", if_match=tag),
    ]

    assert [428, 412] == [reply.status for reply in replies]
    assert 200 == world.ask("GET", "/v1/lists/home").status


def test_a_list_that_changes_between_our_read_and_its_deletion_stays(world: World) -> None:
    done: list[Request] = []

    def rename(request: Request, number: int) -> None:
        if request.operation == "TransactWriteItems" and not done:
            done.append(request)
            world.base.update(TaskList.by_id(list_id="home"), Change().set(title="Theirs"))

    reply = world.failing(rename).ask("DELETE", "/v1/lists/home", if_match="*")

    assert (412, "Theirs") == (reply.status, world.ask("GET", "/v1/lists/home").json["title"])


def test_one_leaves_for_good_with_a_second_factor_only(world: World) -> None:
    me = "/v1/users/me"
    without = world.ask("DELETE", me, if_match="*")
    tag = world.ask("GET", me).headers["etag"]
    unread = world.ask("DELETE", me, who=ANN_2ND)
    gone = world.ask("DELETE", me, who=ANN_2ND, if_match=tag)

    assert [(403, "access.second_factor"), (428, "condition.required")] == [
        (reply.status, reply.json["code"]) for reply in (without, unread)
    ]
    assert [204, 404, 404, 404] == [
        gone.status,
        world.ask("GET", me).status,
        world.ask("DELETE", me, who=ANN_2ND, if_match="*").status,
        world.ask("GET", "/v1/users/ann", who=ADA).status,
    ]


def test_who_has_left_is_in_no_directory_and_is_shared_with_no_more(world: World) -> None:
    world.ask("DELETE", "/v1/users/me", who=claims("cy", amr="mfa"), if_match="*")
    listed = world.ask("GET", "/v1/users", who=ADA).json["items"]
    shared = world.ask("POST", "/v1/lists/home/members", send={"user_id": "cy", "role": "viewer"})
    made = world.ask("POST", "/v1/lists", who=CY, send={"title": "Garden"})

    assert ["ann", "bob"] == [item["user_id"] for item in listed]
    assert [(422, "user.unknown"), (409, "user.unregistered")] == [
        (reply.status, reply.json["code"]) for reply in (shared, made)
    ]


def _task(task_id: str) -> Any:
    from tabledesign.todo import Task

    return Task.by_id(task_id=task_id)
