"""pydynantic's entity and its table, which makes the client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from pydynantic import Entity, Table, key

__all__ = ["Task"]

table = Table("tasks", pk="pk", sk="sk", indexes={"gsi1": {"pk": "gsi1pk", "sk": "gsi1sk"}})


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(Entity, table=table, name="Task"):
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
