"""dynamoxy's pydantic model and its client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated

import dynamoxy

__all__ = ["tasks"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(dynamoxy.PydanticModel, table="tasks"):
    pk: Annotated[str, dynamoxy.PartitionKey()]
    sk: Annotated[str, dynamoxy.SortKey()]
    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]


client = dynamoxy.Client()
tasks = client.repository(Task)
