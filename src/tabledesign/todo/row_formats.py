"""NDJSON and CSV: from lines to records, each with the line it starts on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Final, NoReturn, cast

from tabledesign.errors import InputError
from tabledesign.todo.row_fields import REQUIRED, Record, RowRefused
from tabledesign.todo.row_source import LINE_BYTES, Line

__all__ = ["Records", "csv_records", "ndjson_records"]

Records = Iterator[tuple[int, Record | RowRefused]]

_SEPARATORS: Final = (",", ";", "\t")


def ndjson_records(lines: Iterable[Line]) -> Records:
    """One JSON object a line; blank lines are passed over."""
    for line in lines:
        if line.content is None:
            yield line.number, _too_long()
        elif not line.content.isspace():
            try:
                yield line.number, _json_object(line.content)
            except RowRefused as refused:
                yield line.number, refused


def csv_records(lines: Iterable[Line], *, header: str, name: str) -> Records:
    """Rows under a header of column names, RFC 4180; an empty cell is an absent value.

    The separator is the comma, semicolon or tab under which ``header``, the first line, holds the
    required columns; ``name`` is the file's, for messages. ``tags`` are separated by commas
    within their cell; a title may be empty; rows of empty cells, as spreadsheets leave them
    behind, are passed over. Raises InputError ``rows.not_a_table`` or
    ``rows.column_repeated``.
    """
    too_long: list[int] = []
    reader = csv.reader(
        _text(lines, too_long), delimiter=_separator(header, name=name), strict=True
    )
    columns: list[str] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            cells = []
            yield number, _bad_csv()
        while too_long:
            yield too_long.pop(0), _too_long()
        if cells is None:
            return
        if not "".join(cells).strip():
            continue
        if not columns:
            columns = _columns(cells, name=name)
        else:
            yield number, _csv_record(columns, cells)


def _json_object(content: bytes) -> Record | RowRefused:
    try:
        value: object = json.loads(
            content.decode(), object_pairs_hook=_members, parse_constant=_not_a_number
        )
    except UnicodeDecodeError:
        return _not_utf8()
    except (ValueError, RecursionError):
        return RowRefused("row.not_json", "this is not JSON; write one whole JSON object a line")
    if not isinstance(value, dict):
        return RowRefused("row.not_an_object", "this is no JSON object; write one a line")
    return cast("Record", value)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Python would keep the last of two equal names in silence; which was meant is unknown."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RowRefused("row.name_repeated", "a name stands twice in one object; keep one of them")
    return members


def _not_a_number(_: str) -> NoReturn:
    raise RowRefused("row.not_a_number", "NaN and Infinity are no JSON; write null instead")


def _text(lines: Iterable[Line], too_long: list[int]) -> Iterator[str]:
    """Exactly one text a line, so that the CSV reader's line count is the file's."""
    for line in lines:
        if line.content is None:
            too_long.append(line.number)
        yield (line.content or b"\n").decode(errors="surrogateescape")


def _separator(header: str, *, name: str) -> str:
    for separator in _SEPARATORS:
        if set(REQUIRED) <= {name.strip().strip('"') for name in header.split(separator)}:
            return separator
    raise InputError(
        f"{name} begins with neither a JSON object nor a CSV header with the columns "
        f"{', '.join(REQUIRED)}; give NDJSON (one JSON object a line) or CSV with these columns",
        code="rows.not_a_table",
    )


def _columns(cells: list[str], *, name: str) -> list[str]:
    columns = [cell.strip() for cell in cells]
    if len(set(columns)) != len(columns):
        raise InputError(
            f"the header of {name} names a column twice; rename or remove one of them",
            code="rows.column_repeated",
        )
    return columns


def _csv_record(columns: list[str], cells: list[str]) -> Record | RowRefused:
    if len(cells) != len(columns):
        return RowRefused(
            "row.cells_mismatch",
            f"{len(cells)} cells under {len(columns)} columns; quote cells that hold the separator",
        )
    if cells == columns:
        return RowRefused("row.header_repeated", "the header stands here again; remove this line")
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return _not_utf8()
    record: dict[str, object] = {
        name: cell for name, cell in zip(columns, cells, strict=True) if cell or name == "title"
    }
    if "tags" in record:
        parts = str(record["tags"]).split(",")
        record["tags"] = [part.strip() for part in parts if part.strip()]
    return record


def _too_long() -> RowRefused:
    return RowRefused(
        "row.too_long", f"the line is longer than {LINE_BYTES:,} bytes; shorten or remove it"
    )


def _not_utf8() -> RowRefused:
    return RowRefused("row.not_utf8", "this is not valid UTF-8; save the file as UTF-8")


def _bad_csv() -> RowRefused:
    return RowRefused(
        "row.not_csv", "a quote is left open or misplaced; double every quote inside a quoted cell"
    )
