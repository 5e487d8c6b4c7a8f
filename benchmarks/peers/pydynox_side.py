"""pydynox: models of attributes over a core in Rust, called and awaited.

It validates decimals alone: what is stored as an enum's text is that text in the model.
"""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

import asyncio
import logging
from typing import Any

from pydynox import BatchWriter, DynamoDBClient, Model, ModelConfig, SyncBatchWriter
from pydynox.attributes import (
    BooleanAttribute,
    DatetimeAttribute,
    DecimalAttribute,
    EnumAttribute,
    ListAttribute,
    NumberAttribute,
    StringAttribute,
)

from benchmarks.environment import REGION
from benchmarks.peers.fields import PARTITION, SORT, Status, attributes
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Operation, Side

__all__ = ["sides"]


def model(name: str, client: Any) -> Any:
    class Task(Model):
        model_config = ModelConfig(table=name, client=client)

        pk = StringAttribute(partition_key=True)
        sk = StringAttribute(sort_key=True)
        gsi1pk = StringAttribute()
        gsi1sk = StringAttribute()
        entity = StringAttribute()
        project = StringAttribute()
        number = NumberAttribute()
        status = EnumAttribute(Status)
        cost = DecimalAttribute()
        created = DatetimeAttribute()
        done = BooleanAttribute()
        labels = ListAttribute()

    return Task


def sides(endpoint: Endpoint) -> list[Side]:
    # It warns of every operation that takes 100 ms, which is what happens to 1,000 at once.
    logging.getLogger("pydynox").setLevel(logging.ERROR)
    client = DynamoDBClient(region=REGION, endpoint_url=endpoint.url)
    models = [model(OPERATIONS[each].table, client) for each in ("get", "query", "page")]
    loop = asyncio.new_event_loop()
    return [
        Side("pydynox, sync (Rust)", "peer", called(client, *models)),
        Side("pydynox, asyncio (Rust)", "peer", awaited(client, *models), loop),
    ]


def called(client: Any, Task: Any, Rows: Any, Page: Any) -> dict[Operation, Any]:
    models = [Task(**attributes(number)) for number in MODELS]
    ours = Task.sk.begins_with("Task#")

    def batch() -> None:
        with SyncBatchWriter(client, "tasks") as writer:
            for each in models:
                writer.put(each.to_dict())

    return {
        "get": lambda: Task.sync_get(pk=PARTITION, sk=SORT),
        "put": lambda: models[0].sync_save(),
        "query": lambda: list(Rows.sync_query(partition_key=PARTITION, sort_key_condition=ours)),
        "page": lambda: list(Page.sync_query(partition_key=PARTITION, sort_key_condition=ours)),
        "batch": batch,
    }


def awaited(client: Any, Task: Any, Rows: Any, Page: Any) -> dict[Operation, Any]:
    models = [Task(**attributes(number)) for number in MODELS]
    ours = Task.sk.begins_with("Task#")

    async def batch() -> None:
        async with BatchWriter(client, "tasks") as writer:
            for each in models:
                writer.put(each.to_dict())

    async def query(table: Any) -> Any:
        rows = table.query(partition_key=PARTITION, sort_key_condition=ours)
        return [each async for each in rows]

    return {
        "get": lambda: Task.get(pk=PARTITION, sk=SORT),
        "put": lambda: models[0].save(),
        "query": lambda: query(Rows),
        "page": lambda: query(Page),
        "batch": batch,
    }
