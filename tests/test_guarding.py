"""The guards that every repository of the tests stands behind do refuse."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tabledesign.engine import AsyncClientEngine
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.testing.scope import OutsideTenant
from tabledesign.testing.strict import Refused
from tabledesign.todo import TodoRepository
from tabledesign.wire import Request


def get(partition: str, **more: Any) -> Request:
    key = {"pk": {"S": partition}, "sk": {"S": "Task#"}}
    return Request("GetItem", {"TableName": "todo", "Key": key, **more})


FORBIDDEN = [
    (get("other#Task#1#"), OutsideTenant),
    (get("acme#Task#1#", Unknown=1), Refused),
    (Request("Scan", {"TableName": "todo"}), OutsideTenant),
]


@pytest.mark.parametrize(("request_sent", "error"), FORBIDDEN)
def test_a_request_that_dynamodb_or_the_scope_forbids_fails_the_test(
    request_sent: Request, error: type[Exception]
) -> None:
    engine = ScriptedEngine()
    todo: Any = TodoRepository(engine, tenant="acme")
    with pytest.raises(error):
        todo.engine.send(request_sent)

    assert [] == engine.requests


@pytest.mark.parametrize(("request_sent", "error"), FORBIDDEN)
def test_an_asynchronous_engine_is_guarded_as_well(
    request_sent: Request, error: type[Exception]
) -> None:
    engine = ScriptedEngine()
    todo: Any = TodoRepository(AsyncClientEngine(engine), tenant="acme")
    with pytest.raises(error):
        asyncio.run(todo.engine.send(request_sent))

    assert [] == engine.requests


def test_a_scope_of_another_tenant_is_guarded_for_that_one() -> None:
    engine = ScriptedEngine(fault=lambda request, number: {})
    todo: Any = TodoRepository(engine, tenant="acme").scoped("other")
    with pytest.raises(OutsideTenant):
        todo.engine.send(get("acme#Task#1#"))
    todo.engine.send(get("other#Task#1#"))

    assert 1 == len(engine.requests)
