"""dynantic's model and its client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from dynantic import DynamoModel, Key, SortKey
from dynantic.client import get_client

__all__ = ["client"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(DynamoModel):
    pk: str = Key()
    sk: str = SortKey()
    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]

    class Meta:
        table_name = "tasks"


client = get_client()
