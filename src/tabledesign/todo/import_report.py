"""What an import did, counted, and how far it came in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tabledesign.dataclass import dataclass, field
from tabledesign.todo.row import BadRow

__all__ = ["BAD_ROWS_KEPT", "PLACES", "ImportReport", "Progress"]

BAD_ROWS_KEPT: Final = 100

PLACES: Final[Mapping[str, str]] = {
    "Task": "tasks",
    "User": "users",
    "List": "lists",
    "Member": "members",
    "AccessRecord": "records",
}
"""Where a report counts which entity."""

Progress = Callable[[str, int, int], None]
"""Told the phase (``reading``, ``people``, ``tasks``), what is done and what there is in all.

Reading and tasks count bytes of the file as stored, people count users, lists and members.
"""


@dataclass(slots=True)
class ImportReport:
    """What one run did: everything counted here has been acknowledged by the table.

    ``kept`` counts users, lists and members that were there and were left as they are.
    ``bad_rows`` holds the first hundred bad rows, ``bad`` counts them all. ``resumed_after`` is
    the line an earlier run had come to, 0 at a first run.
    """

    file_name: str = ""
    tasks: int = 0
    users: int = 0
    lists: int = 0
    members: int = 0
    records: int = 0
    kept: int = 0
    bad: int = 0
    bad_rows: list[BadRow] = field(default_factory=list[BadRow])
    resumed_after: int = 0
    already_done: bool = False
    finished: bool = False
    requests: int = 0

    @property
    def written(self) -> int:
        """Items of every kind."""
        return self.tasks + self.users + self.lists + self.members + self.records

    def note_bad(self, row: BadRow) -> None:
        """Count a bad row and keep the first hundred."""
        self.bad += 1
        if len(self.bad_rows) < BAD_ROWS_KEPT:
            self.bad_rows.append(row)

    def count(self, entity_name: str) -> None:
        """Count one item that the table has acknowledged."""
        name = PLACES[entity_name]
        setattr(self, name, getattr(self, name) + 1)

    def where_it_stopped(self) -> str:
        """What stands in the table after a run that did not come to its end.

        >>> ImportReport().where_it_stopped()
        'Nothing was written.'
        """
        if not self.written:
            return "Nothing was written."
        return (
            f"Written and acknowledged so far: {self.tasks:,} tasks, {self.users:,} users, "
            f"{self.lists:,} lists and {self.members:,} members. Run the same command again: it "
            "goes on where it stopped, and nothing is doubled."
        )

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` form."""
        return {
            "file": self.file_name,
            "tasks": self.tasks,
            "users": self.users,
            "lists": self.lists,
            "members": self.members,
            "records": self.records,
            "kept": self.kept,
            "bad": self.bad,
            "bad_rows": [
                {"line": row.line, "code": row.code, "message": row.message}
                for row in self.bad_rows
            ],
            "resumed_after": self.resumed_after,
            "already_done": self.already_done,
            "finished": self.finished,
            "requests": self.requests,
        }
