"""dynamoxy: models over a core in Rust, awaited; its own model, and one of pydantic."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import dynamoxy

from benchmarks.environment import REGION
from benchmarks.peers.fields import PARTITION, SORT, Status, attributes
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Operation, Side

__all__ = ["sides"]


def own(name: str) -> Any:
    class Task(dynamoxy.Model, table=name, datetime_format="iso_z"):
        pk: dynamoxy.Attr[str] = dynamoxy.partition_key()
        sk: dynamoxy.Attr[str] = dynamoxy.sort_key()
        gsi1pk: dynamoxy.Attr[str]
        gsi1sk: dynamoxy.Attr[str]
        entity: dynamoxy.Attr[str]
        project: dynamoxy.Attr[str]
        number: dynamoxy.Attr[int]
        status: dynamoxy.Attr[Status]
        cost: dynamoxy.Attr[Decimal]
        created: dynamoxy.Attr[datetime]
        done: dynamoxy.Attr[bool]
        labels: dynamoxy.Attr[list[str]]

    return Task


def pydantic(name: str) -> Any:
    class Task(dynamoxy.PydanticModel, table=name, datetime_format="iso_z"):
        pk: Annotated[str, dynamoxy.PartitionKey()]
        sk: Annotated[str, dynamoxy.SortKey()]
        gsi1pk: str
        gsi1sk: str
        entity: str
        project: str
        number: int
        status: Status
        cost: Decimal
        created: datetime
        done: bool
        labels: list[str]

    return Task


def sides(endpoint: Endpoint) -> list[Side]:
    return [
        _side("dynamoxy (Rust)", own, endpoint),
        _side("dynamoxy, pydantic model (Rust)", pydantic, endpoint),
    ]


def _side(title: str, model: Any, endpoint: Endpoint) -> Side:
    loop = asyncio.new_event_loop()

    async def opened() -> Any:
        return dynamoxy.Client(region=REGION, endpoint_url=endpoint.url)

    client = loop.run_until_complete(opened())
    classes = [model(OPERATIONS[each].table) for each in ("get", "query", "page")]
    tasks, rows, page = (client.repository(each) for each in classes)
    models = [classes[0](**attributes(number)) for number in MODELS]

    def query(repository: Any, task: Any) -> Any:
        return repository.query(pk=PARTITION).where(task.sk.begins_with("Task#")).all()

    does: dict[Operation, Any] = {
        "get": lambda: tasks.get(PARTITION, SORT),
        "put": lambda: tasks.put(models[0]),
        "query": lambda: query(rows, classes[1]),
        "page": lambda: query(page, classes[2]),
        "batch": lambda: tasks.batch_put(models),
    }
    return Side(title, "peer", does, loop, client.close)
