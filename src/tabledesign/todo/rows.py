"""Reading tasks from a file: NDJSON or CSV, gzipped or not, in constant memory.

What a file is, is told from its content: gzip by its first two bytes, NDJSON by a first ``{``;
only if that says nothing does the extension (``.ndjson``, ``.jsonl``, ``.json``) decide, and
the rest is CSV. Memory holds one line, and for rows *without* an id 16 bytes and a count each,
so that equal rows get different ids and the same ids each time the file is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, Literal

from tabledesign.errors import InputError
from tabledesign.todo.entity_lines import ExportEnd, ExportHead, StatedRow, entity_of
from tabledesign.todo.row import BadRow, Row, derived_id
from tabledesign.todo.row_fields import Record, RowRefused, row_of
from tabledesign.todo.row_formats import Records, csv_records, ndjson_records
from tabledesign.todo.row_source import Line, lines_of, size_of

__all__ = ["OnBad", "Reader", "read_rows"]

OnBad = Literal["refuse", "skip"]

_NDJSON_SUFFIXES: Final = (".ndjson", ".jsonl", ".json")


def read_rows(path: Path | str, *, on_bad: OnBad = "refuse") -> Iterator[Row | StatedRow | BadRow]:
    """The rows of a file in its order; see :class:`Reader`."""
    return iter(Reader(path, on_bad=on_bad))


class Reader:
    r"""The rows of one file, and how far reading them has come.

    Iterating starts at the first line each time. ``refuse`` raises at the first bad row with
    its line; ``skip`` yields a :class:`BadRow` in its place. ``after_line`` resumes: rows that
    start on or before it are read, for the ids of equal rows to come out the same, but neither
    yielded nor refused.

    An export's users, lists and members are yielded as :class:`StatedRow`. ``complete`` says
    whether the present row stands in an export, which says all there is about a task.

    ``bytes_read`` and ``bytes_total`` count the file as stored (compressed), for a progress
    bar; a pipe has a total of 0. Raises InputError with codes ``rows.*`` for the file as a
    whole (``no_file``, ``is_a_directory``, ``unreadable`` at once; ``not_a_table``,
    ``column_repeated``, ``truncated``, ``damaged`` while reading) and ``row.*`` for a row.

    >>> from tempfile import TemporaryDirectory
    >>> text = "list,user,title,created_at\nhome,ann,Feed the cat,2026-11-23T08:00Z"
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "tasks.csv")
    ...     _ = file.write_text(text)
    ...     reader = Reader(file)
    ...     [(row.line, row.title) for row in reader if isinstance(row, Row)]
    ...     reader.bytes_read == reader.bytes_total
    [(2, 'Feed the cat')]
    True
    """

    def __init__(self, path: Path | str, *, on_bad: OnBad = "refuse", after_line: int = 0) -> None:
        self.path = Path(path)
        self.bytes_total = size_of(self.path)
        self.bytes_read = 0
        self._on_bad: OnBad = on_bad
        self._after_line = after_line
        self._stated: int | None = None

    @property
    def complete(self) -> bool:
        """Whether the present row says all there is: it stands in an export."""
        return self._stated is not None

    def __iter__(self) -> Iterator[Row | StatedRow | BadRow]:
        self.bytes_read = 0
        self._stated = None
        seen = _Occurrences()
        for line, record in self._records():
            try:
                if isinstance(record, RowRefused):
                    raise record
                row = self._read(record, line, seen)
            except RowRefused as refused:
                row = BadRow(line, refused.code, refused.message)
            if row is None:
                continue
            if self.complete:
                self._stated = (self._stated or 0) + 1
            if line <= self._after_line:
                continue
            if isinstance(row, BadRow) and self._on_bad == "refuse":
                raise InputError(f"{self.path.name}, {row}", code=row.code, details={"line": line})
            yield row
        if self.complete:
            raise self._cut_short()

    def _read(
        self, record: Record, line: int, seen: _Occurrences
    ) -> Row | StatedRow | BadRow | None:
        """What the line holds; None for the first and the last of an export."""
        if record.get("entity") is None:
            return row_of(record, line=line, new_id=seen.new_id)
        found = entity_of(record)
        if isinstance(found, ExportHead):
            if self._stated is not None:
                raise self._cut_short()
            self._stated = 0
            return None
        if isinstance(found, ExportEnd):
            if self._stated != found.lines:
                raise self._cut_short()
            self._stated = None
            return None
        return StatedRow(line, found)

    def _cut_short(self) -> InputError:
        return InputError(
            f"{self.path.name} is an export and not whole: lines are missing. Export again, or "
            "fetch the file again",
            code="rows.truncated",
        )

    def _records(self) -> Records:
        lines = lines_of(self.path, on_read=self._on_read)
        blank: list[Line] = []
        for line in lines:
            head = line.content
            if head is not None and head.isspace():
                blank.append(line)
                continue
            whole = chain(blank, [line], lines)
            if head is None or head.lstrip().startswith(b"{") or self._named_ndjson():
                return ndjson_records(whole)
            first = head.decode(errors="surrogateescape").strip("\r\n")
            return csv_records(whole, header=first, name=self.path.name)
        return iter(())

    def _named_ndjson(self) -> bool:
        return self.path.name.lower().removesuffix(".gz").endswith(_NDJSON_SUFFIXES)

    def _on_read(self, count: int) -> None:
        self.bytes_read = count


class _Occurrences:
    """Counts equal rows without an id; grows with those rows only."""

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}

    def new_id(self, content: bytes) -> str:
        occurrence = self._counts.get(content[:16], 0)
        self._counts[content[:16]] = occurrence + 1
        return derived_id(content, occurrence=occurrence)
