"""Each write is granted what it does, and nothing that another kind of write would do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tabledesign import Change, Entity, InputError, Key, Table, Transaction
from tabledesign.deploy.permissions import Grant, Need, Use, grants_of
from tabledesign.deploy.statements import TableArn, statements
from tabledesign.patterns.step import step_of
from tabledesign.todo import Member, Status, Task, TaskList, TodoRepository, User

from ..testing.estate import Lease, Tenant, Visit

ARN = TableArn.of("arn:aws:dynamodb:eu-central-1:123456789012:table/todo")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TASK = Task.by_id(task_id="1")
PLAIN = Change().set(title="x")
DONE = Change().set(status=Status.DONE, completed_at=NOW)
REOPENED = Change().set(status=Status.TODO).remove("completed_at")


def actions(*needs: Need) -> str:
    return " ".join(sorted(grant.action for grant in grants_of(*needs)))


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Use("get", Task), "GetItem"),
        (Use("counted", Member), "GetItem"),
        (Use("create", Task), "GetItem PutItem"),
        (Use("create", User), "PutItem"),
        (Use("create", Member), "PutItem UpdateItem"),
        (Use("create", User, once=True), "GetItem PutItem"),
        (Use("put", Task), "PutItem"),
        (Use("put", Task, conditional=True), "GetItem PutItem"),
        (Use("put", Lease), "DeleteItem GetItem PutItem"),
        (Use("update", Task), "GetItem UpdateItem"),
        (Use("update", User), "DeleteItem GetItem PutItem UpdateItem"),
        (Use("update", Visit), "GetItem UpdateItem"),
        (Use("upsert", Task), "GetItem PutItem UpdateItem"),
        (Use("delete", Task), "DeleteItem"),
        (Use("delete", Task, conditional=True), "DeleteItem GetItem"),
        (Use("delete", Member), "DeleteItem GetItem UpdateItem"),
        (Use("delete", Lease), "DeleteItem GetItem"),
        (Use("move", Task), "DeleteItem GetItem PutItem"),
        (Use("require", TaskList), "ConditionCheckItem"),
        (Use("require", User), "ConditionCheckItem"),
        (Use("put_many", Task), "BatchWriteItem"),
        (Use("delete_many", Task), "BatchWriteItem"),
        (Use("put_all", Task), "BatchWriteItem"),
        (Use("put_all", Tenant), "DeleteItem GetItem PutItem UpdateItem"),
        (step_of("update", TASK, change=DONE), "UpdateItem"),
        (step_of("update", TASK, change=REOPENED), "GetItem UpdateItem"),
        (step_of("update", TASK, change=PLAIN, policy="require", given={"title": "y"}),
         "GetItem UpdateItem"),
        (step_of("delete", TASK), "DeleteItem"),
        (step_of("update", User.by_id(user_id="1"), change=Change().set(name="x", role="admin")),
         "GetItem UpdateItem"),
        (step_of("update", User.by_id(user_id="1"), change=Change().set(email="x@example.com")),
         "DeleteItem GetItem PutItem UpdateItem"),
        (Transaction().update("task", TASK, DONE), "GetItem UpdateItem"),
        (Transaction().require("list", TaskList.by_id(list_id="1")), "ConditionCheckItem"),
        (Transaction().require("list", TaskList.by_id(list_id="1")).delete("task", TASK),
         "ConditionCheckItem DeleteItem"),
    ],
    ids=str,
)  # fmt: skip
def test_a_write_is_granted_what_it_does(need: Need, expected: str) -> None:
    assert expected == actions(need)


def test_an_entity_whose_old_items_are_brought_up_to_date_is_stored_whole_by_an_update() -> None:
    shelf = Table("shelf")

    class Book(Entity, table=shelf, version=2, upcasters={1: lambda item: item}):
        book_id: str
        title: str = ""
        by_id = Key(partition="book_id")

    assert "GetItem PutItem UpdateItem" == actions(Use("update", Book))
    assert "GetItem PutItem UpdateItem" == actions(
        step_of("update", Book.by_id(book_id="1"), change=Change().set(title="x"))
    )


def test_an_index_is_granted_by_its_name_and_the_table_apart_from_it() -> None:
    grants = grants_of(
        TodoRepository.open_tasks.plan, TodoRepository.board.plan, TodoRepository.task.plan
    )
    table = ARN.table

    assert [
        {
            "Sid": "Table",
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem"],
            "Resource": [table],
        },
        {
            "Sid": "Indexes",
            "Effect": "Allow",
            "Action": ["dynamodb:Query"],
            "Resource": [f"{table}/index/gsi1", f"{table}/index/gsi2"],
        },
    ] == statements(grants, ARN)


def test_a_table_of_the_same_template_is_named_by_what_it_will_be() -> None:
    made = statements([Grant("Query", "gsi1"), Grant("Query")], TableArn.of_resource("Table"))

    assert [
        [{"Fn::GetAtt": ["Table", "Arn"]}],
        [{"Fn::Sub": "${Table.Arn}/index/gsi1"}],
    ] == [statement["Resource"] for statement in made]


def test_who_needs_nothing_is_granted_nothing() -> None:
    assert frozenset() == grants_of()
    assert [] == statements((), ARN)


def test_a_verb_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError, match="'scan' is no verb that is known here; give one of "):
        grants_of(Use(cast("Any", "scan"), Task))
