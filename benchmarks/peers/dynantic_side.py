"""dynantic: pydantic models over a boto3 client. Its numbers are read by way of floats."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from dynantic import DynamoModel, Key, SortKey

from benchmarks.peers.fields import PARTITION, SORT, Status, attributes
from benchmarks.sdk import client_of
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Side

__all__ = ["sides"]


def model(name: str) -> Any:
    class Task(DynamoModel):
        pk: str = Key()
        sk: str = SortKey()
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

        class Meta:
            table_name = name

    return Task


def sides(endpoint: Endpoint) -> list[Side]:
    DynamoModel.set_client(client_of(endpoint))
    Task, Rows, Page = (model(OPERATIONS[each].table) for each in ("get", "query", "page"))
    models = [Task(**attributes(number)) for number in MODELS]
    return [
        Side(
            "dynantic",
            "peer",
            {
                "get": lambda: Task.get(PARTITION, SORT),
                "put": lambda: models[0].save(),
                "query": lambda: Rows.query(PARTITION).starts_with("Task#").all(),
                "page": lambda: Page.query(PARTITION).starts_with("Task#").all(),
                "batch": lambda: Task.batch_save(models),
            },
        )
    ]
