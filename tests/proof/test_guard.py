"""The guard itself: it passes what is right and names each thing that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import table
from tabledesign.wire import Operation, Request

from .guard import Guard, breaches

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
START = KEY | {"gsi3pk": {"S": "acme#user#ann#"}, "gsi3sk": {"S": "Task#2026-01-02#1#"}}


def found(operation: Operation, **parameters: Any) -> list[str]:
    return list(breaches(Request(operation, parameters), table, "acme#"))


def asked(**changed: Any) -> list[str]:
    return found("Query", **(QUERY | changed))


def test_right_requests_pass() -> None:
    assert asked() == []
    assert asked(ExclusiveStartKey=START, Limit=3) == []
    assert found("GetItem", TableName="todo", Key=KEY) == []
    assert found("BatchGetItem", RequestItems={"todo": {"Keys": [KEY]}}) == []


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("Unknown parameter", {"Limits": 3}),
    ("Invalid type for parameter Limit", {"Limit": "3"}),
    ("names given", {"ExpressionAttributeNames": QUERY["ExpressionAttributeNames"] | {"#x": "x"}}),
    ("values used", {"FilterExpression": "#sk = :other"}),
    ("wrong order", {"ExpressionAttributeValues": QUERY["ExpressionAttributeValues"]
                     | {":low": {"S": "Task#3"}}}),
    ("not closed", {"KeyConditionExpression": "#pk = :pk AND #sk >= :low"}),
    ("names pk", {"ExpressionAttributeNames": {"#pk": "pk", "#sk": "gsi3sk"}}),
    ("no index", {"IndexName": "gsi9"}),
    ("read consistently", {"ConsistentRead": True}),
    ("another tenant's", {"ExpressionAttributeValues": QUERY["ExpressionAttributeValues"]
                          | {":pk": {"S": "acmeX#user#ann#"}}}),
    ("start key holds", {"ExclusiveStartKey": KEY}),
    ("another partition", {"ExclusiveStartKey": START | {"gsi3pk": {"S": "acme#user#bob#"}}}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "changed"), WRONG, ids=[words for words, _ in WRONG])
def test_a_wrong_query_is_named(words: str, changed: dict[str, Any]) -> None:
    assert words in "; ".join(asked(**changed))


def test_in_takes_a_hundred_operands() -> None:
    def operands(count: int) -> list[str]:
        values = {f":v{n}": {"S": str(n)} for n in range(count)}
        return asked(
            FilterExpression=f"#f IN ({', '.join(values)})",
            ExpressionAttributeNames=QUERY["ExpressionAttributeNames"] | {"#f": "status"},
            ExpressionAttributeValues=QUERY["ExpressionAttributeValues"] | values,
        )

    assert operands(100) == []
    assert operands(101) == ["IN has 101 operands"]


ITEMS: list[tuple[str, dict[str, Any]]] = [
    ("half written", KEY | {"gsi1pk": {"S": "acme#user#ann#"}}),
    ("another tenant's", KEY | {"pk": {"S": "acm#Task#1#"}}),
    ("primary key is missing", {"title": {"S": "x"}}),
    ("no text, or empty", KEY | {"sk": {"S": ""}}),
    ("no text, or empty", KEY | {"sk": {"N": "1"}}),
    ("has 1025 bytes", KEY | {"sk": {"S": "Task#" + "x" * 1020}}),
    ("has 2049 bytes", KEY | {"pk": {"S": "acme#" + "x" * 2044}}),
]


@pytest.mark.parametrize(("words", "item"), ITEMS)
def test_a_wrong_item_is_named(words: str, item: dict[str, Any]) -> None:
    assert words in "; ".join(found("PutItem", TableName="todo", Item=item))


def test_a_batch_has_a_hundred_different_keys_at_most() -> None:
    keys = [KEY | {"pk": {"S": f"acme#Task#{n}#"}} for n in range(101)]
    assert found("BatchGetItem", RequestItems={"todo": {"Keys": keys[:100]}}) == []
    assert "batch of 101" in "; ".join(found("BatchGetItem", RequestItems={"todo": {"Keys": keys}}))
    twice = {"todo": {"Keys": [KEY, KEY]}}
    assert "batch of 2 with 1" in "; ".join(found("BatchGetItem", RequestItems=twice))


def test_a_wrong_request_is_not_sent() -> None:
    engine = ScriptedEngine()
    guard = Guard(engine, table, tenant="acme")
    with pytest.raises(AssertionError, match="another tenant's"):
        guard.send(Request("GetItem", {"TableName": "todo", "Key": KEY | {"pk": {"S": "x#"}}}))
    assert engine.requests == []
