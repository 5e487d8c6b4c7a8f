"""What CreateTable is asked for."""

from __future__ import annotations

from typing import Any, cast

import boto3
import pytest
from botocore.validate import ParamValidator
from tests.design.designs import table

from tabledesign import DesignError, Table
from tabledesign.design.definition import table_definition, ttl_specification
from tabledesign.todo import table as todo

EXPECTED: dict[str, Any] = {
    "TableName": "shop-test",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"}
        for name in ("pk", "sk", "by_statepk", "by_statesk", "shortpk", "shortsk", "recentsk")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_state",
            "KeySchema": [
                {"AttributeName": "by_statepk", "KeyType": "HASH"},
                {"AttributeName": "by_statesk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "short",
            "KeySchema": [
                {"AttributeName": "shortpk", "KeyType": "HASH"},
                {"AttributeName": "shortsk", "KeyType": "RANGE"},
            ],
            "Projection": {
                "ProjectionType": "INCLUDE",
                "NonKeyAttributes": ["t", "price", "entity", "expires"],
            },
        },
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "recent",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "recentsk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def test_the_whole_definition_follows_the_design() -> None:
    assert EXPECTED == table_definition(table, table_name="shop-test")


@pytest.mark.parametrize("design", [table, todo], ids=lambda table: table.name)
def test_botocore_accepts_the_definition(design: Table) -> None:
    client = cast("Any", boto3).client(
        "dynamodb", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    shape = client.meta.service_model.operation_model("CreateTable").input_shape

    report = ParamValidator().validate(table_definition(design), shape)

    assert not report.has_errors(), report.generate_report()


def test_ttl_is_specified_only_where_items_expire() -> None:
    assert {"Enabled": True, "AttributeName": "expires"} == ttl_specification(table)
    assert {"Enabled": True, "AttributeName": "ttl"} == ttl_specification(todo)
    assert ttl_specification(Table("lasting")) is None


def test_a_table_without_entities_is_refused() -> None:
    with pytest.raises(DesignError, match=r"table\.no_entities") as refused:
        table_definition(Table("empty"))

    assert "table.no_entities" == refused.value.code
