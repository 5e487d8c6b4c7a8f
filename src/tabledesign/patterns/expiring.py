"""Items past their TTL: DynamoDB deletes them late, and until then they count as absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tabledesign.codec import codec_of
from tabledesign.expressions import Condition
from tabledesign.expressions.comparisons import Compare, Exists, NotExists
from tabledesign.expressions.conditions import any_of
from tabledesign.patterns.raw import Raw, RawPath
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table
from tabledesign.wire import AttributeValue

__all__ = ["alive", "free", "is_expired", "ttl_field"]


def alive(table: Table, now: datetime | None) -> list[Condition]:
    """The item is there, and not past its TTL."""
    conditions: list[Condition] = [Exists(RawPath((table.partition_key,)))]
    if table.ttl is not None and now is not None:
        # False of an item without TTL, and of one that is no number: those never expire.
        conditions.append(~_past(table.ttl, now))
    return conditions


def free(table: Table, now: datetime | None) -> Condition:
    """Nothing is stored there, or what is there is past its TTL."""
    absent: Condition = NotExists(RawPath((table.partition_key,)))
    if table.ttl is None or now is None:
        return absent
    return any_of(absent, _past(table.ttl, now))


def is_expired(table: Table, row: Mapping[str, AttributeValue], now: datetime) -> bool:
    """The same of a row that was read."""
    stored = None if table.ttl is None else row.get(table.ttl, {}).get("N")
    return stored is not None and float(stored) <= now.timestamp()


def ttl_field(entity: type[Entity]) -> str | None:
    """The field that is stored as the table's TTL, if the entity has one."""
    ttl = entity.__table__.ttl
    if ttl is None:
        return None
    fields = codec_of(entity).fields.values()
    return next((field.name for field in fields if field.stored_name == ttl), None)


def _past(ttl: str, now: datetime) -> Condition:
    return Compare(RawPath((ttl,)), "<=", Raw({"N": str(int(now.timestamp()))}))
