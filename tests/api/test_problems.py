"""What a failure tells a stranger, and what it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tabledesign import errors
from tabledesign.api.problems import RULES, Problem, problem_of

from .world import ANN, World

CANARY = "acme#user#ann in table todo-prod of arn:aws:dynamodb"


def tree(root: type[Any] = errors.TabledesignError) -> Iterator[type[Any]]:
    """Every error class the library declares for its users."""
    if root.__module__ == errors.__name__:
        yield root
    for below in root.__subclasses__():
        yield from tree(below)


def made(kind: type[Any]) -> Exception:
    """An error of the class, with what must not leave in every place it has."""
    if issubclass(kind, errors.DesignError):
        return kind([errors.Refusal("x.y", CANARY, CANARY, CANARY)])
    error: Exception = kind(CANARY, code="some.code", details={"key": CANARY})
    error.__cause__ = ValueError(CANARY)
    return error


STATUSES = {
    "TabledesignError": 500,
    "DesignError": 500,
    "InputError": 500,
    "CursorInvalid": 400,
    "NotFound": 404,
    "NotUnique": 500,
    "UnreadableItem": 500,
    "RequestError": 500,
    "ConditionFailed": 409,
    "AlreadyExists": 409,
    "ItemMissing": 404,
    "StaleVersion": 412,
    "UniqueTaken": 409,
    "Contended": 409,
    "Throttled": 429,
    "TransactionConflict": 409,
    "TableMissing": 500,
    "AccessDenied": 500,
    "EngineUnreachable": 503,
    "DeadlinePassed": 503,
    "OutcomeUnknown": 503,
    "ServiceFailed": 503,
    "RequestRefused": 500,
    "CapabilityMissing": 500,
}


def test_every_error_of_the_library_has_a_status_of_its_own() -> None:
    assert set(tree()) == set(RULES)


def test_the_statuses_are_these() -> None:
    assert STATUSES == {kind.__name__: problem_of(made(kind)).status for kind in tree()}


def test_no_error_takes_its_message_details_or_cause_along() -> None:
    told = {kind.__name__: str(problem_of(made(kind)).document("r1")) for kind in tree()}

    assert [] == [name for name, text in told.items() if "acme" in text or "todo-prod" in text]


def test_any_other_exception_is_a_500_that_tells_nothing() -> None:
    problem = problem_of(RuntimeError(CANARY))

    assert (500, "internal") == (problem.status, problem.code)
    assert CANARY not in str(problem.document("r1"))


@pytest.mark.parametrize("kind", ["Contended", "Throttled", "TransactionConflict"])
def test_what_may_be_sent_again_says_when(kind: str) -> None:
    assert "1" == problem_of(made(getattr(errors, kind))).headers["Retry-After"]


def test_a_lost_answer_does_not_invite_a_repetition() -> None:
    lost = problem_of(errors.OutcomeUnknown("", code="outcome.unknown"))

    assert (503, {}) == (lost.status, lost.headers)
    assert "Idempotency-Key" in lost.detail


def test_a_misconfigured_service_is_not_the_callers_fault() -> None:
    unbound = errors.InputError("give tenant=", code="tenant.missing", field="tenant")

    assert (500, "internal") == (problem_of(unbound).status, problem_of(unbound).code)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("key.too_long", 400),
        ("key.empty_part", 400),
        ("update.invalid", 422),
        ("item.too_large", 422),
    ],
)
def test_what_a_caller_can_cause_is_told_in_words_of_our_own(code: str, status: int) -> None:
    problem = problem_of(errors.InputError(CANARY, code=code, field=CANARY))

    assert (status, False) == (problem.status, "acme" in str(problem.document("r1")))


def test_a_wrong_argument_is_named() -> None:
    error = errors.InputError("no date", code="argument.value", field="due_from")
    document = problem_of(error).document("r1")

    assert [{"parameter": "due_from", "code": "argument.value", "detail": "no date"}] == (
        document["errors"]
    )


def test_a_document_has_the_members_of_rfc_9457_and_the_code() -> None:
    wanted = {
        "type": "/problems/task.done",
        "title": "Conflict",
        "status": 409,
        "detail": "reopen it",
        "code": "task.done",
        "request_id": "r1",
    }

    assert wanted == Problem(409, "task.done", "reopen it").document("r1")


@pytest.mark.parametrize("kind", [kind for kind in tree() if issubclass(kind, errors.RequestError)])
def test_a_failing_table_is_a_problem_document(
    world: World, kind: type[errors.RequestError], capsys: pytest.CaptureFixture[str]
) -> None:
    reply = world.failing(lambda request, number: made(kind)).ask("GET", "/v1/tasks/a1", who=ANN)

    assert "application/problem+json" == reply.headers["content-type"]
    told = reply.text + "".join(capsys.readouterr())
    assert [False, False] == [word in told for word in ("acme", "todo-prod")]


def test_a_bug_is_a_500_and_the_log_names_its_class_only(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = world.failing(lambda request, number: KeyError(CANARY)).ask("GET", "/v1/tasks/a1")

    assert (500, "internal") == (reply.status, reply.json["code"])
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert ["r1", "KeyError"] == [line["request_id"], line["error"]]
    assert CANARY not in json.dumps(line)


def test_with_half_a_second_left_nothing_is_begun(world: World) -> None:
    world.context.left = 500
    reply = world.ask("GET", "/v1/tasks/a1")

    assert (503, "deadline.passed") == (reply.status, reply.json["code"])
    assert ("1", []) == (reply.headers["retry-after"], world.engine.requests)


def test_with_a_little_more_left_it_is_answered(world: World) -> None:
    world.context.left = 501

    assert 200 == world.ask("GET", "/v1/tasks/a1").status
