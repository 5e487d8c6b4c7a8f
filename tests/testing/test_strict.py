"""The strict wrapper names each thing that DynamoDB refuses and an emulator lets through."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.testing.scope import OutsideTenant, Scope
from tabledesign.testing.strict import Refused, Strict, breaches
from tabledesign.todo.entities import table
from tabledesign.wire import Operation, Request

KEY = {"pk": {"S": "acme#Task#1#"}, "sk": {"S": "Task#"}}
QUERY: dict[str, Any] = {
    "TableName": "todo",
    "IndexName": "gsi3",
    "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :low AND :high",
    "ExpressionAttributeNames": {"#pk": "gsi3pk", "#sk": "gsi3sk"},
    "ExpressionAttributeValues": {
        ":pk": {"S": "acme#user#ann#"},
        ":low": {"S": "Task#2026-01-01"},
        ":high": {"S": "Task#2026-01-31"},
    },
}
NAMES, VALUES = QUERY["ExpressionAttributeNames"], QUERY["ExpressionAttributeValues"]
START = KEY | {"gsi3pk": {"S": "acme#user#ann#"}, "gsi3sk": {"S": "Task#2026-01-02#1#"}}
UPDATE: dict[str, Any] = {
    "TableName": "todo",
    "Key": KEY,
    "UpdateExpression": "SET #t = :t",
    "ExpressionAttributeNames": {"#t": "title"},
    "ExpressionAttributeValues": {":t": {"S": "x"}},
}


def found(operation: Operation, parameters: dict[str, Any]) -> str:
    return "; ".join(breaches(Request(operation, parameters), table))


def put(**attributes: Any) -> dict[str, Any]:
    return {"TableName": "todo", "Item": KEY | attributes}


RIGHT: list[tuple[Operation, dict[str, Any]]] = [
    ("Query", QUERY),
    ("Query", QUERY | {"ExclusiveStartKey": START, "Limit": 3}),
    ("GetItem", {"TableName": "todo", "Key": KEY}),
    ("UpdateItem", UPDATE),
    ("PutItem", put(n={"N": "1" * 38}, s={"SS": ["a"]})),
    ("BatchGetItem", {"RequestItems": {"todo": {"Keys": [KEY]}}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": put()}]}),
]


@pytest.mark.parametrize(("operation", "parameters"), RIGHT)
def test_what_is_right_passes(operation: Operation, parameters: dict[str, Any]) -> None:
    assert found(operation, parameters) == ""


WRONG: list[tuple[str, Operation, dict[str, Any]]] = [
    ("Unknown parameter", "Query", QUERY | {"Limits": 3}),
    ("Invalid type", "Query", QUERY | {"Limit": "3"}),
    ("is in ExpressionAttributeNames and not used", "Query",
     QUERY | {"ExpressionAttributeNames": NAMES | {"#x": "x"}}),
    ("is used and not in ExpressionAttributeValues", "Query",
     QUERY | {"FilterExpression": "#sk = :other"}),
    ("wrong order", "Query",
     QUERY | {"ExpressionAttributeValues": VALUES | {":low": {"S": "Task#3"}}}),
    ("of different types", "Query",
     QUERY | {"ExpressionAttributeValues": VALUES | {":low": {"N": "3"}}}),
    ("no index", "Query", QUERY | {"IndexName": "gsi9"}),
    ("the key condition is none", "Query",
     QUERY | {"KeyConditionExpression": "#pk = :pk OR #sk BETWEEN :low AND :high"}),
    ("another partition key", "Query",
     QUERY | {"ExpressionAttributeNames": {"#pk": "pk", "#sk": "gsi3sk"}}),
    ("read consistently", "Query", QUERY | {"ConsistentRead": True}),
    ("the filter reads", "Query", QUERY | {"FilterExpression": "#sk = :low"}),
    ("must hold", "Query", QUERY | {"ExclusiveStartKey": KEY}),
    ("another partition", "Query",
     QUERY | {"ExclusiveStartKey": START | {"gsi3pk": {"S": "acme#user#bob#"}}}),
    ("outside what BETWEEN", "Query",
     QUERY | {"ExclusiveStartKey": START | {"gsi3sk": {"S": "Task#2027"}}}),
    ("stands beside an expression", "Query", QUERY | {"ConditionalOperator": "AND"}),
    ("must hold pk, sk", "GetItem", {"TableName": "todo", "Key": {"pk": KEY["pk"]}}),
    ("sk is empty", "GetItem", {"TableName": "todo", "Key": KEY | {"sk": {"S": ""}}}),
    ("sk has 1025 bytes", "PutItem", put(sk={"S": "x" * 1_025})),
    ("pk has 2049 bytes", "PutItem", put(pk={"S": "x" * 2_049})),
    ("gsi1pk is empty", "PutItem", put(gsi1pk={"S": ""})),
    ("gsi1pk is no text", "PutItem", put(gsi1pk={"N": "1"})),
    ("39 digits", "PutItem", put(n={"N": "1" * 39})),
    ("outside -130..125", "PutItem", put(n={"N": "1E+126"})),
    ("an empty set", "PutItem", put(s={"SS": []})),
    ("one member twice", "PutItem", put(s={"NS": ["1", "1.0"]})),
    ("bytes, and DynamoDB takes 409600", "PutItem", put(t={"S": "x" * 409_600})),
    ("of the primary key", "UpdateItem", UPDATE | {"ExpressionAttributeNames": {"#t": "sk"}}),
    ("gsi1sk is empty", "UpdateItem",
     UPDATE | {"ExpressionAttributeNames": {"#t": "gsi1sk"},
               "ExpressionAttributeValues": {":t": {"S": ""}}}),
    ("changes title twice", "UpdateItem", UPDATE | {"UpdateExpression": "SET #t = :t REMOVE #t"}),
    ("one kind of clause twice", "UpdateItem",
     UPDATE | {"UpdateExpression": "SET #t = :t SET #t = :t"}),
    ("compared with itself", "UpdateItem", UPDATE | {"ConditionExpression": "#t = #t"}),
    ("neither text nor binary", "UpdateItem",
     UPDATE | {"ConditionExpression": "begins_with(#t, :n)",
               "ExpressionAttributeValues": {":t": {"S": "x"}, ":n": {"N": "1"}}}),
    ("names one item twice", "BatchGetItem", {"RequestItems": {"todo": {"Keys": [KEY, KEY]}}}),
    ("a batch of 26", "BatchWriteItem",
     {"RequestItems": {"todo": [{"PutRequest": {"Item": KEY | {"sk": {"S": str(n)}}}}
                                for n in range(26)]}}),
    ("names one item twice", "TransactWriteItems",
     {"TransactItems": [{"Put": put()}, {"Delete": {"TableName": "todo", "Key": KEY}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "operation", "parameters"), WRONG)
def test_what_is_wrong_is_named(
    words: str, operation: Operation, parameters: dict[str, Any]
) -> None:
    assert words in found(operation, parameters)


def test_in_takes_a_hundred_operands() -> None:
    def operands(count: int) -> str:
        values = {f":v{n}": {"S": str(n)} for n in range(count)}
        filtered = {
            "FilterExpression": f"#f IN ({', '.join(values)})",
            "ExpressionAttributeNames": NAMES | {"#f": "status"},
            "ExpressionAttributeValues": VALUES | values,
        }
        return found("Query", QUERY | filtered)

    assert operands(100) == ""
    assert "IN has 101 operands" in operands(101)


def test_a_refused_request_is_not_sent() -> None:
    engine = ScriptedEngine()
    with pytest.raises(Refused, match="sk is empty"):
        Strict(engine, table).send(
            Request("GetItem", {"TableName": "todo", "Key": KEY | {"sk": {"S": ""}}})
        )
    assert engine.requests == []


FOREIGN: list[tuple[Operation, dict[str, Any]]] = [
    ("GetItem", {"TableName": "todo", "Key": KEY}),
    ("Query", QUERY),
    ("PutItem", put()),
    ("UpdateItem", UPDATE),
    ("BatchGetItem", {"RequestItems": {"todo": {"Keys": [KEY]}}}),
    ("BatchWriteItem", {"RequestItems": {"todo": [{"PutRequest": {"Item": KEY}}]}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": put()}]}),
    ("Scan", {"TableName": "todo"}),
]


@pytest.mark.parametrize(("operation", "parameters"), FOREIGN)
def test_the_scope_guard_stops_another_tenants_key(
    operation: Operation, parameters: dict[str, Any]
) -> None:
    # A tenant whose name is the beginning of another's is the hardest neighbour.
    with pytest.raises(OutsideTenant, match="'acm'"):
        Scope(ScriptedEngine(), table, "acm").send(Request(operation, parameters))


@pytest.mark.parametrize(("operation", "parameters"), FOREIGN[:-1])
def test_the_scope_guard_lets_the_tenants_own_keys_through(
    operation: Operation, parameters: dict[str, Any]
) -> None:
    engine = ScriptedEngine(fault=lambda request, number: {})

    assert Scope(engine, table, "acme").send(Request(operation, parameters)) == {}


def test_an_index_key_of_another_tenant_is_found_inside_an_update() -> None:
    smuggled = UPDATE | {
        "ExpressionAttributeNames": {"#t": "gsi1pk"},
        "ExpressionAttributeValues": {":t": {"S": "other#user#ann#"}},
    }
    with pytest.raises(OutsideTenant, match="gsi1pk"):
        Scope(ScriptedEngine(), table, "acme").send(Request("UpdateItem", smuggled))
