"""From the columns of one record to a row, each column refused by name when it is wrong.

Messages name the column and the kind of its value, never the value: rows hold what people
wrote. Columns nobody knows are left aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Final, TypeVar, cast

from tabledesign.dataclass import replace
from tabledesign.todo.row import Priority, Row, Status, fingerprint

__all__ = ["REQUIRED", "Record", "RowRefused", "row_of"]

Record = Mapping[str, object]
_Value = TypeVar("_Value")

REQUIRED: Final = ("list", "user", "title", "created_at")
_STATUSES: Final[Mapping[str, Status]] = {"todo": "todo", "doing": "doing", "done": "done"}
_PRIORITIES: Final[Mapping[str, Priority]] = {"low": "low", "normal": "normal", "high": "high"}
_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (str, "text"),
    (bool, "a boolean"),  # before int, of which it is a kind
    (int, "a number"),
    (float, "a number"),
    (dict, "an object"),
    (list, "an array"),
)


class RowRefused(Exception):
    """Why one record is no row; the reader adds the line."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def row_of(record: Record, *, line: int, new_id: Callable[[bytes], str]) -> Row:
    """The row a record stands for; ``new_id`` turns a fingerprint into an id where none is given.

    Raises :class:`RowRefused`.
    """
    missing = [name for name in REQUIRED if record.get(name) is None]
    if missing:
        raise RowRefused(
            "row.field_missing", f"{', '.join(missing)} missing; every row needs {_listed()}"
        )
    completed_at = _instant(record, "completed_at")
    row = Row(
        line=line,
        id=_name(record, "id") or "",
        list=_given(_name(record, "list")),
        user=_given(_name(record, "user")),
        title=_given(_text(record, "title")),
        notes=_text(record, "notes"),
        tags=_tags(record),
        status=_choice(record, "status", _STATUSES),
        priority=_choice(record, "priority", _PRIORITIES),
        due=_day(record, "due"),
        created_at=_given(_instant(record, "created_at")),
        completed_at=completed_at,
        completed_by=_name(record, "completed_by"),
        assignee=_name(record, "assignee"),
        kind=_text(record, "kind"),
        file=_text(record, "file"),
    )
    if row.status is not None and (row.status == "done") != (completed_at is not None):
        raise RowRefused(
            "row.contradiction",
            "status and completed_at disagree; give completed_at exactly where status is done",
        )
    return row if row.id else replace(row, id=new_id(fingerprint(row)))


def _listed() -> str:
    return ", ".join(REQUIRED[:-1]) + f" and {REQUIRED[-1]}"


def _given(value: _Value | None) -> _Value:
    """A required column's value; that it is there has been checked."""
    assert value is not None
    return value


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_kind(name, value, "text")
    return _encodable(name, value)


def _name(record: Record, name: str) -> str | None:
    """Text that names something, so it may not be empty."""
    value = _text(record, name)
    if value == "":
        raise RowRefused("row.field_empty", f"{name} is empty; give a name, or null if it has none")
    return value


def _encodable(name: str, value: str) -> str:
    """Lone surrogates are Python text but not UTF-8, and no service would store them."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RowRefused(
                "row.not_utf8", f"{name} is not valid UTF-8; save the file as UTF-8"
            ) from None
    return value


def _instant(record: Record, name: str) -> datetime | None:
    text = _text(record, name)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise RowRefused(
            "row.not_an_instant",
            f"{name} is not an ISO 8601 time stamp; write it like 2026-11-23T08:00:00+01:00",
        ) from None
    raise RowRefused(
        "row.naive_instant", f"{name} has no zone; end it with Z or an offset like +01:00"
    )


def _day(record: Record, name: str) -> date | None:
    text = _text(record, name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # `fromisoformat` reads week dates and basic forms too; a due date has one spelling only.
    if day is None or day.isoformat() != text:
        raise RowRefused("row.not_a_day", f"{name} is not a day; write it like 2026-11-23")
    return day


def _tags(record: Record) -> tuple[str, ...]:
    value = record.get("tags")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _wrong_kind("tags", value, "an array of texts")
    tags = cast("list[object]", value)
    for tag in tags:
        if not isinstance(tag, str) or not tag:
            raise _wrong_kind("tags", tag, "an array of texts, none empty")
    return tuple(dict.fromkeys(_encodable("tags", str(tag)) for tag in tags))


def _choice(record: Record, name: str, choices: Mapping[str, _Value]) -> _Value | None:
    text = _text(record, name)
    if text is None:
        return None
    if text not in choices:
        raise RowRefused("row.not_a_choice", f"{name} is unknown; use one of {', '.join(choices)}")
    return choices[text]


def _wrong_kind(name: str, value: object, wanted: str) -> RowRefused:
    kind = next((word for kind, word in _KINDS if isinstance(value, kind)), "null")
    return RowRefused("row.wrong_kind", f"{name} is or holds {kind}; it must be {wanted}")
