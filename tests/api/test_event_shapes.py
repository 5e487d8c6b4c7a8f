"""The same requests as each kind of event: the answers are equal, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from .shapes import SHAPES, Reply
from .world import ADA, ANN, BOB, EVE, SAM, World, opened

LONG = "x" * 300_000


def story(world: World) -> list[Reply]:
    """What a client may do, right and wrong, in order."""
    return [*questions(world), *changes(world), *sharing(world)]


NEW = {"title": "Näh die Flagge 🏴", "list_id": "home", "tags": ["b", "a"], "due": "2026-01-07"}


def questions(world: World) -> list[Reply]:
    """Lists of tasks, by every kind of parameter."""
    first = {"due_from": "2026-01-01", "limit": "1"}
    page = world.ask("GET", "/v1/tasks", query=first)
    cursor = {"cursor": page.json["next_cursor"]}
    queries = [
        {"limit": "2"},
        {**first, **cursor},
        cursor,
        {"status": "done", "completed_since": "2026-01-01T00:00:00+01:00"},
        {"assignee": "ann"},
        {"assignee": "bob, & co"},
        {"colour": "blue & green"},
        {"due_from": "tomorrow, 9:00"},
    ]
    refused = world.ask("GET", "/v1/tasks", accept="text/html")
    return [page, refused, *(world.ask("GET", "/v1/tasks", query=query) for query in queries)]


def changes(world: World) -> list[Reply]:
    """A task from its creation to its deletion, with every mistake on the way."""
    made = world.ask("POST", "/v1/tasks", send=NEW, idempotency_key="one")
    task, tag = f"/v1/tasks/{made.json['task_id']}", made.headers["etag"]
    replies = [made]

    def ask(method: str, path: str, **options: Any) -> None:
        replies.append(world.ask(method, path, **options))

    ask("POST", "/v1/tasks", send=NEW, idempotency_key="one")
    ask("POST", "/v1/tasks", send={**NEW, "title": "Other"}, idempotency_key="one")
    for who in (ANN, BOB, EVE, None):
        ask("GET", task, who=who)
    ask("PATCH", task, send={"due": None, "notes": "Wäsche"}, if_match=tag)
    ask("PATCH", task, send={"title": "Late"}, if_match=tag)
    ask("PATCH", task, send={"title": "Late"})
    ask("PATCH", task, send={"task_id": "mine", "priority": "urgent"}, if_match="*")
    ask("PUT", task, send={"title": "Whole", "list_id": "home"}, if_match="*")
    ask("PUT", task, send={"title": "Whole", "list_id": "nowhere"}, if_match="*")
    ask("POST", f"{task}/completion")
    ask("DELETE", f"{task}/completion")
    ask("POST", task)
    ask("GET", "/v1/nothing")
    ask("POST", "/v1/tasks", raw=b"\xff\xfe", content_type="application/json")
    ask("POST", "/v1/tasks", raw=b"title=x", content_type="multipart/form-data")
    ask("POST", "/v1/tasks", send={"title": LONG})
    ask("POST", "/v1/tasks", raw=b"[" * 100, content_type="application/json")
    ask("DELETE", task, if_match="*")
    ask("GET", task)
    return replies


def sharing(world: World) -> list[Reply]:
    """A list that two people share, and the directory that they stand in."""
    made = world.ask("POST", "/v1/lists", send={"title": "Gärten"}, idempotency_key="a b;c")
    garden, replies = f"/v1/lists/{made.json['list_id']}", [made]

    def ask(method: str, path: str, **options: Any) -> Any:
        replies.append(world.ask(method, path, **options))
        return replies[-1].json if replies[-1].text else None

    ask("POST", "/v1/lists", send={"title": "Gärten"}, idempotency_key="a b;c")
    grant: dict[str, Any] = {"user_id": "bob", "role": "viewer", "purpose": "gießen, täglich"}
    ask("GET", garden, who=BOB)
    bob = ask("POST", f"{garden}/members", send=grant)
    ask("POST", f"{garden}/members", send=grant)
    ask("POST", f"{garden}/members", send={**grant, "user_id": "b/b", "expires_at": "soon"})
    ask("PUT", f"{garden}/members/bob", send={"role": "editor"}, if_match=bob["etag"])
    ask("PUT", f"{garden}/members/bob", send={"role": "viewer"}, if_match=bob["etag"])
    ask("POST", "/v1/tasks", who=BOB, send={"title": "Dig", "list_id": made.json["list_id"]})
    for part in ("", "/tasks", "/board", "/members", "/access"):
        for who in (BOB, SAM):
            ask("GET", f"{garden}{part}", who=who, purpose="ticket 7, urgent")
    ask("GET", f"{garden}/access", query={"show": "record", "limit": "2"})
    ask("GET", garden, if_none_match=made.headers["etag"])
    ask("GET", "/v1/lists", who=BOB)
    ask("PUT", garden, send={"title": "Park"}, if_match="*")
    ask("DELETE", f"{garden}/members/me", who=BOB)
    ask("GET", garden, who=SAM)
    ask("GET", "/v1/users", who=ADA, query={"email": "bob@acme.example"})
    ask("POST", "/v1/users", who=ADA, send={"name": "Dan", "user_id": "dan"})
    ask("GET", "/v1/users/dan", who=ADA)
    ask("PATCH", "/v1/users/me", send={"name": "Änne", "role": "admin"}, if_match="*")
    ask("PATCH", "/v1/users/me", send={"name": "Änne"}, if_match="*")
    ask("DELETE", "/v1/users/me", if_match="*")
    ask("DELETE", garden, if_match="*")
    ask("GET", garden)
    return replies


@pytest.fixture(scope="module")
def told() -> list[Any]:
    with opened("rest") as world:
        return [reply.told for reply in story(world)]


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "rest"])
def test_every_kind_of_event_is_answered_alike(shape: str, told: list[Any]) -> None:
    with opened(shape) as world:
        assert told == [reply.told for reply in story(world)]


def test_the_story_meets_every_kind_of_answer(told: list[Any]) -> None:
    wanted = {200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428}

    assert wanted == {status for status, _, _ in told}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_answer_names_its_request(shape: str) -> None:
    with opened(shape) as world:
        fine, refused = world.ask("GET", "/v1/tasks"), world.ask("GET", "/v1/tasks/none")

    assert ["", ""] != [fine.headers["x-request-id"], refused.headers["x-request-id"]]
    assert refused.headers["x-request-id"] == refused.json["request_id"]


def test_a_client_cannot_choose_the_id_of_its_request() -> None:
    for shape in SHAPES:
        with opened(shape) as world:
            reply = world.ask("GET", "/v1/tasks", x_request_id="mine", x_amzn_requestid="mine")

        assert reply.headers["x-request-id"] not in ("", "mine"), shape


def test_the_caller_of_one_shape_is_that_of_the_others() -> None:
    for shape in SHAPES:
        with opened(shape) as world:
            items = world.ask("GET", "/v1/tasks", who=ANN).json["items"]

        assert ["a1", "a2", "a3"] == [item["task_id"] for item in items], shape
