"""Importing a file of tasks: two passes, constant memory, resumable, no duplicates.

The first pass reads the whole file before anything is written: it finds bad rows, and collects
who belongs to which list. The second writes users, lists and members, then tasks in batches,
and notes in the table how far it has come. Ids come from the file, so a batch that is written
twice replaces itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tabledesign.engine.drivers import drive
from tabledesign.errors import InputError
from tabledesign.patterns.writes import item_of
from tabledesign.schema.entity import Entity
from tabledesign.todo.entities import Import, Member, Priority, Role, Status, Task, TaskList, User
from tabledesign.todo.entity_lines import StatedRow
from tabledesign.todo.existing import absent_ones
from tabledesign.todo.import_people import People
from tabledesign.todo.import_report import ImportReport, Progress
from tabledesign.todo.repository import TodoRepository
from tabledesign.todo.row import BadRow, Row, as_given
from tabledesign.todo.rows import OnBad, Reader

__all__ = ["ImportReport", "Importer", "Progress", "task_of"]

BATCH_ROWS: Final = 200
BATCH_DEADLINE: Final = timedelta(minutes=2)
CHECKPOINT_BATCHES: Final = 5
SHORT_NAME: Final = 200
"""Names of so many characters, four bytes each, fit into every key with what stands beside."""
SHORT_ROW: Final = 40_000
"""A row of so many characters is below DynamoDB's 400 KB however they are stored."""


def task_of(row: Row) -> Task:
    """The task a row describes; what the row lacks is absent from the item, not null."""
    given: dict[str, Any] = {
        "notes": row.notes,
        "due": row.due,
        "completed_at": row.completed_at,
        "completed_by": row.completed_by,
        "assignee": row.assignee,
        "kind": row.kind,
        "source": row.file,
    }
    return Task(
        task_id=row.id,
        list_id=row.list,
        user_id=row.user,
        title=row.title,
        tags=frozenset(row.tags),
        status=Status(row.status or "todo"),
        priority=Priority(row.priority or "normal"),
        created_at=row.created_at,
        **{name: value for name, value in given.items() if value is not None},
    )


class Importer:
    """Imports one file into one repository; ``seed`` turns enrichment on.

    A finished import of the same content and seed is not repeated, so what was changed since
    stays changed; ``again`` repeats it and overwrites. Users, lists and members that rows only
    name are left as they are where they exist, but for ``again``.

    Raises `InputError` (``rows.*`` and ``import.*``) for the file before anything is written,
    ``import.incomplete`` where the table did not take a batch in time, and the engine's errors.
    ``report`` then says what had been written; running it again goes on.
    """

    def __init__(
        self,
        repository: TodoRepository,
        path: Path,
        *,
        seed: str | None = None,
        on_bad: OnBad = "refuse",
        again: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._repository = repository
        self._path = path
        self._seed = seed
        self._on_bad: OnBad = on_bad
        self._again = again
        self._progress: Progress = progress or _silent
        self._people = People(seed)
        self.report = ImportReport(file_name=path.name)

    def run(self) -> ImportReport:
        """Import the file and say what was done; nothing is done twice."""
        Reader(self._path)  # refuses what is no file that can be opened
        stamp = self._stamp()
        import_id = self._import_id()
        found = self._repository.get(Import.by_id(import_id=import_id), consistent=True)
        if found is not None and found.finished and not self._again:
            self.report.already_done = self.report.finished = True
            return self.report
        self._read_all()
        self._check_unchanged(stamp)
        state = self._begin(found, import_id)
        self._write_people()
        state = self._write_rows(state)
        self._check_unchanged(stamp)
        self._repository.put(state.model_copy(update={"finished": True}))
        self.report.finished = True
        return self.report

    def _stamp(self) -> tuple[int, ...]:
        if not self._path.is_file():
            raise InputError(
                f"{self._path.name} is no file on disk, and an import reads its file twice; "
                "write it to a file first",
                code="rows.not_a_file",
            )
        stat = self._path.stat()
        return (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)

    def _check_unchanged(self, stamp: tuple[int, ...]) -> None:
        if self._stamp() != stamp:
            raise InputError(
                f"{self._path.name} was changed while it was imported; import it again when it is "
                "at rest",
                code="import.file_changed",
            )

    def _import_id(self) -> str:
        digest = hashlib.sha256(f"{self._seed!r}\0".encode())
        with self._path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()[:32]

    def _begin(self, found: Import | None, import_id: str) -> Import:
        """The state to go on from; a repetition is noted before its first write."""
        if found is None:
            return Import(import_id=import_id, file_name=self._path.name)
        if self._again:
            return self._repository.put(
                found.model_copy(update={"done_line": 0, "finished": False})
            )
        self.report.resumed_after = found.done_line
        return found

    def _read_all(self) -> None:
        reader = Reader(self._path, on_bad="skip")
        for row in reader:
            bad = row if isinstance(row, BadRow) else self._not_storable(row)
            if bad is not None:
                self.report.note_bad(bad)
            elif isinstance(row, Row) and not reader.complete:
                self._people.see(row)
            elif self._seed is not None:
                raise InputError(
                    f"{self._path.name} is an export and lacks nothing that could be derived; "
                    "import it without --enrich",
                    code="import.complete",
                )
            self._progress("reading", reader.bytes_read, reader.bytes_total)
        if self.report.bad and self._on_bad == "refuse":
            first = self.report.bad_rows[0]
            others = self.report.bad - 1
            more = "" if not others else f" (and {others:,} more)"
            raise InputError(
                f"{self._path.name}, {first}{more}. Correct the file, or skip bad rows with "
                "--on-bad skip",
                code="import.bad_rows",
                details={"bad": self.report.bad, "line": first.line, "code": first.code},
            )

    def _not_storable(self, row: Row | StatedRow) -> BadRow | None:
        """The row as a bad one where one of its items would be refused; only long ones can be."""
        tenant = self._repository.context.tenant or ""
        if isinstance(row, StatedRow):
            items: list[Entity] = [row.entity]
        else:
            named = {name for name in (row.user, row.completed_by, row.assignee) if name}
            long_name = max(map(len, (row.id, row.list, *named))) + len(tenant) > SHORT_NAME
            texts = (row.title, row.notes or "", row.kind or "", row.file or "", *row.tags)
            if not long_name and sum(map(len, texts)) <= SHORT_ROW:
                return None
            items = [task_of(as_given(row)), TaskList(list_id=row.list, title=row.list)]
            items += [User(user_id=name, name=name) for name in named]
            items += [Member(list_id=row.list, user_id=n, role=Role.OWNER) for n in named]
        try:
            for item in items:
                item_of(item, tenant)
        except InputError as error:
            return BadRow(row.line, error.code, error.message)
        return None

    def _write_people(self) -> None:
        total = self._people.total
        done = 0
        for batch in _batches(self._people.entities()):
            missing = batch
            if not self._again:
                operation = absent_ones(self._repository.context, batch)
                missing = drive(operation, self._repository.engine)
            self.report.kept += len(batch) - len(missing)
            self._put(missing)
            done += len(batch)
            self._progress("people", done, max(total, done))

    def _write_rows(self, state: Import) -> Import:
        reader = Reader(self._path, on_bad="skip", after_line=state.done_line)
        batch: list[Entity] = []
        batches = 0
        line = state.done_line
        for row in reader:
            self._progress("tasks", reader.bytes_read, reader.bytes_total)
            line = row.line
            if isinstance(row, BadRow) or self._not_storable(row) is not None:
                continue
            if isinstance(row, StatedRow):
                batch.append(row.entity)
            else:
                batch.append(task_of(row if reader.complete else self._people.completed(row)))
            if len(batch) < BATCH_ROWS:
                continue
            self._put(batch)
            batch, batches = [], batches + 1
            if batches % CHECKPOINT_BATCHES == 0:
                state = self._repository.put(state.model_copy(update={"done_line": line}))
        self._put(batch)
        self._progress("tasks", reader.bytes_total, reader.bytes_total)
        return state.model_copy(update={"done_line": line})

    def _put(self, entities: Sequence[Entity]) -> None:
        if not entities:
            return
        result = self._repository.put_all(entities, deadline=BATCH_DEADLINE)
        self.report.requests += result.requests
        left = {id(entity) for entity in result.left}
        for entity in entities:
            if id(entity) not in left:
                self.report.count(type(entity).__entity_name__)
        if result.error is not None:
            raise result.error
        if result.left:
            raise InputError(
                f"the table left {len(result.left)} of {len(entities)} items unwritten for "
                f"{BATCH_DEADLINE.seconds:g} s; raise its capacity and run the import again",
                code="import.incomplete",
            )


def _silent(phase: str, done: int, total: int) -> None:
    """No progress is wanted."""


def _batches(entities: Iterator[Entity]) -> Iterator[list[Entity]]:
    batch: list[Entity] = []
    for entity in entities:
        batch.append(entity)
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch
