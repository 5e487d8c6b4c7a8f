"""Tasks over HTTP: what each route does, for whom, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign import TabledesignError
from tabledesign.api.problems import Problem
from tabledesign.todo import Status, Task

from .world import ANN, BOB, EVE, World

NEW = {"title": "Sew", "list_id": "home"}


def stored(world: World, task_id: str) -> Task | None:
    return world.base.task(task_id).first()


def test_a_new_task_is_its_callers_and_is_found_where_it_is_said_to_be(world: World) -> None:
    reply = world.ask("POST", "/v1/tasks", send={**NEW, "due": "2026-01-07", "tags": ["b", "a"]})
    found = world.ask("GET", f"/v1/{reply.headers['location']}")

    assert (201, reply.json) == (reply.status, found.json)
    assert reply.headers["etag"] == found.headers["etag"]
    assert ("ann", "todo", ["a", "b"], "2026-01-07") == (
        found.json["user_id"],
        found.json["status"],
        found.json["tags"],
        found.json["due"],
    )


@pytest.mark.parametrize("list_id", ["desk", "nowhere"])
def test_a_list_one_may_not_read_is_as_unknown_as_one_that_is_not(
    world: World, list_id: str
) -> None:
    reply = world.ask("POST", "/v1/tasks", send={**NEW, "list_id": list_id})
    told = {**reply.json, "request_id": ""}

    assert (422, [{
        "pointer": "/list_id",
        "code": "list.unknown",
        "detail": "you can put no task on such a list; choose another",
    }]) == (reply.status, told["errors"])  # fmt: skip


@pytest.mark.parametrize("task_id", ["b2", "e1", "none", "a1b", "USER1"])
@pytest.mark.parametrize(
    ("method", "rest", "send"),
    [
        ("GET", "", None),
        ("PUT", "", NEW),
        ("PATCH", "", {"title": "x"}),
        ("DELETE", "", None),
        ("POST", "/completion", None),
        ("DELETE", "/completion", None),
    ],
)
def test_anothers_task_is_as_absent_as_one_that_is_not(
    world: World, task_id: str, method: str, rest: str, send: Any
) -> None:
    absent = world.ask(method, f"/v1/tasks/nothing{rest}", send=send, if_match="*")
    before = len(world.engine.requests)
    reply = world.ask(method, f"/v1/tasks/{task_id}{rest}", send=send, if_match="*")

    assert (404, absent.told) == (reply.status, reply.told)
    assert 2 == len(world.engine.requests) - before == before, "after the same reads"


def test_a_task_of_ones_name_in_another_tenant_stays_there(world: World) -> None:
    assert 404 == world.ask("GET", "/v1/tasks/a1", who=EVE).status
    assert ["e1"] == [i["task_id"] for i in world.ask("GET", "/v1/tasks", who=EVE).json["items"]]


def test_an_assignee_may_read_and_complete(world: World) -> None:
    assert 200 == world.ask("GET", "/v1/tasks/b1").status
    done = world.ask("POST", "/v1/tasks/b1/completion")

    assert (200, "done", "ann") == (done.status, done.json["status"], done.json["completed_by"])


def test_the_tasks_assigned_to_others_may_not_be_listed_whoever_they_are(world: World) -> None:
    replies = [world.ask("GET", "/v1/tasks", query={"assignee": who}) for who in ("bob", "nobody")]
    mine = world.ask("GET", "/v1/tasks", query={"assignee": "ann"})

    assert [(403, "access.denied")] * 2 == [(r.status, r.json["code"]) for r in replies]
    assert ["b1"] == [item["task_id"] for item in mine.json["items"]]


def test_me_as_an_assignee_is_the_caller(world: World) -> None:
    replies = [world.ask("GET", "/v1/tasks", query={"assignee": who}) for who in ("me", "ann")]

    assert ["b1"] == [item["task_id"] for item in replies[0].json["items"]]
    assert replies[0].told == replies[1].told


def test_tasks_by_their_ids_are_those_that_one_may_read_in_order(world: World) -> None:
    asked = ["a2", "nothing", "b2", "a1", "b1", "e1", "a2"]
    before = len(world.engine.requests)
    reply = world.ask("GET", "/v1/tasks", query={"ids": ",".join(asked)})

    assert ["a2", "a1", "b1"] == [item["task_id"] for item in reply.json["items"]]
    assert 2 == len(world.engine.requests) - before


@pytest.mark.parametrize("ids", ["", "a1,", "a1,b#2", ",".join(map(str, range(51)))])
def test_ids_that_are_none_or_too_many_are_a_400(world: World, ids: str) -> None:
    reply = world.ask("GET", "/v1/tasks", query={"ids": ids})

    assert (400, "ids") == (reply.status, reply.json["errors"][0]["parameter"])


def test_a_completion_under_a_key_is_not_repeated_after_a_reopening(world: World) -> None:
    first = world.ask("POST", "/v1/tasks/a1/completion", idempotency_key="k")
    world.ask("DELETE", "/v1/tasks/a1/completion")
    again = world.ask("POST", "/v1/tasks/a1/completion", idempotency_key="k")
    other = world.ask("POST", "/v1/tasks/a2/completion", idempotency_key="k")

    assert first.told == again.told
    assert Status.TODO is getattr(stored(world, "a1"), "status", None)
    assert (422, "idempotency.mismatch") == (other.status, other.json["code"])


def test_completing_is_done_once_and_undone_by_reopening(world: World) -> None:
    first = world.ask("POST", "/v1/tasks/a1/completion")
    world.engine.clock.sleep(60)
    again = world.ask("POST", "/v1/tasks/a1/completion")
    listed = world.ask("GET", "/v1/tasks", query={"status": "done"})
    reopened = world.ask("DELETE", "/v1/tasks/a1/completion")

    assert first.told == again.told
    assert [first.json] == listed.json["items"]
    assert ("todo", None, None) == tuple(
        reopened.json[name] for name in ("status", "completed_at", "completed_by")
    )
    assert reopened.told == world.ask("DELETE", "/v1/tasks/a1/completion").told


def test_a_put_replaces_what_a_client_may_send_and_keeps_the_rest(world: World) -> None:
    world.ask("PATCH", "/v1/tasks/a1", send={"notes": "n", "priority": "high"}, if_match="*")
    reply = world.ask(
        "PUT", "/v1/tasks/a1", send={"title": "Whole", "list_id": "home"}, if_match="*"
    )
    task = stored(world, "a1")

    assert reply.headers["etag"] == world.ask("GET", "/v1/tasks/a1").headers["etag"]
    assert task is not None
    assert ("Whole", None, "normal", None, "ann", "2025-11-23T09:00:00Z") == (
        task.title,
        task.notes,
        task.priority.value,
        task.due,
        task.user_id,
        reply.json["created_at"],
    )


def test_a_patch_changes_what_it_names_and_no_more(world: World) -> None:
    reply = world.ask("PATCH", "/v1/tasks/a1", send={"due": None, "status": "doing"}, if_match="*")
    before = world.ask("GET", "/v1/tasks/a2").json

    assert {**before, "task_id": "a1", "title": "Task a1", "due": None, "status": "doing"} == (
        reply.json
    )


def test_an_empty_patch_changes_nothing(world: World) -> None:
    before = world.ask("GET", "/v1/tasks/a1")

    assert before.told == world.ask("PATCH", "/v1/tasks/a1", send={}, if_match="*").told


def test_a_patch_cannot_open_what_is_done(world: World) -> None:
    world.ask("POST", "/v1/tasks/a1/completion")
    reply = world.ask("PATCH", "/v1/tasks/a1", send={"status": "doing"}, if_match="*")

    assert (409, "task.done") == (reply.status, reply.json["code"])


def test_a_list_one_may_only_read_takes_no_task(world: World) -> None:
    reply = world.ask("POST", "/v1/tasks", send={**NEW, "list_id": "work"})

    assert (403, "access.denied") == (reply.status, reply.json["code"])


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("list_id", "told"),
    [("work", (403, "access.denied")), ("desk", (422, "list.unknown"))],
)
def test_a_task_cannot_be_moved_onto_a_list_one_may_not_write_to(
    world: World, method: str, list_id: str, told: tuple[int, str]
) -> None:
    reply = world.ask(method, "/v1/tasks/a1", send={**NEW, "list_id": list_id}, if_match="*")

    assert told == (reply.status, reply.json["code"])
    assert "home" == getattr(stored(world, "a1"), "list_id", None)


def test_a_deleted_task_is_gone(world: World) -> None:
    assert 204 == world.ask("DELETE", "/v1/tasks/a1", if_match="*").status
    assert None is stored(world, "a1")
    assert 404 == world.ask("DELETE", "/v1/tasks/a1", if_match="*").status


def test_every_route_needs_a_caller(world: World) -> None:
    for route in world.routes:
        path = route.path.replace("{task_id}", "a1")

        assert 401 == world.ask(route.method, path, who=None, send=NEW).status, route


def test_what_others_do_in_their_tenant_changes_no_answer(world: World) -> None:
    def answers() -> list[Any]:
        paths = ("/v1/tasks", "/v1/tasks/a1", "/v1/tasks/e1", "/v1/tasks/shared")
        return [world.ask("GET", path).told for path in paths]

    before = answers()
    world.ask("POST", "/v1/tasks", who=EVE, send=NEW, idempotency_key="k")
    shared: dict[str, Any] = {**NEW, "user_id": "ann", "created_at": world.engine.clock.now()}
    world.base.scoped("evil").put(Task(task_id="shared", **shared))

    assert before == answers()


def test_the_library_is_imported_without_powertools() -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['aws_lambda_powertools'] = None\n"
        "import tabledesign.todo.http.tasks, tabledesign.api.answering\n"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_a_problem_is_no_error_of_the_library() -> None:
    assert not issubclass(Problem, TabledesignError)


def test_a_task_is_complete_exactly_when_it_says_so(world: World) -> None:
    world.ask("POST", "/v1/tasks/a1/completion", who=ANN)
    task = stored(world, "a1")

    assert task is not None
    assert (Status.DONE, world.engine.clock.now()) == (task.status, task.completed_at)
    assert 404 == world.ask("GET", "/v1/tasks/a1", who=BOB).status
