"""The direct lane and a boto3 client before the same engine: the same answers, the same errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tabledesign.engine import ClientEngine, DirectEngine, Engine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.errors import RequestError
from tabledesign.testing.conformance import CASES, run_case
from tabledesign.wire import Operation, Request

from ..conftest import TABLE
from .engines import directly, with_keys

pytestmark = [pytest.mark.dynoxide, pytest.mark.engines]

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
ITEM = KEY | {
    "photo": {"B": b"\x00\xff"},
    "all": {"BS": [b"a", b"\xff"]},
    "deep": {"M": {"B": {"L": [{"NULL": True}, {"B": b"x"}, {"N": "1.5"}]}}},
    "text": {"S": 'naïve "😀" \u2028\n'},
}
ON_TABLE = {"TableName": "todo"}
CONDITION = {
    "ConditionExpression": "attribute_not_exists(pk)",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}
QUERY = {
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "a"}},
    "ReturnConsumedCapacity": "TOTAL",
}
STEPS: list[tuple[Operation, dict[str, Any]]] = [
    ("PutItem", {**ON_TABLE, "Item": ITEM}),
    ("GetItem", {**ON_TABLE, "Key": KEY}),
    ("GetItem", {**ON_TABLE, "Key": KEY | {"sk": {"S": "none"}}}),
    ("PutItem", {**ON_TABLE, "Item": KEY, **CONDITION}),
    ("Query", {**ON_TABLE, **QUERY}),
    ("Query", {**ON_TABLE, **QUERY, "IndexName": "none"}),
    ("Query", {**ON_TABLE, **QUERY, "KeyConditionExpression": "pk == :pk"}),
    ("Scan", {"TableName": "none"}),
    ("BatchWriteItem", {"RequestItems": {"todo": [{"PutRequest": {"Item": ITEM}}] * 2}}),
    ("BatchGetItem", {"RequestItems": {"todo": {"Keys": [KEY]}}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {**ON_TABLE, "Item": KEY, **CONDITION}}]}),
    ("TransactGetItems", {"TransactItems": [{"Get": {**ON_TABLE, "Key": KEY}}]}),
    ("UpdateItem", {**ON_TABLE, "Key": KEY, "UpdateExpression": "SET a = :a"}),
    ("GetItem", {"TableName": "todo", "Key": {"pk": {"N": "1"}}}),
    ("PutItem", {**ON_TABLE, "Item": KEY | {"large": {"S": "x" * 500_000}}}),
    ("DescribeTable", ON_TABLE),
    ("ListTables", {}),
    ("DeleteItem", {**ON_TABLE, "Key": KEY, "ReturnValues": "ALL_OLD"}),
]


@pytest.fixture(scope="module")
def dynoxide() -> Iterator[Dynoxide]:
    with Dynoxide() as started:
        yield started


def outcome(engine: Engine, request: Request) -> object:
    """What differs by nature left out: an answer's headers, and the id that an error tells."""
    try:
        answer = {**engine.send(request)}
    except RequestError as error:
        details = {name: part for name, part in error.details.items() if name != "request_id"}
        return type(error), error.code, error.message, details
    del answer["ResponseMetadata"]
    if "Table" in answer:  # one is made for each engine, and botocore does not know all of it
        for name in ("CreationDateTime", "TableId", "TableThroughputModeSummary"):
            answer["Table"].pop(name, None)
    return answer


def outcomes(engine: Engine) -> list[object]:
    engine.send(Request("CreateTable", TABLE))
    try:
        return [outcome(engine, Request(name, parameters)) for name, parameters in STEPS]
    finally:
        engine.send(Request("DeleteTable", {"TableName": "todo"}))


def test_answers_and_errors_are_those_of_a_boto3_client(
    dynoxide: Dynoxide, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_keys(monkeypatch, TABLEDESIGN_TRANSPORT="botocore")
    client = ClientEngine(dynoxide.client())
    monkeypatch.delenv("TABLEDESIGN_TRANSPORT")
    with DirectEngine(endpoint_url=dynoxide.endpoint) as direct:
        assert "compatible direct" == f"{client.transport.lane} {direct.transport.lane}"
        expected = outcomes(client)
        steps = [name for name, _ in STEPS]
        for step, theirs, ours in zip(steps, expected, outcomes(direct), strict=True):
            assert (step, theirs) == (step, ours)


@pytest.mark.full
def test_it_keeps_every_fact_of_dynamodb_that_the_conformance_cases_ask_for(
    dynoxide: Dynoxide,
) -> None:
    with directly(dynoxide) as direct:
        results = [run_case(direct, case) for case in CASES]
    by_client = [run_case(dynoxide.engine(), case) for case in CASES]
    assert by_client == results
