"""Each kind of fault that attacks are judged for, planted once, is found and made small."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import jwt
import pytest

from tabledesign.api import answering, bodies, conditions, problems
from tabledesign.api.tokens import verifier as verifying
from tabledesign.errors import CursorInvalid
from tabledesign.todo import Task
from tabledesign.todo.http import access, guard, models
from tabledesign.todo.policies import Decision

from .planted import FOREIGN, TABLE
from .storming import storm

Plant = Callable[[pytest.MonkeyPatch], None]

ENDLESS = 10**9


def _anyhow(answer: object) -> Callable[..., object]:
    return lambda *_, **__: answer


def deep_bodies_are_read(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(bodies, "_DEPTH", ENDLESS)


def no_signature_is_checked(plant: pytest.MonkeyPatch) -> None:
    def claims(token: str, key: object) -> Any:
        return jwt.decode(token, options={"verify_signature": False})

    plant.setattr(verifying, "signed_claims", claims)


def tokens_last_for_ever(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(verifying, "check_times", _anyhow(None))


def a_header_names_the_tenant(plant: pytest.MonkeyPatch) -> None:
    real = guard.Guard.asked

    def asked(self: Any, call: Any, route: str) -> Any:
        if call.header("X-Tenant") is not None:
            call = replace(call, principal=replace(call.principal, tenant="globex-known4d8c2"))
        return real(self, call, route)

    plant.setattr(guard.Guard, "asked", asked)


def everything_may_be_read(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(access, "decide", _anyhow(Decision(allowed=True, reasons=("planted",))))


def what_is_not_ones_own_is_denied(plant: pytest.MonkeyPatch) -> None:
    def decided(self: Any, resource: Any) -> Any:
        return self.decide(resource)

    plant.setattr(access.Asked, "_decided", decided)


def reading_marks_what_was_read(plant: pytest.MonkeyPatch) -> None:
    real = access.Asked.seen_task

    def seen_task(self: Any, task_id: str) -> Any:
        if task_id in FOREIGN["task_id"]:
            self.repository.delete_if_exists(Task.by_id(task_id=task_id))
        return real(self, task_id)

    plant.setattr(access.Asked, "seen_task", seen_task)


def a_problem_names_the_table(plant: pytest.MonkeyPatch) -> None:
    def stale() -> problems.Problem:
        return problems.Problem(412, "condition.stale", f"it has changed in {TABLE}")

    plant.setattr(conditions, "stale", stale)


def a_problem_names_a_key(plant: pytest.MonkeyPatch) -> None:
    rule = problems.Rule("cursor.invalid", "no such gsi3sk")
    plant.setattr(problems, "RULES", {**problems.RULES, CursorInvalid: rule})


def a_log_tells_the_body(plant: pytest.MonkeyPatch) -> None:
    real = bodies.sent_bytes

    def sent_bytes(received: Any) -> bytes:
        raw = real(received)
        logging.getLogger("tabledesign.api").info("received", extra={"sent": raw})
        return raw

    plant.setattr(bodies, "sent_bytes", sent_bytes)


def a_client_names_its_request(plant: pytest.MonkeyPatch) -> None:
    def request_id_of(event: Mapping[str, Any], context: object) -> str:
        headers: Mapping[str, str] = event.get("headers") or {}
        return next((v for n, v in headers.items() if n.lower() == "x-request-id"), "r")

    plant.setattr(answering, "request_id_of", request_id_of)


def problems_have_no_request_id(plant: pytest.MonkeyPatch) -> None:
    real = problems.Problem.document

    def document(self: Any, request_id: str) -> dict[str, object]:
        return {n: v for n, v in real(self, request_id).items() if n != "request_id"}

    plant.setattr(problems.Problem, "document", document)


REBUILT = (models.NewTask, models.TaskPatch)


def unknown_fields_are_ignored(plant: pytest.MonkeyPatch) -> None:
    for model in REBUILT:
        plant.setitem(model.model_config, "extra", "ignore")
        model.model_rebuild(force=True)


def cursors_are_believed(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(hmac, "compare_digest", _anyhow(True))


ROWS = {"canary", "foreign row", "foreign row changed"}
BUGS: Mapping[Plant, tuple[str, set[str]]] = {
    deep_bodies_are_read: ("deep body", {"5xx"}),
    no_signature_is_checked: ("forged token or claims", {"nobody is answered", "5xx"}),
    tokens_last_for_ever: ("forged token or claims", {"nobody is answered"}),
    a_header_names_the_tenant: ("headers that claim", ROWS),
    everything_may_be_read: ("foreign id", ROWS),
    what_is_not_ones_own_is_denied: ("foreign id", {"foreign row told apart"}),
    reading_marks_what_was_read: ("foreign id", {"foreign row changed"}),
    a_problem_names_the_table: ("wrong If-Match", {"canary"}),
    a_problem_names_a_key: ("odd cursor", {"inside"}),
    a_log_tells_the_body: ("odd fields", {"log"}),
    a_client_names_its_request: ("a header of two lines", {"header"}),
    problems_have_no_request_id: ("odd path", {"form"}),
    unknown_fields_are_ignored: ("fields of the server", {"field of the server"}),
    cursors_are_believed: ("odd cursor", {"5xx"}),
}
IN_DEFAULT = (everything_may_be_read, a_log_tells_the_body)


@pytest.fixture(autouse=True)
def models_as_declared() -> Iterator[None]:
    """What a bug has rebuilt is built anew once its patches are gone, for the tests after it."""
    yield
    for model in REBUILT:
        model.model_rebuild(force=True)


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(bug, id=bug.__name__, marks=[] if bug in IN_DEFAULT else [pytest.mark.full])
        for bug in BUGS
    ],
)
def test_a_planted_bug_is_found_and_made_small(bug: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    way, kinds = BUGS[bug]
    bug(monkeypatch)
    seen = storm(400, ways=[way])

    assert seen.failure is not None
    assert seen.failure.kind in kinds, f"{seen.failure}"
    assert seen.failure.repeats
    (sent,) = seen.failure.sent
    assert len(sent.attack.headers) <= 2, f"{seen.failure}"
