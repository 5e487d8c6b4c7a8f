"""Whether a row has expired: for the reference model."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from tabledesign.codec import codec_of
from tabledesign.schema.entity import Entity
from tabledesign.testing.model import Done, Identified, Row, Rows

__all__ = ["alive", "expiry_field", "held"]


@cache
def expiry_field(entity: type[Entity]) -> str | None:
    """The field that is stored under the table's TTL attribute."""
    if entity is Done:
        return "until"
    wanted = entity.__table__.ttl
    if wanted is None:
        return None
    fields = codec_of(entity).fields
    return next((name for name, field in fields.items() if field.stored_name == wanted), None)


def alive(row: Row, now: datetime) -> bool:
    """Whether the row has not expired by then."""
    name = expiry_field(type(row.entity))
    value: Any = None if name is None else getattr(row.entity, name)
    if value is None or name in row.absent:
        return True
    at = value.timestamp() if isinstance(value, datetime) else float(value)
    return at > now.timestamp()


def held(rows: Rows, at: Identified, now: datetime) -> Row | None:
    """The row, unless it has expired."""
    row = rows.get(at)
    return row if row is not None and alive(row, now) else None
