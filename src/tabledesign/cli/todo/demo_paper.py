"""What the demo writes on: headings, labelled lines and rows, at most 100 columns wide."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from tabledesign.cli.output import shown
from tabledesign.todo import AccessRecord, Member, Task, TaskList, User
from tabledesign.todo.activity import Activity, ParkedRecord

__all__ = ["Paper"]

WIDTH: Final = 100
_INDENT: Final = 5
_LABEL: Final = 12

_COLUMNS: Final[dict[type[BaseModel], tuple[tuple[str, int], ...]]] = {
    Task: (("due", 10), ("status", 6), ("completed_at", 12), ("list_id", 22), ("title", 35)),
    User: (("user_id", 10), ("name", 20), ("email", 46), ("role", 6)),
    TaskList: (("list_id", 36), ("owner_id", 10), ("title", 36)),
    Member: (("list_id", 36), ("user_id", 10), ("role", 8)),
    AccessRecord: (("at", 10), ("event", 12), ("user_id", 10), ("by", 10), ("purpose", 40)),
    Activity: (("at", 10), ("kind", 14), ("by", 10), ("task_id", 16), ("user_id", 10)),
    ParkedRecord: (("at", 10), ("entity_name", 12), ("reason", 10), ("fault", 46)),
}


class Paper:
    """Colours on a terminal, plain text in a pipe; nothing is ever wrapped in between words."""

    def __init__(self) -> None:
        self._width = min(WIDTH, Console().width) if sys.stdout.isatty() else WIDTH
        self._console = Console(
            file=sys.stdout, width=self._width, markup=False, emoji=False, highlight=False
        )

    def heading(self, text: str) -> None:
        """One of the demo's parts."""
        self._console.print()
        self._print(Text(text, style="bold cyan"))
        self._print(Text("─" * self._width, style="cyan"))

    def question(self, number: int, of: int, name: str, question: str) -> None:
        """The name of a pattern and what it asks."""
        self._console.print()
        line = Text().append(f"{number:2} of {of}  ", style="dim")
        line.append(name, style="bold green")
        self._print(line)
        self.text(question)

    def text(self, text: str, *, style: str = "") -> None:
        """A paragraph."""
        self._folded(text, behind="", style=style)

    def line(self, label: str, text: str, *, style: str = "") -> None:
        """A label and what stands behind it, folded under itself where it is long."""
        self._folded(text, behind=f"{label:<{_LABEL}}", style=style)

    def code(self, text: str) -> None:
        """Source text, as it is."""
        for line in text.splitlines():
            self._print(Text(" " * _INDENT + line, style="yellow"))

    def rows(self, items: Sequence[BaseModel], *, most: int) -> None:
        """The first rows, one line each; long cells are cut."""
        kind: type[BaseModel] | None = None
        for item in items[:most]:
            columns = _COLUMNS[type(item)]
            if type(item) is not kind:
                kind = type(item)
                self._print(_cells([name for name, _ in columns], columns, style="dim"))
            values = [getattr(item, name) for name, _ in columns]
            self._print(_cells([_short(value) for value in values], columns))
        if len(items) > most:
            more = f"... and {len(items) - most:,} more"
            self._print(Text(" " * (_INDENT + 2) + more, style="dim"))

    def _folded(self, text: str, *, behind: str, style: str) -> None:
        behind = " " * _INDENT + behind
        room = self._width - len(behind)
        words, line, lines = text.split(" "), "", list[str]()
        for word in words:
            if line and len(line) + 1 + len(word) > room:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        for number, each in enumerate([*lines, line]):
            start = Text().append(behind if not number else " " * len(behind), style="dim")
            self._print(start.append(each, style=style or None))

    def _print(self, text: Text) -> None:
        self._console.print(text, no_wrap=True, overflow="ellipsis", crop=True)


def _short(value: object) -> str:
    """A moment by its day; the rest as everywhere."""
    return value.date().isoformat() if isinstance(value, datetime) else shown(value)


def _cells(values: Sequence[str], columns: Sequence[tuple[str, int]], *, style: str = "") -> Text:
    line = Text(" " * (_INDENT + 2), style=style)
    for value, (_, width) in zip(values, columns, strict=True):
        cell = Text(value)
        cell.truncate(width, overflow="ellipsis", pad=True)
        line.append(cell).append("  ")
    line.rstrip()
    return line
