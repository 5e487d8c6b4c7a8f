"""pydynantic: pydantic entities with key templates over a boto3 client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydynantic import Entity, Table, key

from benchmarks.canned import FIRST
from benchmarks.item import PROJECT, values
from benchmarks.peers.fields import Status
from benchmarks.sdk import client_of
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Side

__all__ = ["sides"]


def model(name: str, client: Any) -> Any:
    stored = Table(
        name, pk="pk", sk="sk", indexes={"gsi1": {"pk": "gsi1pk", "sk": "gsi1sk"}}, client=client
    )

    class Task(Entity, table=stored, name="Task"):
        project: str
        number: int
        status: Status
        cost: Decimal
        created: datetime
        done: bool
        labels: list[str]

        class Meta:
            primary = key(pk="project#{project}#", sk="Task#{number}#")
            by_status = key(index="gsi1", pk="Task#{status}#", sk="Task#{created}#{number}#")

    return Task


def sides(endpoint: Endpoint) -> list[Side]:
    client = client_of(endpoint)
    Task, Rows, Page = (model(OPERATIONS[each].table, client) for each in ("get", "query", "page"))
    models = [Task(**values(number)) for number in MODELS]
    return [
        Side(
            "pydynantic",
            "peer",
            {
                "get": lambda: Task.get(project=PROJECT, number=FIRST),
                "put": lambda: Task.put(models[0]),
                "query": lambda: Rows.query.primary(project=PROJECT).begins_with("Task#").all(),
                "page": lambda: Page.query.primary(project=PROJECT).begins_with("Task#").all(),
                "batch": lambda: Task.batch_write(puts=models),
            },
        )
    ]
