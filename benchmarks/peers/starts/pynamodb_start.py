"""pynamodb's model and its client."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.models import Model

__all__ = ["client"]


class Task(Model):
    class Meta:
        table_name = "tasks"
        region = "eu-central-1"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    project = UnicodeAttribute()
    number = NumberAttribute()
    status = UnicodeAttribute()
    cost = NumberAttribute()
    created = UTCDateTimeAttribute()
    done = BooleanAttribute()
    labels = ListAttribute(of=UnicodeAttribute)


client = Task._get_connection().connection.client
