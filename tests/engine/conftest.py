"""One small table, and an engine of each kind to put it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine import Engine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.wire import Item, Request

Add = Callable[[Engine], None]
Put = Callable[[Engine, str], None]
Get = Callable[[Engine, str], Item | None]

TABLE: dict[str, Any] = {
    "TableName": "todo",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gsi1pk", "gsi1sk")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "gsi1",
            "KeySchema": [
                {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials, region or profile of the machine, and no look-up over the network."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def create() -> Request:
    return Request("CreateTable", TABLE)


@pytest.fixture
def put() -> Put:
    def put_item(engine: Engine, name: str) -> None:
        item = {"pk": {"S": name}, "sk": {"S": "Task#"}, "raw": {"B": b"\x00\xff"}}
        indexed = item | {"gsi1pk": {"S": "all"}, "gsi1sk": {"S": name}, "count": {"N": "1.5"}}
        engine.send(Request("PutItem", {"TableName": "todo", "Item": indexed}))

    return put_item


@pytest.fixture
def get() -> Get:
    def get_item(engine: Engine, name: str) -> Item | None:
        key = {"pk": {"S": name}, "sk": {"S": "Task#"}}
        parameters = {"TableName": "todo", "Key": key, "ConsistentRead": True}
        return engine.send(Request("GetItem", parameters)).get("Item")

    return get_item


@pytest.fixture
def add() -> Add:
    def add_one(engine: Engine) -> None:
        parameters = {
            "TableName": "todo",
            "Key": {"pk": {"S": "counter"}, "sk": {"S": "Task#"}},
            "UpdateExpression": "ADD #n :one",
            "ExpressionAttributeNames": {"#n": "n"},
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        engine.send(Request("UpdateItem", parameters))

    return add_one


@pytest.fixture
def local() -> Iterator[EmbeddedEngine]:
    with embedded() as engine:
        yield engine


@pytest.fixture
def server() -> Iterator[Dynoxide]:
    with Dynoxide() as started:
        yield started
