"""A row: one task as a file of tasks spells it, checked, and written back the same way.

Columns: ``list``, ``user``, ``title`` and ``created_at`` are required, all others may be absent
or null. Time stamps carry a zone and are kept in UTC; ``due`` is a calendar day. The export
writes the same columns (:func:`dump_row`), so what it writes can be read back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import date, datetime
from typing import Literal

from tabledesign.dataclass import dataclass, replace

__all__ = [
    "BadRow",
    "Priority",
    "Row",
    "Status",
    "as_given",
    "derived_id",
    "dump_row",
    "fingerprint",
]

Status = Literal["todo", "doing", "done"]
Priority = Literal["low", "normal", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One task of a file; ``line`` is where it starts, counted from 1.

    >>> from datetime import UTC
    >>> row = Row(line=1, id="t1", list="home", user="ann", title="Feed the cat",
    ...           created_at=datetime(2026, 11, 23, 8, tzinfo=UTC))
    >>> dump_row(row)[:58]
    '{"id":"t1","list":"home","user":"ann","title":"Feed the ca'
    """

    line: int
    id: str
    list: str
    user: str
    title: str
    notes: str | None = None
    tags: tuple[str, ...] = ()
    status: Status | None = None
    priority: Priority | None = None
    due: date | None = None
    created_at: datetime
    completed_at: datetime | None = None
    completed_by: str | None = None
    assignee: str | None = None
    kind: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be read: where, why (a stable dotted ``code``) and the remedy."""

    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


def as_given(row: Row) -> Row:
    """The row with the two things every task has, taken from what the file does say.

    Status: done once completed, else todo. Assignee: whoever completed it, else nobody.
    """
    status = row.status or ("done" if row.completed_at is not None else "todo")
    return replace(row, status=status, assignee=row.assignee or row.completed_by)


def dump_row(row: Row) -> str:
    """The row as one line of NDJSON, without the line end; what is absent is left out."""
    record = {name: value for name, value in _columns(row).items() if value is not None}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def fingerprint(row: Row) -> bytes:
    """32 bytes that are equal for rows of equal content, whatever the format; line and id aside."""
    record = {name: value for name, value in _columns(row).items() if value is not None}
    record.pop("id")
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def derived_id(content: bytes, *, occurrence: int) -> str:
    """The id of a row that has none: 16 hexadecimal digits of its content and occurrence.

    ``content`` is a :func:`fingerprint`; ``occurrence`` counts its rows in file order from 0.

    >>> derived_id(b"content", occurrence=0), derived_id(b"content", occurrence=1)
    ('dbf089bef22b1bc5', '45a4a5be30d655f7')
    """
    return hashlib.sha256(content + occurrence.to_bytes(8, "big")).hexdigest()[:16]


def _columns(row: Row) -> dict[str, object]:
    names = (field.name for field in fields(row) if field.name != "line")
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: str | date | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    """The JSON form; no tags at all are an absent column. A datetime is a date as well."""
    if isinstance(value, date):
        return value.isoformat()
    return value or None if isinstance(value, tuple) else value
