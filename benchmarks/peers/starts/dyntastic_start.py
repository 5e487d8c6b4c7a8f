"""dyntastic's model and its table resource."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from dyntastic import Dyntastic

__all__ = ["table"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(Dyntastic):
    __table_name__ = "tasks"
    __hash_key__ = "pk"
    __range_key__ = "sk"

    pk: str
    sk: str
    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]


table = Task._dynamodb_table()
