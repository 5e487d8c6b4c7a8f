"""dyntastic: pydantic models over boto3's Table resource."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from dyntastic import A, Dyntastic

from benchmarks.environment import REGION
from benchmarks.peers.fields import PARTITION, SORT, Status, attributes
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Side

__all__ = ["sides"]


def model(name: str, url: str) -> Any:
    class Task(Dyntastic):
        __table_name__ = name
        __table_host__ = url
        __table_region__ = REGION
        __hash_key__ = "pk"
        __range_key__ = "sk"

        pk: str
        sk: str
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
    Task, Rows, Page = (
        model(OPERATIONS[each].table, endpoint.url) for each in ("get", "query", "page")
    )
    models = [Task(**attributes(number)) for number in MODELS]
    ours = A.sk.begins_with("Task#")

    def batch() -> None:
        with Task.batch_writer():
            for each in models:
                each.save()

    return [
        Side(
            "dyntastic",
            "peer",
            {
                "get": lambda: Task.get(PARTITION, SORT),
                "put": lambda: models[0].save(),
                "query": lambda: list(Rows.query(PARTITION, range_key_condition=ours)),
                "page": lambda: list(Page.query(PARTITION, range_key_condition=ours)),
                "batch": batch,
            },
        )
    ]
