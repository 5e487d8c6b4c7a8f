"""A model validator's errors as faults at stored paths, without the values that caused them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import ValidationError

from tabledesign.codec.faults import Fault, Segment
from tabledesign.codec.kind import Kind
from tabledesign.codec.record import FieldCodec, Record

__all__ = ["faults_of"]


def faults_of(
    error: ValidationError, record: Record, *, start: tuple[Segment, ...] = ()
) -> list[Fault]:
    """The faults of a validation of what the record read, or of what stands at ``start`` in it."""
    return [
        Fault(_stored_path((record,), (*start, *each["loc"])), _reason(each["type"], each["msg"]))
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _reason(kind: str, message: str) -> str:
    return "is missing" if kind == "missing" else f"is refused: {message}"


def _stored_path(records: Sequence[Record], loc: Sequence[Segment]) -> tuple[Segment, ...]:
    path: list[Segment] = []
    kind: Kind | None = None
    for segment in loc:
        field = _by_key(records, segment)
        if field is not None:
            path.append(field.stored_name)
            kind, records = field.kind, field.kind.records
        elif kind is not None and len(records) > 1:
            # A tagged union puts the tag into the location; the stored path has no such step.
            continue
        elif kind is not None and segment != "[key]":
            path.append(segment)
            kind = _inside(kind, segment)
            records = kind.records if kind is not None else ()
    return tuple(path)


def _by_key(records: Sequence[Record], segment: Segment) -> FieldCodec | None:
    for record in records:
        for field in record.fields.values():
            if field.key == segment:
                return field
    return None


def _inside(kind: Kind, segment: Segment) -> Kind | None:
    if kind.element is not None:
        return kind.element
    if isinstance(segment, int) and segment < len(kind.elements):
        return kind.elements[segment]
    return None
