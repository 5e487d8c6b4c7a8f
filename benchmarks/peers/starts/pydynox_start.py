"""pydynox's model and its client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from enum import Enum

from pydynox import DynamoDBClient, Model, ModelConfig
from pydynox.attributes import (
    BooleanAttribute,
    DatetimeAttribute,
    DecimalAttribute,
    EnumAttribute,
    ListAttribute,
    NumberAttribute,
    StringAttribute,
)

__all__ = ["Task"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(Model):
    model_config = ModelConfig(table="tasks", client=DynamoDBClient())

    pk = StringAttribute(partition_key=True)
    sk = StringAttribute(sort_key=True)
    project = StringAttribute()
    number = NumberAttribute()
    status = EnumAttribute(Status)
    cost = DecimalAttribute()
    created = DatetimeAttribute()
    done = BooleanAttribute()
    labels = ListAttribute()
