"""The lines of an export that are no tasks: head, users, lists, members, access records, end.

    {"entity":"Export","format":1}                              the head: what follows is complete
    {"entity":"User","user_id":"ann","name":"Ann","role":"member"}
    {"entity":"List","list_id":"home","title":"At home","owner_id":"ann"}
    {"entity":"Member","list_id":"home","user_id":"ann","role":"owner"}
    {"entity":"AccessRecord","list_id":"home","at":"2026-...",...}  what was granted, and by whom
    {"id":"t1","list":"home","user":"ann",...}                  a task: a row, without an entity
    {"entity":"End","lines":5}                                  how many stood in between

Between head and end a row says all there is about its task: an import derives nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from tabledesign.dataclass import dataclass
from tabledesign.todo.entities import AccessRecord, Member, TaskList, User
from tabledesign.todo.row_fields import Record, RowRefused

__all__ = [
    "FORMAT",
    "ExportEnd",
    "ExportHead",
    "Stated",
    "StatedRow",
    "dump_entity",
    "dump_mark",
    "entity_of",
]

FORMAT: Final = 1

Stated = User | TaskList | Member | AccessRecord
"""What a line may state besides a task."""


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A user, list, member or record as an export states it; ``line`` is where it stands."""

    line: int
    entity: Stated


_ENTITIES: Final[Mapping[str, type[Stated]]] = {
    entity.__entity_name__: entity for entity in (User, TaskList, Member, AccessRecord)
}


@dataclass(frozen=True, slots=True)
class ExportHead:
    """The first line of an export."""

    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class ExportEnd:
    """The last line of an export: without it, or with another count, the file is not whole."""

    lines: int


def dump_entity(entity: Stated) -> str:
    """The entity as one line of NDJSON, without the line end; what is absent is left out.

    >>> dump_entity(User(user_id="ann", name="Ann"))
    '{"entity":"User","user_id":"ann","name":"Ann","role":"member"}'
    """
    fields = entity.model_dump(mode="json", exclude_none=True)
    return _line({"entity": entity.__entity_name__, **fields})


def dump_mark(mark: ExportHead | ExportEnd) -> str:
    """The first or the last line of an export, without the line end.

    >>> dump_mark(ExportHead())
    '{"entity":"Export","format":1}'
    """
    if isinstance(mark, ExportHead):
        return _line({"entity": "Export", "format": mark.format})
    return _line({"entity": "End", "lines": mark.lines})


def entity_of(record: Record) -> Stated | ExportHead | ExportEnd:
    """What a line with an ``entity`` states; columns nobody knows are left aside.

    Raises :class:`RowRefused`, whose message names columns and never their values.
    """
    name = record["entity"]
    if name == "Export":
        if record.get("format") != FORMAT:
            raise RowRefused(
                "row.export_format",
                f"the export is of another format than {FORMAT}; read it with the release that "
                "wrote it",
            )
        return ExportHead()
    if name == "End":
        lines = record.get("lines")
        if not isinstance(lines, int):
            raise RowRefused("row.wrong_kind", "lines is no number; export the file again")
        return ExportEnd(lines)
    entity = _ENTITIES.get(name) if isinstance(name, str) else None
    if entity is None:
        raise RowRefused(
            "row.entity_unknown",
            f"entity is none of {', '.join(_ENTITIES)}; leave it out where the row is a task",
        )
    return _checked(entity, {n: v for n, v in record.items() if n in entity.model_fields})


def _checked(entity: type[Stated], values: Record) -> Stated:
    for name, value in values.items():
        if name.endswith("_id") and value == "":
            raise RowRefused("row.field_empty", f"{name} is empty; give a name")
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                raise RowRefused(
                    "row.not_utf8", f"{name} holds half of a character; correct the text"
                ) from None
    try:
        return entity.model_validate(values)
    except ValidationError as error:
        # What pydantic says repeats no value once the input is left out.
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        said = "; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in faults)
        raise RowRefused(
            "row.entity_invalid", f"{said}; correct this {entity.__entity_name__}"
        ) from None


def _line(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
