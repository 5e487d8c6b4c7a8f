"""Values beside a path: what a comparison or an update hands over, in the form stored there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, cast

from tabledesign.codec.faults import Misfit, Segment, dotted, wrong_kind
from tabledesign.codec.kind import Kind
from tabledesign.codec.numbers import decimal_text, float_text, whole_text
from tabledesign.codec.record import FieldCodec, Record
from tabledesign.codec.scalars import BINARY, TEXT, WHOLE
from tabledesign.wire import AttributeValue

__all__ = ["Role", "encode_as", "kinds_at", "stored_path"]

Role = Literal["whole", "prefix", "element", "size", "type", "number", "items", "members", "addend"]
"""What a value is to the path it stands at.

``whole``    a value of the path: compared with it, or stored there
``prefix``   the beginning of a text or binary (begins_with)
``element``  a part of a text, a member of a set, an element of a list (contains)
``size``     a whole number, whatever the path holds
``type``     DynamoDB's letters of a stored type, a text
``number``   a number that is added to the path's number (SET a = a + :v)
``items``    a list of the path's elements (list_append)
``members``  a set of the path's members (DELETE)
``addend``   a number, or a set of the path's members (ADD)
"""


def kinds_at(record: Record, path: Sequence[Segment]) -> tuple[Kind, ...]:
    """The kinds that can stand at a path of field names, dict keys and list indexes.

    There are several inside a tagged union only. Raises `Misfit` where there is none.
    """
    found = _fields_of((record,), path[0]) if path else ()
    for position, segment in enumerate(path[1:], 1):
        found = tuple(inner for kind in found for inner in _step(kind, segment))
        if not found:
            raise _no_such(path[: position + 1], record)
    if not found:
        raise _no_such(path[:1], record)
    return found


def stored_path(record: Record, path: Sequence[Segment]) -> tuple[Segment, ...]:
    """The same path by stored names; segments that are no field's stay as they are."""
    records: tuple[Record, ...] = (record,)
    kinds: tuple[Kind, ...] = ()
    stored: list[Segment] = []
    for segment in path:
        named = _fields_at(records, segment)
        stored.append(named[0].stored_name if named else segment)
        kinds = (
            tuple(field.kind for field in named)
            if named
            else tuple(inner for kind in kinds for inner in _step(kind, segment))
        )
        records = tuple(record for kind in kinds for record in kind.records)
    return tuple(stored)


def encode_as(role: Role, kinds: Sequence[Kind], value: object) -> AttributeValue:
    """The tagged form of a value in its role to what stands at the path; raises `Misfit`."""
    if role == "size":
        return WHOLE.encode(value)
    if role == "type":
        return TEXT.encode(value)
    write = _ROLES[role]
    for kind in kinds[:-1]:
        try:
            return write(kind, value)
        except Misfit:
            continue
    return write(kinds[-1], value)


def _step(kind: Kind, segment: Segment) -> tuple[Kind, ...]:
    if kind.tag == "M":
        if isinstance(segment, int):
            return ()
        if kind.element is not None:
            return (kind.element,)
        return _fields_of(kind.records, segment)
    if kind.tag == "L" and isinstance(segment, int):
        if kind.element is not None:
            return (kind.element,)
        return kind.elements[segment : segment + 1]
    return ()


def _fields_of(records: Sequence[Record], segment: Segment) -> tuple[Kind, ...]:
    return tuple(field.kind for field in _fields_at(records, segment))


def _fields_at(records: Sequence[Record], segment: Segment) -> tuple[FieldCodec, ...]:
    name = str(segment) if isinstance(segment, str) else ""
    return tuple(record.fields[name] for record in records if name in record.fields)


def _no_such(path: Sequence[Segment], record: Record) -> Misfit:
    known = ", ".join(record.fields)
    return Misfit(
        "path.unknown_field",
        f"has nothing at {dotted(path)!r}",
        f"start a path with one of its fields ({known}), and go on by field, key or index",
    )


def _whole(kind: Kind, value: object) -> AttributeValue:
    return kind.encode(value)


def _prefix(kind: Kind, value: object) -> AttributeValue:
    if "S" in kind.tags:
        return TEXT.encode(value)
    if kind.tag == "B":
        return BINARY.encode(value)
    raise _unfit(kind, "begins with nothing", "a text or binary field")


def _element(kind: Kind, value: object) -> AttributeValue:
    if kind.tag in ("S", "B"):
        return _prefix(kind, value)
    if kind.element is not None and kind.tag != "M":
        return kind.element.encode(value)
    for place in kind.elements:
        try:
            return place.encode(value)
        except Misfit:
            continue
    raise _unfit(kind, "contains no such value", "a text, set or list field")


def _number(kind: Kind, value: object) -> AttributeValue:
    if kind.tags != ("N",):
        raise _unfit(kind, "is not a number to add to", "a number field")
    if isinstance(value, int) and not isinstance(value, bool):
        return {"N": whole_text(value)}
    if isinstance(value, Decimal) and kind.name != WHOLE.name:
        return {"N": decimal_text(value)}
    if isinstance(value, float) and kind.name == "float":
        return {"N": float_text(value)}
    raise wrong_kind(value, f"a {kind.name}", "add a number of that kind")


def _items(kind: Kind, value: object) -> AttributeValue:
    if kind.tag != "L" or kind.element is None:
        raise _unfit(kind, "is not a list to append to", "a list field")
    if not isinstance(value, list | tuple):
        raise wrong_kind(value, "a list of elements", "pass a list")
    stored: list[AttributeValue] = []
    try:
        for each in cast("Sequence[object]", value):
            stored.append(kind.element.encode(each))
    except Misfit as misfit:
        raise misfit.inside(len(stored)) from None
    return {"L": stored}


def _members(kind: Kind, value: object) -> AttributeValue:
    if kind.empty is None:
        raise _unfit(kind, "is not a set", "a set field")
    return kind.encode(value)


def _addend(kind: Kind, value: object) -> AttributeValue:
    return _members(kind, value) if kind.empty is not None else _number(kind, value)


def _unfit(kind: Kind, what: str, wanted: str) -> Misfit:
    return Misfit("path.unfit", f"is a {kind.name}, which {what}", f"take {wanted}")


_ROLES: Final[Mapping[str, Callable[[Kind, Any], AttributeValue]]] = {
    "whole": _whole,
    "prefix": _prefix,
    "element": _element,
    "number": _number,
    "items": _items,
    "members": _members,
    "addend": _addend,
}
