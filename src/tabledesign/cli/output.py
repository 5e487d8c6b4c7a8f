"""What commands print: plain text, JSON lines, and tables that fit a terminal."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Final, cast

from pydantic import BaseModel
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

__all__ = ["note", "plain", "print_grid", "print_json", "shown"]

_UNBOUNDED: Final = 100_000
"""Width where there is no terminal to fit: nothing is cut and nothing wrapped."""

_NARROWEST: Final = 10
_WIDEST: Final = 40
"""Columns on a terminal are cut to this, and to less where there are many of them."""


def note(text: str) -> None:
    """A remark that is not part of the answer, on stderr."""
    print(text, file=sys.stderr)


def print_json(value: object, *, indent: int | None = None) -> None:
    """One JSON value; without ``indent`` on one line."""
    print(json.dumps(value, ensure_ascii=False, indent=indent, default=plain))


def plain(value: object) -> object:
    """What stands in JSON for a value that JSON does not know.

    Moments and days are ISO 8601, numbers with a fraction their exact text, binary base64,
    sets sorted lists.

    >>> plain(date(2026, 1, 31)), plain({"b", "a"})
    ('2026-01-31', ['a', 'b'])
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        members = [_json(member) for member in cast("frozenset[object]", value)]
        return sorted(members, key=lambda member: (str(type(member)), member))
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    return str(value)


def _json(value: object) -> object:
    simple = isinstance(value, str | int | float | bool) or value is None
    return value if simple and not isinstance(value, Enum) else plain(value)


def shown(value: object) -> str:
    """A value in one cell: on one line, with nothing in it that steers a terminal."""
    if value is None:
        return ""
    if isinstance(value, set | frozenset | list | tuple):
        members = cast("frozenset[object] | Sequence[object]", value)
        texts = [str(_json(member)) for member in members]
        text = ", ".join(sorted(texts) if isinstance(value, set | frozenset) else texts)
    elif isinstance(value, dict | BaseModel):
        text = json.dumps(value, ensure_ascii=False, default=plain)
    else:
        text = str(_json(value))
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def print_grid(columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, title: str) -> None:
    """Rows under their columns.

    To fit a terminal, long text is cut there and columns without any value are left out;
    elsewhere everything is printed.
    """
    cells = [[shown(row.get(column)) for column in columns] for row in rows]
    on_terminal = sys.stdout.isatty()
    kept = [i for i in range(len(columns)) if not on_terminal or any(row[i] for row in cells)]
    console = Console(
        file=sys.stdout,
        width=None if on_terminal else _UNBOUNDED,
        markup=False,
        emoji=False,
        highlight=False,
    )
    grid = Grid(box=SIMPLE_HEAD, header_style="bold")
    for i in kept:
        longest = max(len(columns[i]), *(len(row[i]) for row in cells), 0)
        grid.add_column(
            Text(columns[i]),
            no_wrap=True,
            min_width=min(longest, _NARROWEST) if on_terminal else None,
            max_width=_WIDEST if on_terminal else None,
        )
    for row in cells:
        grid.add_row(*(Text(row[i]) for i in kept))
    print(title)
    console.print(grid)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
