"""A POST that is sent again under its key: one task, and the first answer."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.engine.scripted import Lost
from tabledesign.errors import OutcomeUnknown
from tabledesign.wire import Request

from .world import ANN, BOB, EVE, World

NEW = {"title": "Sew", "list_id": "home"}


def create(world: World, key: str | None, **options: Any) -> Any:
    named: dict[str, Any] = {} if key is None else {"idempotency_key": key}
    given: dict[str, Any] = {"send": NEW, **options, **named}
    return world.ask("POST", "/v1/tasks", **given)


def count(world: World, who: Any = ANN) -> int:
    return len(world.ask("GET", "/v1/tasks", who=who).json["items"])


def test_the_same_request_under_one_key_makes_one_task(world: World) -> None:
    before = count(world)
    replies = [create(world, "k1") for _ in range(3)]

    assert [replies[0].told] * 3 == [reply.told for reply in replies]
    assert before + 1 == count(world)


def test_another_body_under_the_key_is_a_422(world: World) -> None:
    create(world, "k1")
    reply = create(world, "k1", send={**NEW, "title": "Other"})

    assert (422, "idempotency.mismatch") == (reply.status, reply.json["code"])


def test_without_a_key_each_request_is_one_of_its_own(world: World) -> None:
    before = count(world)

    assert create(world, None).json["task_id"] != create(world, None).json["task_id"]
    assert before + 2 == count(world)


def test_a_key_is_the_callers_own(world: World) -> None:
    world.base.put(  # bob may write to the list as well
        _membership("home", "bob")
    )
    ids = [create(world, "k1", who=who).json["task_id"] for who in (ANN, BOB, EVE)]

    assert [(0, 3)] == [(len(ids) - 3, len(set(ids)))]


def test_a_request_whose_answer_was_lost_is_carried_out_once(world: World) -> None:
    lost = OutcomeUnknown("lost", code="outcome.unknown")

    def lose(request: Request, number: int) -> Lost | None:
        return Lost(lost) if request.operation == "TransactWriteItems" else None

    before = count(world)
    first = create(world.failing(lose), "k1")
    second = create(world, "k1")

    assert first.status in (201, 503)
    assert (201, before + 1) == (second.status, count(world))


def test_a_request_that_meets_its_own_double_in_flight_is_a_409(world: World) -> None:
    from tabledesign.errors import TransactionConflict

    def meet(request: Request, number: int) -> Exception | None:
        if request.operation != "TransactWriteItems":
            return None
        calm = [{"Code": "None"}] * (len(request.parameters["TransactItems"]) - 1)
        reasons = [*calm, {"Code": "TransactionConflict"}]
        details = {"reasons": reasons}
        return TransactionConflict("busy", code="transaction.conflict", details=details)

    reply = create(world.failing(meet), "k1")

    assert (409, "idempotency.in_flight", "1") == (
        reply.status,
        reply.json["code"],
        reply.headers["retry-after"],
    )


@pytest.mark.parametrize("key", ["", "x" * 256, "ü", "a\tb"])
def test_a_key_that_is_none_is_a_400(world: World, key: str) -> None:
    reply = create(world, key)

    assert (400, "Idempotency-Key") == (reply.status, reply.json["errors"][0]["header"])


def _membership(list_id: str, user_id: str) -> Any:
    from tabledesign.todo import Member, Role

    return Member(list_id=list_id, user_id=user_id, role=Role.EDITOR)
