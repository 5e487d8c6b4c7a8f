"""The table of any design as a resource: what CloudFormation makes of it is the design's table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import pytest

from tabledesign import Entity, InputError, Key, Table
from tabledesign.deploy.table import Capacity, TableSettings, table_resource
from tabledesign.design.difference import differences
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.errors import DesignError
from tabledesign.testing.designs import draw_design
from tabledesign.testing.source import Seeded
from tabledesign.todo import table as todo
from tabledesign.wire import Request

from ..design.designs import table as shop
from ..testing.estate import table as estate

names = count(1)

# What CreateTable does not take, or not by these names.
APART = {"TimeToLiveSpecification", "PointInTimeRecoverySpecification", "SSESpecification"}


@pytest.fixture(scope="module")
def engine() -> Iterator[EmbeddedEngine]:
    with embedded() as opened:
        yield opened


def made(engine: EmbeddedEngine, resource: Mapping[str, Any]) -> tuple[Any, Any]:
    """The live table, made as CloudFormation makes it, and its TTL."""
    properties = dict(resource["Properties"])
    name = properties.setdefault("TableName", f"stack-Table-{next(names)}")
    ttl = properties.get("TimeToLiveSpecification")
    create = {key: value for key, value in properties.items() if key not in APART}
    engine.send(Request("CreateTable", create))
    if ttl is not None:
        engine.send(
            Request("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": ttl})
        )
    described = engine.send(Request("DescribeTable", {"TableName": name}))["Table"]
    lives = engine.send(Request("DescribeTimeToLive", {"TableName": name}))
    return described, lives["TimeToLiveDescription"]


@pytest.mark.parametrize("table", [todo, shop, estate], ids=lambda table: str(table.name))
def test_the_deployed_table_does_not_differ_from_its_design(
    engine: EmbeddedEngine, table: Table
) -> None:
    described, ttl = made(engine, table_resource(table))

    assert [] == differences(table, described, ttl)


def test_no_drawn_design_differs_from_its_deployed_table(engine: EmbeddedEngine) -> None:
    found = [
        differences(table, *made(engine, table_resource(table)))
        for table in (draw_design(Seeded(seed)).__table__ for seed in range(15))
    ]

    assert [[]] * 15 == found


def test_what_a_design_does_not_say_has_careful_defaults() -> None:
    resource = table_resource(todo)
    properties = resource["Properties"]

    assert ("Retain", "Retain") == (resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
    assert "PAY_PER_REQUEST" == properties["BillingMode"]
    assert {"PointInTimeRecoveryEnabled": True} == properties["PointInTimeRecoverySpecification"]
    assert {"SSEEnabled": True} == properties["SSESpecification"]
    assert "TableName" not in properties, "CloudFormation can replace only what it named"
    assert "StreamSpecification" not in properties


def test_every_setting_is_taken() -> None:
    settings = TableSettings(
        capacity=Capacity(read=5, write=2),
        recovery=False,
        key="alias/orders",
        deletion="RetainExceptOnCreate",
        protected=True,
        stream="NEW_AND_OLD_IMAGES",
    )
    resource = table_resource(shop, settings, table_name="orders")
    properties = resource["Properties"]
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}

    assert ("RetainExceptOnCreate", "Retain") == (
        resource["DeletionPolicy"],
        resource["UpdateReplacePolicy"],
    )
    assert ("orders", "PROVISIONED", units) == (
        properties["TableName"],
        properties["BillingMode"],
        properties["ProvisionedThroughput"],
    )
    assert [units] * len(shop.global_indexes) == [
        index["ProvisionedThroughput"] for index in properties["GlobalSecondaryIndexes"]
    ]
    assert ["ProvisionedThroughput" in i for i in properties["LocalSecondaryIndexes"]] == [False]
    assert {"PointInTimeRecoveryEnabled": False} == properties["PointInTimeRecoverySpecification"]
    assert {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/orders"} == (
        properties["SSESpecification"]
    )
    assert {"StreamViewType": "NEW_AND_OLD_IMAGES"} == properties["StreamSpecification"]
    assert {"Enabled": True, "AttributeName": "expires"} == properties["TimeToLiveSpecification"]
    assert properties["DeletionProtectionEnabled"]


def test_a_key_of_awss_own_costs_nothing_and_a_table_may_go_with_its_stack() -> None:
    resource = table_resource(todo, TableSettings(key="owned", deletion="Delete"))

    assert {"SSEEnabled": False} == resource["Properties"]["SSESpecification"]
    assert ("Delete", "Delete") == (resource["DeletionPolicy"], resource["UpdateReplacePolicy"])


def test_one_tables_settings_do_not_leak_into_the_next() -> None:
    table_resource(todo, TableSettings(capacity=Capacity(read=1, write=1)))

    assert "PAY_PER_REQUEST" == table_resource(todo)["Properties"]["BillingMode"]


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (TableSettings(capacity=Capacity(read=0, write=1)), "capacity"),
        (TableSettings(key=""), "key"),
    ],
)
def test_settings_that_dynamodb_refuses_are_refused_first(
    settings: TableSettings, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        table_resource(todo, settings)

    assert field == refused.value.field


def test_a_table_without_entities_is_refused() -> None:
    with pytest.raises(DesignError):
        table_resource(Table("nothing"))


def test_a_table_with_a_partition_key_alone_has_one_key(engine: EmbeddedEngine) -> None:
    flat = Table("flat", sort_key=None)

    class Coin(Entity, table=flat):
        coin_id: str
        by_id = Key(partition="coin_id")

    resource = table_resource(Coin.__table__)

    assert ["HASH"] == [key["KeyType"] for key in resource["Properties"]["KeySchema"]]
    assert [] == differences(flat, *made(engine, resource))
