"""The engines that are held against each other, each with the to-do table in it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, cast

from tabledesign.engine import Engine
from tabledesign.engine.client import Client, ClientEngine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.patterns.writes import item_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table
from tabledesign.todo import table as todo
from tabledesign.wire import Request

__all__ = ["create_table", "fill", "opened"]


def create_table(engine: Engine, table: Table = todo) -> None:
    """Make the table with all its global indexes, projecting everything."""
    indexes = [
        {
            "IndexName": place.name,
            "KeySchema": _schema(place.partition_attribute, place.sort_attribute),
            "Projection": {"ProjectionType": "ALL"},
        }
        for place in table.places[1:]
    ]
    parameters: dict[str, Any] = {
        "TableName": table.name,
        "KeySchema": _schema(table.partition_key, table.sort_key),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in table.key_attributes
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        parameters["GlobalSecondaryIndexes"] = indexes
    engine.send(Request("CreateTable", parameters))


def _schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    sorting = [] if sort is None else [{"AttributeName": sort, "KeyType": "RANGE"}]
    return [{"AttributeName": partition, "KeyType": "HASH"}, *sorting]


def fill(engine: EmbeddedEngine, entities: list[Entity], *, tenant: str) -> None:
    """Put many items where a state file would put them: quickly, and past all requests."""
    account = engine._account
    with account.lock:
        for entity in entities:
            account.put(todo.name, item_of(entity, tenant))


@contextmanager
def opened(name: str) -> Generator[Engine]:
    """One of embedded, dynoxide and moto, empty."""
    if name == "embedded":
        with embedded() as engine:
            yield engine
    elif name == "dynoxide":
        with Dynoxide() as server:
            yield server.engine()
    else:
        yield from _moto()


def _moto() -> Generator[Engine]:
    import boto3
    from moto import mock_aws

    with mock_aws():
        make: Callable[..., Client] = cast("Any", boto3).client
        client = make(
            "dynamodb",
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        yield ClientEngine(client, name="moto")
