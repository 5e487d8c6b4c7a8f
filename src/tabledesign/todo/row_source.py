"""The bytes of a file of rows: opened, unzipped, told apart, cut into lines, in constant memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError

__all__ = ["LINE_BYTES", "Line", "lines_of", "size_of"]

LINE_BYTES: Final = 1024 * 1024
"""Longest line that is read; more than twice DynamoDB's largest item (400 KB)."""

_CHUNK_BYTES: Final = 64 * 1024
_GZIP: Final = b"\x1f\x8b"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_FOREIGN: Final = (
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"BZh", "a bzip2 file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\xfd7zXZ\x00", "an XZ file"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"%PDF", "a PDF document"),
    (_GZIP, "gzipped twice"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its line end, counted from 1; ``content`` is None where it is too long."""

    number: int
    content: bytes | None


def size_of(path: Path) -> int:
    """The size in bytes of a file that can be opened; 0 for a pipe. Raises InputError."""
    try:
        if path.is_dir():
            raise InputError(
                f"{path.name} is a directory; name one file of rows", code="rows.is_a_directory"
            )
        if path.is_file():
            path.open("rb").close()
        return path.stat().st_size
    except FileNotFoundError:
        raise InputError(
            f"there is no file {path.name}; check the path", code="rows.no_file"
        ) from None
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read ({error.strerror}); check its permissions",
            code="rows.unreadable",
        ) from None


def lines_of(path: Path, *, on_read: Callable[[int], None]) -> Iterator[Line]:
    """The file's lines; ``on_read`` is told how many of its bytes, as stored, have been read.

    Raises InputError ``rows.not_a_table``, and ``rows.truncated`` or ``rows.damaged`` after
    the last line that came through whole.
    """
    last = 0
    try:
        for line in _cut(_chunks(path, on_read=on_read)):
            yield line
            last = line.number
    except EOFError:
        raise _broken_off(path, last, code="rows.truncated", fault="ends too early") from None
    except (zlib.error, OSError):
        raise _broken_off(path, last, code="rows.damaged", fault="is damaged") from None


def _chunks(path: Path, *, on_read: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as file:
        zipped = file.peek(len(_GZIP)).startswith(_GZIP)
        # `read1` hands out all that was unzipped before it raises on a file broken off.
        read = gzip.GzipFile(fileobj=file).read1 if zipped else file.read1
        countable = file.seekable()
        chunk = read(_CHUNK_BYTES)
        _refuse_foreign(path, chunk)
        chunk = chunk.removeprefix(_UTF8_MARK)
        while chunk:
            if countable:
                on_read(file.tell())
            yield chunk
            chunk = read(_CHUNK_BYTES)


def _cut(chunks: Iterable[bytes]) -> Iterator[Line]:
    """Lines out of chunks, holding no more than one line and one chunk."""
    number, tail, too_long = 1, b"", False
    for chunk in chunks:
        pieces = (tail + chunk).split(b"\n")
        tail = pieces.pop()
        for piece in pieces:
            too_long = too_long or len(piece) > LINE_BYTES
            yield Line(number, None if too_long else piece + b"\n")
            number, too_long = number + 1, False
        if len(tail) > LINE_BYTES:
            tail, too_long = b"", True
    if tail or too_long:
        yield Line(number, None if too_long else tail)


def _refuse_foreign(path: Path, head: bytes) -> None:
    found = next((what for magic, what in _FOREIGN if head.startswith(magic)), None)
    if found is None and b"\0" in head:
        found = "binary"
    if found is None and head.removeprefix(_UTF8_MARK).lstrip().startswith(b"["):
        found = "a JSON array"
    if found is not None:
        raise InputError(
            f"{path.name} is {found}; give NDJSON (one JSON object a line) or CSV, in UTF-8, "
            "gzipped or not",
            code="rows.not_a_table",
        )


def _broken_off(path: Path, last: int, *, code: str, fault: str) -> InputError:
    where = f"after line {last}, the last whole one"
    return InputError(
        f"{path.name} {fault} {where if last else 'before its first line is whole'}. "
        "Fetch the file again",
        code=code,
        details={"line": last},
    )
