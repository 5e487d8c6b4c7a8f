"""Requests that mean harm: each is answered, none with a failure, none with another's rows."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tabledesign.todo import Member, Role, Task, TaskList, User

from ..evidence import Evidence
from .shapes import SHAPES, Sent, claims
from .world import ANN, BOB, CREATED, EVE, World

CANARY = "canary-7f3a"
INTERNAL = ("acme#", "evil#", "gsi", "Traceback", "tabledesign", "dynamodb", ".py")

TEXTS = (
    "", "a1", "b2", "e1", "none", "../a1", "acme#user#ann#", "USER#1", "%00", "\x00", "🏴", "null",
    "0", "-1", "NaN", "' OR 1=1", "${jndi:ldap}", "<script>", "2026-01-05", "9" * 40, "x" * 3_000,
    "open", "done", "bob", "evil", "2026-01-01T00:00:00Z", "*", '"x"', "application/json", "[a]",
)  # fmt: skip
MINE = ("a1", "a2", "a3", "b1", "home", "home", "work", "me", "ann")
PATHS = (
    "/v1/tasks", "/v1/tasks/{}", "/v1/tasks/{}", "/v1/tasks/{}/completion", "/v1/lists",
    "/v1/lists/{}", "/v1/lists/{}/tasks", "/v1/lists/{}/board", "/v1/lists/{}/members",
    "/v1/lists/{}/members/{}", "/v1/lists/{}/access", "/v1/users", "/v1/users/{}",
)  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    "/v1/tasks": {"title": "t", "list_id": "home"},
    "/v1/tasks/{}": {"title": "t", "list_id": "home"},
    "/v1/lists": {"title": "t"},
    "/v1/lists/{}": {"title": "t"},
    "/v1/lists/{}/members": {"user_id": "cy", "role": "viewer"},
    "/v1/lists/{}/members/{}": {"role": "editor"},
    "/v1/users": {"name": "n"},
    "/v1/users/{}": {"name": "n"},
}
NAMES = (
    "title", "list_id", "notes", "tags", "priority", "due", "assignee", "status", "task_id",
    "user_id", "tenant", "completed_at", "created_at", "pk", "__proto__", "limit", "cursor",
    "due_from", "due_to", "due_before", "completed_since", "ids", "order", "email", "role", "show",
    "name", "purpose", "expires_at", "a/b", "~",
)  # fmt: skip
HEADERS = (
    "if-match", "content-type", "idempotency-key", "accept", "x-tenant", "x-user", "cookie",
    "x-amzn-oidc-data", "x-http-method-override", "transfer-encoding", "x-request-id", "purpose",
)  # fmt: skip
BYTES = (b"", b"\xff", b"[" * 5_000, b'{"a":1,"a":2}', b"NaN", b"{}", b"[]", b'"\\ud800"', b"1e999")
CALLERS: tuple[Any, ...] = (
    ANN, ANN, ANN, ANN, ANN, ANN, None, {}, {"sub": "ann"}, {**ANN, "token_use": "access"},
    {**ANN, "sub": "", "tenant": "evil"}, claims("ann#", "acme#"), claims("nobody", "nowhere"),
)  # fmt: skip


def value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(8 if depth < 3 else 5)
    plain = (None, True, chance.randrange(-9, 10**12), chance.random(), chance.choice(TEXTS))
    if kind < len(plain):
        return plain[kind]
    if kind == 5:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(NAMES): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def drawn(chance: random.Random) -> Sent:
    """A request that is wrong in some places, and right in others."""
    path = chance.choice(PATHS)
    asked = [(chance.choice(NAMES), chance.choice(TEXTS)) for _ in range(chance.randrange(3))]
    headers = {
        chance.choice(HEADERS): chance.choice(TEXTS[1:6]) for _ in range(chance.randrange(3))
    }
    if chance.random() < 0.7:
        headers |= {"if-match": "*", "content-type": "application/json"}
    body: bytes | None = None
    if chance.random() < 0.7:
        sent = dict(GOOD.get(path, {})) if chance.random() < 0.8 else {}
        extra = max(0, chance.randrange(-2, 3))
        sent |= {chance.choice(NAMES): value(chance) for _ in range(extra)}
        body = json.dumps(sent).encode() if chance.random() < 0.8 else chance.choice(BYTES)
    method = chance.choice(
        ("GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE")
    )
    ids = [chance.choice(MINE if chance.random() < 0.5 else TEXTS[1:]) for _ in "12"]
    where = path.format(*ids)
    if (method, where) == ("DELETE", "/v1/lists/home"):
        method = "GET"  # most of the others would find nothing then
    return Sent(method, where, asked, headers, body, chance.choice(CALLERS))


def hide_canaries(world: World) -> None:
    """Rows that the caller must never see, under ids it will guess."""
    for tenant, task_id, user, on in (("evil", "e1", "ann", "home"), ("acme", "b2", "bob", "desk")):
        fields: dict[str, Any] = {"title": CANARY, "notes": CANARY, "created_at": CREATED}
        task = Task(task_id=task_id, list_id=on, user_id=user, **fields)
        world.base.scoped(tenant).put(task)
    desk = TaskList(list_id="desk", title=CANARY, owner_id="bob")
    grant = Member(list_id="desk", user_id="bob", role=Role.OWNER, purpose=CANARY)
    world.base.put(desk)
    world.base.put(grant)
    world.base.put(User(user_id="bob", name=CANARY, email=f"{CANARY}@acme.example"))
    world.base.scoped("evil").put(User(user_id="ann", name=CANARY))


@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.full)])
def test_hostile_requests_are_answered_and_learn_nothing(
    world: World, evidence: Evidence, count: int
) -> None:
    hide_canaries(world)
    chance = random.Random(count)
    through = [world.client(shape) for shape in SHAPES]
    statuses: dict[int, int] = {}
    for number in range(count):
        sent = drawn(chance)
        reply = through[number % len(through)](sent)
        statuses[reply.status] = statuses.get(reply.status, 0) + 1
        told = reply.text + str(dict(reply.headers))

        assert reply.status < 500, (number, sent, reply)
        assert CANARY not in told, (number, sent, reply)
        if reply.status >= 400:
            assert [] == [word for word in INTERNAL if word in told], (number, sent, reply)

    assert {200, 201, 204, 400, 401, 403, 404, 405, 415, 422} <= statuses.keys()
    for who, task_id in ((EVE, "e1"), (BOB, "b2")):
        assert CANARY == world.ask("GET", f"/v1/tasks/{task_id}", who=who).json["title"]
    evidence("requests of hostile clients to the to-do API", count)
