"""boto3's client and one pydantic model."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import boto3
from pydantic import BaseModel

__all__ = ["Task", "client"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(BaseModel):
    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]


maker: Any = boto3
client = maker.client("dynamodb")
