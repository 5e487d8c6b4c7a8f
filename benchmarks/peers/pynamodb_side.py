"""pynamodb: models of attributes over a botocore client of its own.

Its moments are stored in a form of their own and its numbers read as floats, so the decimal, the
moment and the enum are attributes written the way its documentation does.
"""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import NUMBER
from pynamodb.models import Model

from benchmarks.environment import REGION
from benchmarks.peers.fields import PARTITION, SORT, Status, attributes
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Side

__all__ = ["sides"]


class DecimalAttribute(Attribute):
    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return str(value)

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class MomentAttribute(UnicodeAttribute):
    def serialize(self, value: Any) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> Any:
        return datetime.fromisoformat(value)


class StatusAttribute(UnicodeAttribute):
    def serialize(self, value: Any) -> str:
        return value.value

    def deserialize(self, value: str) -> Any:
        return Status(value)


def model(name: str, url: str) -> Any:
    class Task(Model):
        class Meta:
            table_name = name
            host = url
            region = REGION

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        gsi1pk = UnicodeAttribute()
        gsi1sk = UnicodeAttribute()
        entity = UnicodeAttribute()
        project = UnicodeAttribute()
        number = NumberAttribute()
        status = StatusAttribute()
        cost = DecimalAttribute()
        created = MomentAttribute()
        done = BooleanAttribute()
        labels = ListAttribute(of=UnicodeAttribute)

    return Task


def sides(endpoint: Endpoint) -> list[Side]:
    Task, Rows, Page = (
        model(OPERATIONS[each].table, endpoint.url) for each in ("get", "query", "page")
    )
    models = [Task(**attributes(number)) for number in MODELS]

    def batch() -> None:
        with Task.batch_write() as writer:
            for each in models:
                writer.save(each)

    return [
        Side(
            "pynamodb",
            "peer",
            {
                "get": lambda: Task.get(PARTITION, SORT),
                "put": lambda: models[0].save(),
                "query": lambda: list(Rows.query(PARTITION, Rows.sk.startswith("Task#"))),
                "page": lambda: list(Page.query(PARTITION, Page.sk.startswith("Task#"))),
                "batch": batch,
            },
        )
    ]
