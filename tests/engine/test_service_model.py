"""What botocore says of a request is said, also where its items are looked at by other means."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from tabledesign.engine import service_model
from tabledesign.engine.service_model import model_fault
from tabledesign.wire import Operation, Request

MODEL = ServiceModel(Loader().load_service_model("dynamodb", "service-2"), "dynamodb")
GOOD: tuple[dict[str, Any], ...] = (
    {"S": "a"},
    {"N": "1"},
    {"B": b"a"},
    {"BOOL": True},
    {"NULL": True},
    {"SS": ["a", "b"]},
    {"NS": ["1"]},
    {"BS": [b"a"]},
    {"L": [{"S": "a"}, {"M": {"b": {"N": "1"}}}]},
    {"M": {"S": {"S": "a"}, "Item": {"L": []}}},
)
BAD: tuple[Any, ...] = (
    {"S": 1},
    {"N": 1},
    {"B": 1},
    {"BOOL": "true"},
    {"NULL": 0},
    {"SS": "a"},
    {"NS": [1]},
    {"BS": [1]},
    {"L": {"S": "a"}},
    {"L": [{"S": 1}]},
    {"M": {"a": "b"}},
    {"M": [{"S": "a"}]},
    {"X": "a"},
    {"S": "a", "N": "1"},
    {},
    "a",
    None,
)


def by_botocore(request: Request) -> str | None:
    shape = MODEL.operation_model(request.operation).input_shape
    assert shape is not None
    report = ParamValidator().validate(dict(request.parameters), shape)
    return report.generate_report() if report.has_errors() else None


def requests_with(item: Any) -> list[tuple[Operation, dict[str, Any]]]:
    table = {"TableName": "todo"}
    put, delete = {"PutRequest": {"Item": item}}, {"DeleteRequest": {"Key": item}}
    alike = [{"PutRequest": {"Item": {"a": {"S": text}}}} for text in "bcd"]
    return [
        ("PutItem", {**table, "Item": item}),
        ("GetItem", {**table, "Key": item}),
        ("Query", {**table, "ExpressionAttributeValues": item, "ExclusiveStartKey": item}),
        ("Query", {**table, "ExpressionAttributeNames": item}),
        ("BatchGetItem", {"RequestItems": {"Item": {"Keys": [item, {"a": {"S": "b"}}]}}}),
        ("BatchWriteItem", {"RequestItems": {"Key": [put, delete]}}),
        ("BatchWriteItem", {"RequestItems": {"todo": [*alike, put, put, *alike]}}),
        ("TransactWriteItems", {"TransactItems": [{"Put": {**table, "Item": item, "Key": item}}]}),
    ]


@pytest.mark.parametrize("value", [*GOOD, *BAD])
def test_a_value_in_any_place_gets_botocores_verdict(value: Any) -> None:
    for item in ({"a": value}, {"Item": value}, value, {1: value}, {"b": {"S": "c"}, "a": value}):
        for operation, parameters in requests_with(item):
            request = Request(operation, parameters)
            assert by_botocore(request) == model_fault(request), parameters


def test_items_that_are_in_order_are_not_shown_to_botocore(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Any] = []
    check = ParamValidator.validate

    def note(self: ParamValidator, parameters: Any, shape: Any) -> Any:
        shown.append(parameters)
        return check(self, parameters, shape)

    monkeypatch.setattr(ParamValidator, "validate", note)
    item = {f"a{number}": Random(number).choice(GOOD) for number in range(50)}
    assert (
        service_model.model_fault(Request("PutItem", {"TableName": "todo", "Item": item})) is None
    )
    assert [{"TableName": "todo", "Item": {}}] == shown
