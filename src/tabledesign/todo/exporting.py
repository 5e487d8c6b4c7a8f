"""Exporting all that a tenant holds, as NDJSON, streamed, in constant memory.

Everything means everything: tasks of users that no directory lists, members of lists that are
gone. No access pattern answers that, and none should: it is an operator's question. So the
export is a Scan of the table, filtered by the tenant's prefix, declared here and nowhere else. It
reads, and is charged for, every tenant's items; `todo import` reads back what it writes.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from tabledesign.codec import Unreadable as CodecUnreadable
from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.drivers import drive
from tabledesign.engine.effects import Operation, send
from tabledesign.errors import InputError
from tabledesign.keys.composite import Composite
from tabledesign.repository.context import Context
from tabledesign.repository.rows import key_texts
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import RESERVED_NAMES
from tabledesign.schema.key import TENANT
from tabledesign.schema.page import Unreadable
from tabledesign.todo.entities import AccessRecord, Import, Member, Task, TaskList, User
from tabledesign.todo.entity_lines import ExportEnd, ExportHead, Stated, dump_entity, dump_mark
from tabledesign.todo.import_report import PLACES
from tabledesign.todo.repository import TodoRepository
from tabledesign.todo.row import Priority, Row, Status, dump_row
from tabledesign.wire import Item, Request, consumed_units

__all__ = ["ExportReport", "Exporter", "line_of", "row_of_task", "scan_request"]

_EXPORTED: Final[dict[str, type[Entity]]] = {
    entity.__entity_name__: entity for entity in (User, TaskList, Member, AccessRecord, Task)
}
_STATUS: Final[dict[str, Status]] = {"todo": "todo", "doing": "doing", "done": "done"}
_PRIORITY: Final[dict[str, Priority]] = {"low": "low", "normal": "normal", "high": "high"}


@dataclass(slots=True)
class ExportReport:
    """What an export wrote; ``unreadable`` lists items of the tenant that are not in the file."""

    tasks: int = 0
    users: int = 0
    lists: int = 0
    members: int = 0
    records: int = 0
    unreadable: list[Unreadable] = field(default_factory=list[Unreadable])
    requests: int = 0
    capacity: float | None = None

    @property
    def lines(self) -> int:
        """The lines between the first and the last."""
        return self.tasks + self.users + self.lists + self.members + self.records

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` form."""
        return {
            "tasks": self.tasks,
            "users": self.users,
            "lists": self.lists,
            "members": self.members,
            "records": self.records,
            "unreadable": [{"key": dict(u.key), "reason": u.reason} for u in self.unreadable],
            "requests": self.requests,
        }


class Exporter:
    """Writes one tenant's users, lists, members, access records and tasks to a file or a stream.

    Notes of imports are left out: they say what happened to this table. Items that cannot be
    read are counted in ``report.unreadable`` and left out. Raises the engine's errors.
    """

    def __init__(
        self,
        repository: TodoRepository,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._repository = repository
        self._progress: Callable[[int], None] = progress or _silent
        self.report = ExportReport()

    def to_file(self, path: Path) -> ExportReport:
        """Write the file, gzipped where its name ends in .gz; it appears when it is complete.

        A file that is there is replaced only then. Raises `InputError` ``export.no_folder`` and
        ``export.not_writable`` before anything is read.
        """
        with _replacing(path) as file:
            self.to_stream(file)
        return self.report

    def to_stream(self, file: TextIO) -> ExportReport:
        """Write to an open stream of text."""
        file.write(dump_mark(ExportHead()) + "\n")
        for line in self._lines():
            file.write(line + "\n")
            self._progress(self.report.lines)
        file.write(dump_mark(ExportEnd(self.report.lines)) + "\n")
        return self.report

    def _lines(self) -> Iterator[str]:
        context, start = self._repository.context, None
        while True:
            rows, start = drive(self._page(context, start), self._repository.engine)
            for row in rows:
                line = self._line(context, row)
                if line is not None:
                    yield line
            if start is None:
                return

    def _page(
        self, context: Context, start: Item | None
    ) -> Operation[tuple[list[Item], Item | None]]:
        response = yield from send(scan_request(context, start))
        self.report.requests += 1
        units = consumed_units(response)
        if units is not None:
            self.report.capacity = (self.report.capacity or 0.0) + units
        return response["Items"], response.get("LastEvaluatedKey")

    def _line(self, context: Context, row: Item) -> str | None:
        name = row.get(context.table.entity_attribute, {}).get("S")
        if name == Import.__entity_name__ or name in RESERVED_NAMES:
            return None  # an import makes its own: its state, claims and counts
        kind = _EXPORTED.get(str(name))
        try:
            if kind is None:
                raise CodecUnreadable(
                    f"it is stored as {name!r}, which the to-do table does not hold"
                )
            line = line_of(codec_of(kind).decode(row))
        except CodecUnreadable as error:
            self.report.unreadable.append(Unreadable(key_texts(context.table, row), str(error)))
            return None
        place = PLACES[str(name)]
        setattr(self.report, place, getattr(self.report, place) + 1)
        return line


def scan_request(context: Context, start: Item | None = None) -> Request:
    """One page of the Scan: all items whose partition key starts with the tenant's component.

    DynamoDB filters after reading: the pages and the read units are those of the whole table.
    """
    parameters: dict[str, Any] = {"TableName": context.table_name, "ConsistentRead": True}
    if context.tenant is not None:
        parameters["FilterExpression"] = "begins_with(#pk, :tenant)"
        parameters["ExpressionAttributeNames"] = {"#pk": context.table.partition_key}
        parameters["ExpressionAttributeValues"] = {":tenant": {"S": _prefix(context.tenant)}}
    if start is not None:
        parameters["ExclusiveStartKey"] = start
    parameters["ReturnConsumedCapacity"] = "TOTAL"
    return Request("Scan", parameters)


def line_of(entity: Entity) -> str:
    """The line of NDJSON that `todo import` reads back as the same entity."""
    if isinstance(entity, Task):
        return dump_row(row_of_task(entity))
    assert isinstance(entity, Stated)
    return dump_entity(entity)


def row_of_task(task: Task) -> Row:
    """The row that stands for a task; it says all there is about it."""
    return Row(
        line=0,
        id=task.task_id,
        list=task.list_id,
        user=task.user_id,
        title=task.title,
        notes=task.notes,
        tags=tuple(sorted(task.tags)),
        status=_STATUS[task.status.value],
        priority=_PRIORITY[task.priority.value],
        due=task.due,
        created_at=task.created_at,
        completed_at=task.completed_at,
        completed_by=task.completed_by,
        assignee=task.assignee,
        kind=task.kind,
        file=task.source,
    )


def _silent(lines: int) -> None:
    """No progress is wanted."""


def _prefix(tenant: str) -> str:
    """What every partition key of the tenant starts with: its component, terminator included."""
    partition = User.by_id.partition
    assert isinstance(partition, Composite)
    text = Composite(partition.components[:1]).render({TENANT: tenant})
    assert text is not None
    return text


@contextmanager
def _replacing(path: Path) -> Generator[TextIO]:
    """A text stream whose content becomes the file once the block has ended well."""
    target = path.resolve()  # a link stays a link, and its file is replaced
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        raw = partial.open("wb")
    except OSError as error:
        missing = not target.parent.is_dir()
        raise InputError(
            f"the folder of {path} does not exist; make it first"
            if missing
            else f"{path} cannot be written ({error.strerror}); choose another place",
            code="export.no_folder" if missing else "export.not_writable",
            field="FILE",
        ) from None
    try:
        with raw:
            zipped = target.name.endswith(".gz")
            binary = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) if zipped else raw
            file = _text(binary)
            yield file
            file.flush()
            file.detach()
            if zipped:
                binary.close()
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _text(binary: Any) -> Any:
    import io

    return io.TextIOWrapper(binary, encoding="utf-8", newline="\n")
