"""Pairs of requests that get in each other's way, and the table they meet on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from tabledesign.todo.entities import Member, Role, Status, Task, TaskList, User
from tabledesign.todo.repository import TodoRepository

from ..api.shapes import Sent, claims

__all__ = ["CONTESTS", "Contest", "fill"]

AT = datetime(2025, 11, 23, 9, tzinfo=UTC)

Law = Literal["once", "one wins", "repeatable", "any"]


@dataclass(frozen=True)
class Contest:
    """Two requests, and what holds of them where nothing fails.

    ``once``: they have one key and one effect, and are told the same. ``one wins``: the other is
    told that it has been changed. ``repeatable``: both are told of the same state. ``any``: what
    the order makes of them. ``match`` names what both have read: its ETag goes with them.
    """

    one: Sent
    other: Sent
    law: Law
    match: str = ""


def _sent(method: str, path: str, body: object = None, who: str = "ann", **headers: str) -> Sent:
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    roles = {"cognito:groups": "[member admin]"} if who == "ada" else {}
    raw = None if body is None else json.dumps(body).encode()
    return Sent(
        method, f"/v1{path}", (), {"content-type": kind, **named}, raw, claims(who, **roles)
    )


def _twice(*sent: Any, **more: str) -> tuple[Sent, Sent]:
    """One request that its client has sent twice."""
    return _sent(*sent, **more), _sent(*sent, **more)


NEW = {"title": "Sew", "list_id": "home"}
BOB = {"user_id": "cy", "role": "viewer", "purpose": "to help"}
PUT = _sent("PUT", "/tasks/t", {"title": "Put", "list_id": "home"})
PATCH = _sent("PATCH", "/tasks/t", {"title": "Patched", "due": None})
NOTES = _sent("PATCH", "/tasks/t", {"notes": "Noted"}, who="bob")
MOVE = _sent("PATCH", "/tasks/t", {"list_id": "work"})
DELETE = _sent("DELETE", "/tasks/t")
COMPLETE = _sent("POST", "/tasks/t/completion")
REOPEN = _sent("DELETE", "/tasks/t/completion")
GRANT = _sent("PUT", "/lists/home/members/bob", {"role": "viewer", "purpose": "to look"})
REVOKE = _sent("DELETE", "/lists/home/members/bob")

CONTESTS: Mapping[str, Contest] = {
    "a task created twice under one key": Contest(
        *_twice("POST", "/tasks", NEW, idempotency_key="k"), "once"
    ),
    "a list created twice under one key": Contest(
        *_twice("POST", "/lists", {"title": "New"}, idempotency_key="k"), "once"
    ),
    "a member added twice under one key": Contest(
        *_twice("POST", "/lists/home/members", BOB, idempotency_key="k"), "once"
    ),
    "a user created twice under one key": Contest(
        *_twice("POST", "/users", {"name": "Di"}, who="ada", idempotency_key="k"), "once"
    ),
    "a completion sent twice under one key": Contest(
        *_twice("POST", "/tasks/t/completion", idempotency_key="k"), "repeatable"
    ),
    "two users of one email": Contest(
        _sent("POST", "/users", {"name": "Di", "email": "di@x.y"}, who="ada"),
        _sent("POST", "/users", {"name": "Ed", "email": "di@x.y"}, who="ada"),
        "one wins",
    ),
    "a member added by two": Contest(
        _sent("POST", "/lists/home/members", BOB), _sent("POST", "/lists/home/members", BOB),
        "one wins",
    ),
    "two replacements": Contest(PUT, PUT, "one wins", "/tasks/t"),
    "a replacement and a change": Contest(PUT, PATCH, "one wins", "/tasks/t"),
    "two changes of other fields": Contest(PATCH, NOTES, "one wins", "/tasks/t"),
    "a move and a change": Contest(MOVE, PATCH, "one wins", "/tasks/t"),
    "a deletion and a change": Contest(DELETE, PATCH, "one wins", "/tasks/t"),
    "two titles of a list": Contest(
        _sent("PUT", "/lists/home", {"title": "A"}), _sent("PUT", "/lists/home", {"title": "B"}),
        "one wins", "/lists/home",
    ),
    "a grant changed and taken away": Contest(GRANT, REVOKE, "one wins", "/lists/home/members/bob"),
    "a grant taken away and left": Contest(
        REVOKE, _sent("DELETE", "/lists/home/members/me", who="bob"), "any",
        "/lists/home/members/bob",
    ),
    "two completions": Contest(COMPLETE, COMPLETE, "repeatable"),
    "two completions by two": Contest(
        COMPLETE, _sent("POST", "/tasks/t/completion", who="bob"), "repeatable"
    ),
    "two reopenings": Contest(
        _sent("DELETE", "/tasks/done/completion"), _sent("DELETE", "/tasks/done/completion"),
        "repeatable",
    ),
    "a completion and a reopening": Contest(COMPLETE, REOPEN, "any"),
    "a completion and a change": Contest(PATCH, COMPLETE, "any", "/tasks/t"),
}  # fmt: skip
"""By name."""


def fill(repository: TodoRepository) -> None:
    """A list of ann's that bob edits, with an open task and a done one."""
    for user in ("ann", "bob", "cy", "ada"):
        repository.put(User(user_id=user, name=user, email=f"{user}@x.y", created_at=AT))
    for list_id in ("home", "work"):
        repository.put(TaskList(list_id=list_id, title=list_id, owner_id="ann", created_at=AT))
        repository.put(Member(list_id=list_id, user_id="ann", role=Role.OWNER, since=AT))
    repository.put(Member(list_id="home", user_id="bob", role=Role.EDITOR, since=AT))
    fields: dict[str, Any] = {"list_id": "home", "user_id": "ann", "created_at": AT}
    repository.put(Task(task_id="t", title="Task", due=date(2026, 1, 5), **fields))
    done: dict[str, Any] = {"status": Status.DONE, "completed_at": AT, "completed_by": "ann"}
    repository.put(Task(task_id="done", title="Done", **fields, **done))
