"""What a repository brings to each operation: table name, tenant, cursor keys, strictness."""

from __future__ import annotations

from datetime import timedelta

from tabledesign.dataclass import dataclass, field
from tabledesign.repository.cursor import CursorKeys
from tabledesign.schema.table import Table

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """The bindings of one repository; ``table_name`` is the deployed table's name.

    ``strict`` raises on the first unreadable row instead of listing it. A cursor expires after
    ``cursor_lifetime``, or never for None.
    """

    table: Table
    table_name: str
    tenant: str | None
    cursor_keys: CursorKeys | None = field(repr=False)
    cursor_lifetime: timedelta | None
    strict: bool
