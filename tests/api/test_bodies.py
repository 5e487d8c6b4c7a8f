"""Bodies: too long, too deep, ambiguous, of another kind, and what each is told."""

from __future__ import annotations

import base64
import json
import random
import time
from typing import Any

import pytest
from pydantic import BaseModel

from tabledesign import Change
from tabledesign.api.bodies import BODY_BYTES, change_of, read_body, sent_bytes
from tabledesign.api.exchange import Call, Received
from tabledesign.api.principal import Principal
from tabledesign.api.problems import Problem
from tabledesign.engine.deadline import Deadline
from tabledesign.todo.http.models import NewTask, TaskPatch

GOOD = {"title": "Feed the cat", "list_id": "home"}


def call(
    body: str | bytes | None, *, is_base64: bool = False, kind: str = "application/json"
) -> Call:
    text = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    received = Received(
        headers={"content-type": kind},
        query=(),
        body=text,
        is_base64=is_base64 or isinstance(body, bytes),
        request_id="r1",
    )
    return Call(
        received=received,
        principal=Principal("ann", "acme"),
        parameters={},
        deadline=Deadline.after(10),
    )


def refused(body: str | bytes | None, model: type[BaseModel] = NewTask, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        read_body(call(body, **options), model)
    return caught.value


def test_a_good_body_is_the_model() -> None:
    read = read_body(call(json.dumps({**GOOD, "due": "2026-01-07", "tags": ["a"]})), NewTask)

    assert (2026, frozenset({"a"})) == (read.due and read.due.year, read.tags)


def test_a_body_may_be_as_long_as_allowed_and_no_longer() -> None:
    fits = call(b" " * BODY_BYTES).received

    assert BODY_BYTES == len(sent_bytes(fits))
    for body in (b" " * (BODY_BYTES + 1), " " * (BODY_BYTES + 1), "ü" * (BODY_BYTES // 2 + 1)):
        assert (413, "body.too_large") == (refused(body).status, refused(body).code)


def test_a_body_that_is_too_long_is_never_decoded() -> None:
    assert 413 == refused("!" * (2 * BODY_BYTES), is_base64=True).status


@pytest.mark.parametrize(
    ("body", "options"),
    [("%%%", {"is_base64": True}), ("YQ", {"is_base64": True}), ("\ud800", {}), (b"\xff", {})],
)
def test_a_body_that_cannot_be_decoded_is_a_400(body: str | bytes, options: Any) -> None:
    problem = refused(body, **options)

    assert (400, "body.encoding") == (problem.status, problem.code)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "null x",
        "{",
        "{'title': 1}",
        '{"title": NaN}',
        '{"title": Infinity}',
        '{"title": "a", "title": "b"}',
        '{"notes": {"a": 1, "a": 2}}',
        "[" * 33 + "]" * 33,
        '{"a":' * 40_000,
        "[" * 100_000,
        '"\\ud800"',
        "\ufeff{}",
        '{"title": ' + "9" * 200_000 + "}",
    ],
)
def test_what_is_not_plain_json_is_a_400(body: str | None) -> None:
    problem = refused(body)

    assert (400, "body.json") == (problem.status, problem.code)


def test_brackets_within_a_text_are_no_depth() -> None:
    read = read_body(call(json.dumps({**GOOD, "notes": '["' * 100 + "\\"})), NewTask)

    assert 201 == len(read.notes or "")


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"title": ""}, ["/title"]),
        ({"title": 7}, ["/title"]),
        ({"title": None}, ["/title"]),
        ({"title": "x" * 501}, ["/title"]),
        ({"list_id": ["home"]}, ["/list_id"]),
        ({"tags": ["a", ""]}, ["/tags/1"]),
        ({"tags": "a"}, ["/tags"]),
        ({"priority": "urgent"}, ["/priority"]),
        ({"due": "2026-02-30"}, ["/due"]),
        ({"due": 0}, ["/due"]),
        ({"a/b~c": 1}, ["/a~1b~0c"]),
        ({"title": 10**100, "due": 1}, ["/due", "/title"]),
    ],
)
def test_each_fault_is_pointed_at(changes: dict[str, Any], pointers: list[str]) -> None:
    problem = refused(json.dumps({**GOOD, **changes}))

    assert 422 == problem.status
    assert pointers == sorted(fault.pointer or "" for fault in problem.faults)


class Counted(BaseModel):
    count: int
    sure: bool


def test_a_value_of_another_type_is_not_turned_into_the_one_that_is_wanted() -> None:
    faults = refused('{"count": "7", "sure": "yes"}', Counted).faults

    assert ["/count", "/sure"] == [fault.pointer for fault in faults]


def test_a_body_that_is_no_object_is_pointed_at_as_a_whole() -> None:
    assert [(422, "")] == [(refused("[]").status, fault.pointer) for fault in refused("[]").faults]


OWNED = (
    "task_id", "user_id", "tenant", "created_at", "completed_at", "completed_by", "kind", "source",
    "entity", "entity_version", "version", "pk", "sk", "gsi1pk", "__class__", "id", "ttl",
)  # fmt: skip


@pytest.mark.parametrize("model", [NewTask, TaskPatch])
@pytest.mark.parametrize("name", OWNED)
def test_what_the_server_owns_cannot_be_sent(model: type[BaseModel], name: str) -> None:
    problem = refused(json.dumps({**GOOD, name: "mine"}), model)

    assert (422, [f"/{name}"]) == (problem.status, [fault.pointer for fault in problem.faults])


def test_a_new_task_cannot_be_done_already_nor_a_patch_make_it_so() -> None:
    assert ["/status"] == [
        f.pointer for f in refused(json.dumps({**GOOD, "status": "done"})).faults
    ]
    assert ["/status"] == [f.pointer for f in refused('{"status": "done"}', TaskPatch).faults]


def test_a_fault_never_repeats_what_was_sent() -> None:
    problem = refused(json.dumps({"title": {"password": "hunter2"}, "list_id": "x" * 999}))

    assert "hunter2" not in str(problem.document("r1"))
    assert "xxx" not in str(problem.document("r1"))


def test_a_merge_patch_sets_what_it_holds_and_takes_away_what_is_null() -> None:
    sent = '{"notes": null, "due": null, "title": "New"}'
    patch = read_body(call(sent), TaskPatch)

    assert Change().set(title="New").remove("due", "notes") == change_of(patch)


def test_a_patch_cannot_take_away_what_a_task_needs() -> None:
    sent = '{"title": null, "list_id": null, "priority": null, "tags": null, "status": null}'
    faults = refused(sent, TaskPatch).faults

    assert ["/list_id", "/priority", "/status", "/tags", "/title"] == sorted(
        fault.pointer or "" for fault in faults
    )


def test_bytes_of_any_kind_are_refused_with_a_problem_and_in_time() -> None:
    chance = random.Random(5)
    pieces = [b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"1e999", b"null", b"\xff", b"title"]
    started = time.process_time()
    for _ in range(3_000):
        body = b"".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        assert refused(body).status in (400, 422)

    assert time.process_time() - started < 30
