"""dynamoxy's model and its client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

import dynamoxy

__all__ = ["tasks"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(dynamoxy.Model, table="tasks"):
    pk: dynamoxy.Attr[str] = dynamoxy.partition_key()
    sk: dynamoxy.Attr[str] = dynamoxy.sort_key()
    project: dynamoxy.Attr[str]
    number: dynamoxy.Attr[int]
    status: dynamoxy.Attr[Status]
    cost: dynamoxy.Attr[Decimal]
    created: dynamoxy.Attr[datetime]
    done: dynamoxy.Attr[bool]
    labels: dynamoxy.Attr[list[str]]


client = dynamoxy.Client()
tasks = client.repository(Task)
