"""boto3 itself: the client that gives wire dicts is the base of every ratio.

Beside it what people put on top: `TypeDeserializer`, a pydantic model after it, or the Table
resource. All clients have boto3's default configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from pydantic import BaseModel

from benchmarks.canned import FIRST
from benchmarks.item import key, row, values
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Operation, Side

__all__ = ["BASE", "QUESTION", "client_of", "sides"]

BASE = "boto3 client, wire dicts"
KEY = dict(key(FIRST))
QUESTION: dict[str, Any] = {
    "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
    "ExpressionAttributeValues": {":pk": KEY["pk"], ":sk": {"S": "Task#"}},
}
_maker: Any = boto3
_plain, _wire = TypeDeserializer(), TypeSerializer()


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(BaseModel):
    """The seven fields in plain pydantic."""

    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]


def client_of(endpoint: Endpoint) -> Any:
    """A client with the default configuration, but for its connections."""
    return _maker.client("dynamodb", **_options(endpoint))


def _options(endpoint: Endpoint) -> dict[str, Any]:
    config: Any = Config
    return {
        "endpoint_url": endpoint.url,
        "verify": endpoint.certificate,
        "config": config(max_pool_connections=endpoint.connections),
    }


def sides(endpoint: Endpoint) -> list[Side]:
    """All four; the base is the first."""
    return [
        _client(client_of(endpoint)),
        _converted("boto3 client + TypeDeserializer", client_of(endpoint), _values, _wire_of),
        _converted("the same + pydantic", client_of(endpoint), _model, _wire_of_model),
        _resource(endpoint),
    ]


def _client(client: Any) -> Side:
    item, items = row(FIRST), [row(number) for number in MODELS]
    return Side(
        BASE,
        "boto3",
        {
            "get": lambda: client.get_item(TableName="tasks", Key=KEY)["Item"],
            "put": lambda: client.put_item(TableName="tasks", Item=item),
            "query": lambda: _query(client, "query"),
            "page": lambda: _query(client, "page"),
            "batch": lambda: _batch(client, items),
        },
    )


def _converted(
    name: str, client: Any, read: Callable[[Any], Any], written: Callable[[Any], Any]
) -> Side:
    """The client with something on top, both ways; ``written`` makes wire dicts of a model."""
    models = [Task(**values(number)) for number in MODELS]

    def get() -> object:
        return read(client.get_item(TableName="tasks", Key=KEY)["Item"])

    return Side(
        name,
        "boto3",
        {
            "get": get,
            "put": lambda: client.put_item(TableName="tasks", Item=written(models[0])),
            "query": lambda: [read(item) for item in _query(client, "query")],
            "page": lambda: [read(item) for item in _query(client, "page")],
            "batch": lambda: _batch(client, [written(model) for model in models]),
        },
    )


def _query(client: Any, operation: Operation) -> Any:
    return client.query(TableName=OPERATIONS[operation].table, **QUESTION)["Items"]


def _batch(client: Any, items: Sequence[Any]) -> None:
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        client.batch_write_item(RequestItems={"tasks": puts})


def _values(item: Any) -> Any:
    return {name: _plain.deserialize(value) for name, value in item.items()}


def _model(item: Any) -> Task:
    return Task.model_validate(_values(item))


def _wire_of(model: Task) -> Any:
    """What is by hand without a model's help: the fields as they are stored, and the keys."""
    fields = {
        "project": model.project,
        "number": model.number,
        "status": model.status.value,
        "cost": model.cost,
        "created": model.created.isoformat(),
        "done": model.done,
        "labels": model.labels,
        **_keys(model),
    }
    return {name: _wire.serialize(value) for name, value in fields.items()}


def _wire_of_model(model: Task) -> Any:
    return {name: _wire.serialize(value) for name, value in _stored(model).items()}


def _stored(model: Task) -> dict[str, Any]:
    fields = model.model_dump()
    fields["status"] = model.status.value
    fields["created"] = model.created.isoformat()
    return fields | _keys(model)


def _keys(model: Task) -> dict[str, str]:
    moment = model.created.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "pk": f"project#{model.project}#",
        "sk": f"Task#{model.number:019d}#",
        "gsi1pk": f"Task#{model.status.value}#",
        "gsi1sk": f"Task#{moment}#{model.number:019d}#",
        "entity": "Task",
    }


def _resource(endpoint: Endpoint) -> Side:
    from boto3.dynamodb.conditions import Key

    resource = _maker.resource("dynamodb", **_options(endpoint))
    models = [Task(**values(number)) for number in MODELS]
    where = {name: value["S"] for name, value in KEY.items()}
    condition: Any = Key("pk").eq(where["pk"]) & Key("sk").begins_with("Task#")
    tasks = resource.Table("tasks")

    def query(operation: Operation) -> Any:
        table = resource.Table(OPERATIONS[operation].table)
        return lambda: table.query(KeyConditionExpression=condition)["Items"]

    def batch() -> None:
        with tasks.batch_writer() as writer:
            for model in models:
                writer.put_item(Item=_stored(model))

    return Side(
        "boto3 Table resource",
        "boto3",
        {
            "get": lambda: tasks.get_item(Key=where)["Item"],
            "put": lambda: tasks.put_item(Item=_stored(models[0])),
            "query": query("query"),
            "page": query("page"),
            "batch": batch,
        },
    )
