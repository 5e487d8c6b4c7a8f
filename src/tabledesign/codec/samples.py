"""Stored items made up from a record's kinds, by which a reader proves itself when it is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tabledesign.codec.kind import Kind
from tabledesign.codec.record import FieldCodec, Record
from tabledesign.wire import AttributeValue, Item

__all__ = ["samples", "values_of"]

_BY_NAME: Final[dict[str, tuple[AttributeValue, ...]]] = {
    "text": ({"S": "a"}, {"S": 'Grüße, "ß"'}, {"S": ""}),
    "whole number": ({"N": "7"}, {"N": "-12345678901234567890123"}),
    "decimal number": ({"N": "7"}, {"N": "-1234567890.1234567890123456789012345678"}),
    "float": ({"N": "7"}, {"N": "-0.125"}),
    "true or false": ({"BOOL": True}, {"BOOL": False}),
    "binary": ({"B": b"a"}, {"B": b"\xfb\xff\xfe"}),
    "UUID": ({"S": "12345678-1234-4678-9234-567812345678"},),
    "date": ({"S": "2026-01-31"}, {"S": "0001-01-01"}),
    "moment": ({"S": "2026-01-31T12:00:00.000000Z"}, {"S": "2026-01-31T12:00:00.123456Z"}),
    "moment in seconds": ({"N": "1700000000"}, {"N": "0"}),
}
_NULL: Final[AttributeValue] = {"NULL": True}


def samples(record: Record) -> Iterator[Item]:
    """Items in which every field has each of its forms: all fields, none but the required, null."""
    forms = {field.stored_name: list(_forms(field)) for field in record.fields.values()}
    for turn in range(max(map(len, forms.values()), default=0)):
        yield {name: each[turn % len(each)] for name, each in forms.items() if each}
    required = {f.stored_name for f in record.fields.values() if f.required}
    yield {name: each[0] for name, each in forms.items() if name in required and each}


def _forms(field: FieldCodec) -> Iterator[AttributeValue]:
    yield from values_of(field.kind)
    if field.kind.nullable:
        yield _NULL


def values_of(kind: Kind) -> Iterator[AttributeValue]:
    """A few stored values of a kind."""
    if kind.name in _BY_NAME:
        yield from _BY_NAME[kind.name]
    elif kind.tag in ("SS", "NS", "BS"):
        assert kind.element is not None, "a set has members"
        inner = kind.element.tag
        yield {kind.tag: [each[inner] for each in values_of(kind.element)]}
    elif kind.tag == "L":
        yield {
            "L": [each for part in kind.elements or (kind.element,) for each in _first(part, kind)]
        }
    elif kind.records:
        yield from ({"M": item} for item in samples(kind.records[0]))
    elif kind.element is not None:
        yield {"M": {f"k{n}": each for n, each in enumerate(values_of(kind.element))}}
    else:
        yield from kind.choices


def _first(part: Kind | None, of: Kind) -> list[AttributeValue]:
    assert part is not None, "a list has elements"
    values = list(values_of(part))
    return values[:1] if of.elements else values
