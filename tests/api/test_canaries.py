"""Secrets planted wherever a request has room: none is in a line, a metric or a refusal.

Each is told apart by where it stands, and looked for in every failure that the table can have.
"""

from __future__ import annotations

import io
import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any
from urllib.parse import quote

import pytest

from tabledesign import errors
from tabledesign.engine.scripted import Fault
from tabledesign.todo import Member, Role, Task, TaskList
from tabledesign.wire import Request, Response

from ..evidence import Evidence
from .shapes import SHAPES, Client, Reply, Sent, claims
from .world import CREATED, World

TENANT = "canary-tenant-1"
SUBJECT = "canary-subject-2"
WHO = claims(
    SUBJECT,
    TENANT,
    email="canary-email-3@acme.example",
    amr="canary-amr-4",
    **{"cognito:groups": "[member canary-group-5]", "canary-claim-6": "canary-claim-7"},
)
LIST, TASK = "canary-list-8", "canary-task-9"
STORED = ("canary-title-10", "canary-notes-11", "canary-kind-12")
CLAIMED = ("canary-email-3", "canary-amr-4", "canary-group-5", "canary-claim-", SUBJECT, TENANT)


def seed(world: World) -> None:
    repository = world.base.scoped(TENANT)
    repository.put(TaskList(list_id=LIST, title=STORED[0], owner_id=SUBJECT, created_at=CREATED))
    repository.put(Member(list_id=LIST, user_id=SUBJECT, role=Role.OWNER, since=CREATED))
    title, notes, kind = STORED
    fields: dict[str, Any] = {"title": title, "notes": notes, "kind": kind, "created_at": CREATED}
    repository.put(Task(task_id=TASK, list_id=LIST, user_id=SUBJECT, **fields))


def headers(**more: str) -> dict[str, str]:
    return {
        "Idempotency-Key": "canary-idempotency-13",
        "Purpose": "canary-purpose-14",
        "X-Forwarded-For": "canary-address-15",
        "User-Agent": "canary-agent-16",
        "Cookie": "canary-cookie-17",
        "X-Request-Id": "canary-request-18",
        "X-Amzn-Trace-Id": "Root=canary-trace-19",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def sent(method: str, path: str, query: dict[str, str], body: Any, **more: str) -> Sent:
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    named = headers(**{"content_type": kind, **more}) if raw is not None else headers(**more)
    return Sent(method, path, tuple(query.items()), named, raw, WHO)


GOOD = {"title": "canary-body-20", "list_id": LIST, "notes": "canary-body-21"}

REQUESTS = (
    sent("GET", "/v1/tasks", {"status": "open", "limit": "1"}, None),
    sent("GET", "/v1/tasks", {"cursor": "canary-cursor-22"}, None),
    sent("GET", "/v1/tasks", {"canary-name-23": "canary-value-24"}, None),
    sent("GET", f"/v1/tasks/{TASK}", {}, None),
    sent("GET", "/v1/tasks/canary-unknown-25", {}, None),
    sent("GET", "/v1/canary-path-26", {}, None),
    sent("POST", "/v1/tasks", {}, GOOD),
    sent("POST", "/v1/tasks", {}, {**GOOD, "due": "canary-due-27", "canary-field-28": 1}),
    sent("POST", "/v1/tasks", {}, b'{"title": "canary-json-29", \xff'),
    sent("POST", "/v1/tasks", {}, {**GOOD, "list_id": "canary-foreign-30"}),
    sent("POST", "/v1/tasks", {}, GOOD, content_type="canary/type-31"),
    sent("PATCH", f"/v1/tasks/{TASK}", {}, {"notes": "canary-body-32"}, if_match="*"),
    sent("PATCH", f"/v1/tasks/{TASK}", {}, {"notes": "x"}, if_match='"canary-tag-33"'),
    sent("POST", f"/v1/tasks/{TASK}/completion", {}, None),
    sent("DELETE", f"/v1/tasks/{TASK}", {}, None, if_match="*"),
    sent("CANARY-METHOD-34", "/v1/tasks", {}, None),
    sent("GET", f"/v1/lists/{LIST}/members", {}, None, accept="canary/accept-35"),
)


def tree(root: type[Any] = errors.TabledesignError) -> Iterator[type[Any]]:
    if root.__module__ == errors.__name__:
        yield root
    for below in root.__subclasses__():
        yield from tree(below)


def made(kind: type[Any]) -> Exception:
    secret = "canary-error-36"
    if issubclass(kind, errors.DesignError):
        return kind([errors.Refusal("x.y", secret, secret, secret)])
    if not issubclass(kind, errors.TabledesignError):
        error: Exception = kind(secret)
        vars(error)["code"] = "canary-code-37"  # as errors of others have one, which holds anything
        return error
    error = kind(secret, code="some.code", details={"key": secret})
    error.__cause__ = ValueError(secret)
    return error


def failing_at(kind: type[Any] | None, at: int) -> Fault | None:
    if kind is None:
        return None

    def fault(request: Request, number: int) -> Response | Exception | None:
        return made(kind) if number == at else None

    return fault


FAILURES: tuple[type[Any] | None, ...] = (None, *tree(), KeyError, RuntimeError, UnicodeError)


def asked(through: Client, request: Sent) -> tuple[Reply, str]:
    """The reply, and all that was written meanwhile, wherever to."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        reply = through(request)
    lines = out.getvalue().splitlines()
    assert 1 == len(lines), lines
    assert reply.status == json.loads(lines[0])["status"]
    return reply, out.getvalue() + err.getvalue()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What anything at all logs, but for what boto3 tells of its requests when it is debugged."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet = [logging.getLogger(name) for name in ("botocore", "boto3", "urllib3")]
    levels = [logger.level for logger in quiet]
    for logger in quiet:
        logger.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)
    for logger, level in zip(quiet, levels):
        logger.setLevel(level)


def canaries_in(text: str) -> list[str]:
    """Canaries in a text, in plain, escaped for an address, and in base64 at any offset."""
    plain = text.lower()
    wanted = ["canary", quote("canary"), "\\u0063anary"]
    found = [word for word in wanted if word in plain]
    for offset in range(3):
        coded = b64encode(b" " * offset + b"canary-").decode()[4 if offset else 0 : 8]
        found += [coded] if coded in text else []
    return found


@pytest.mark.parametrize("places", [1, pytest.param(3, marks=pytest.mark.full)])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_secret_of_a_request_or_a_row_is_written_whatever_fails(
    world: World, shape: str, places: int, logged: io.StringIO, evidence: Evidence
) -> None:
    seed(world)
    through = world.client(shape)
    count = 0
    # Every failure is met in one shape; the others differ before and after a route, not in it.
    failures = FAILURES if shape == "rest" else (None, KeyError)
    for kind in failures:
        for at in range(1, places + 1) if kind is not None else (1,):
            for request in REQUESTS:
                world.engine.requests.clear()  # the failing one is counted from here
                world.engine.fault = failing_at(kind, at)
                reply, written = asked(through, request)
                count += 1

                assert [] == canaries_in(written), (shape, kind, at, request)
                check_reply(reply, request)
    assert [] == canaries_in(logged.getvalue())
    evidence("requests with secrets planted in them, in every failure", count)


def check_reply(reply: Reply, request: Sent) -> None:
    """A refusal repeats nothing; a good answer shows what is the caller's own, and no claim."""
    told = reply.text + str({n: v for n, v in reply.headers.items() if n != "location"})
    if reply.status >= 400:
        allowed = [name for name in ("canary-name-23", "canary-field-28") if name in told]
        for name in allowed:
            told = told.replace(name, "")  # a fault is told by the name that the caller gave it
        assert [] == canaries_in(told), (request, reply)
    else:
        claimed = [each for each in CLAIMED[:-2] if each in told]
        assert [] == claimed + (["tenant"] if TENANT in told else []), (request, reply)


def test_the_canaries_are_there_to_be_found(world: World) -> None:
    seed(world)
    reply, _ = asked(world.client("rest"), REQUESTS[3])

    assert (200, STORED[0]) == (reply.status, reply.json["title"])
    assert "canary" in canaries_in(reply.text)
    assert canaries_in(b64encode(b"xcanary-1").decode())
    assert canaries_in(b64encode(b"xycanary-1").decode())
    assert canaries_in(b64encode(b"canary-1").decode())
