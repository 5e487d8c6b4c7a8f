"""Creating a table: waiting, TTL, and what is there already."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.design.designs import table

from tabledesign import RequestError
from tabledesign.design.definition import table_definition
from tabledesign.design.provision import MOST_POLLS, Provisioned, compare, provision
from tabledesign.engine.drivers import drive
from tabledesign.engine.effects import Effect, Operation, Send, Sleep
from tabledesign.engine.embedded import embedded
from tabledesign.errors import TableMissing
from tabledesign.todo import table as todo


class Slow:
    """A DynamoDB whose table is there after so many looks at it."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.created = False
        self.operations: list[str] = []

    def run(self, operation: Operation[Provisioned]) -> Provisioned:
        effect = next(operation)
        while True:
            try:
                answer = self.perform(effect)
                effect = operation.send(answer)
            except TableMissing as error:
                effect = operation.throw(error)
            except StopIteration as done:
                return cast("Provisioned", done.value)

    def perform(self, effect: Effect) -> object:
        if isinstance(effect, Sleep):
            self.operations.append("sleep")
            return None
        assert isinstance(effect, Send)
        self.operations.append(effect.request.operation)
        answer: dict[str, Any] = {}
        if effect.request.operation == "CreateTable":
            self.created = True
        elif effect.request.operation == "DescribeTable":
            if not self.created:
                raise TableMissing("there is none", code="table.missing")
            self.looks -= 1
            status = "ACTIVE" if self.looks < 0 else "CREATING"
            answer = {"Table": {**table_definition(table), "TableStatus": status}}
        return answer


def test_creating_waits_until_the_table_is_active_and_then_sets_its_ttl() -> None:
    slow = Slow(looks=2)

    assert Provisioned("created") == slow.run(provision(table))
    assert [
        "DescribeTable",
        "CreateTable",
        *["DescribeTable", "sleep"] * 2,
        "DescribeTable",
        "UpdateTimeToLive",
    ] == slow.operations


def test_a_table_that_never_gets_active_is_an_error_that_names_the_command() -> None:
    with pytest.raises(RequestError, match="tabledesign table diff") as failed:
        Slow(looks=MOST_POLLS + 1).run(provision(table))

    assert "table.not_active" == failed.value.code


def test_the_embedded_engine_holds_what_was_designed() -> None:
    with embedded() as engine:
        assert "created" == drive(provision(todo), engine).outcome
        assert "identical" == drive(provision(todo), engine).outcome
        assert [] == drive(compare(todo), engine)


def test_a_table_that_differs_is_left_alone_and_told() -> None:
    with embedded() as engine:
        drive(provision(todo, table_name="shop"), engine)

        found = drive(provision(table), engine)
        again = drive(compare(todo, table_name="shop"), engine)

    assert "different" == found.outcome
    assert found.differences
    assert [] == again
