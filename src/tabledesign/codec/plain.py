"""Items as plain Python values and back, without a model: what upcasters work on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, cast

from tabledesign.codec.containers import SET_TAGS
from tabledesign.codec.faults import Misfit, Misread, wrong_kind
from tabledesign.codec.kind import Tag
from tabledesign.codec.numbers import read_decimal
from tabledesign.codec.scalars import BINARY, BOOLEAN, DECIMAL, NOTHING, TEXT, WHOLE
from tabledesign.wire import AttributeValue, Item

__all__ = ["plain", "plain_value", "tagged", "tagged_value"]


def plain(item: Mapping[str, AttributeValue]) -> dict[str, object]:
    """An item's values as str, Decimal, bool, None, bytes, set, list and dict.

    Raises `Misread` where a value is tagged in no known way.

    >>> plain({"n": {"N": "1.50"}, "tags": {"SS": ["a"]}, "due": {"NULL": True}})
    {'n': Decimal('1.50'), 'tags': {'a'}, 'due': None}
    """
    values: dict[str, object] = {}
    for name, stored in item.items():
        try:
            values[name] = plain_value(stored)
        except Misread as misread:
            raise Misread([fault.inside(name) for fault in misread.faults]) from None
    return values


def plain_value(stored: AttributeValue) -> object:
    """The plain value of one tagged value; raises `Misread`."""
    for tag, content in stored.items():
        read = _READERS.get(tag)
        if read is not None:
            return read(content)
    raise Misread(f"is stored as {' and '.join(map(str, stored)) or 'nothing'}")


def tagged(values: Mapping[str, object]) -> Item:
    """Plain values as an item; int and Decimal are numbers, an empty set is left out.

    Raises `Misfit` for a value of another type, float included.

    >>> tagged({"n": Decimal("1.50"), "tags": {"b", "a"}, "gone": set()})
    {'n': {'N': '1.5'}, 'tags': {'SS': ['a', 'b']}}
    """
    item: Item = {}
    for name, value in values.items():
        if value in (set(), frozenset()):
            continue
        try:
            item[name] = tagged_value(value)
        except Misfit as misfit:
            raise misfit.inside(name) from None
    return item


def tagged_value(value: object) -> AttributeValue:
    """The tagged form of one plain value; raises `Misfit`."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise wrong_kind(
        value,
        "a str, int, Decimal, bool, None, bytes, set, list or dict",
        "convert it to one of them",
    )


def _read_list(elements: Any) -> list[object]:
    values: list[object] = []
    try:
        for element in elements:
            values.append(plain_value(element))
    except Misread as misread:
        raise Misread([fault.inside(len(values)) for fault in misread.faults]) from None
    return values


def _write_list(values: Any) -> AttributeValue:
    stored: list[AttributeValue] = []
    try:
        for value in values:
            stored.append(tagged_value(value))
    except Misfit as misfit:
        raise misfit.inside(len(stored)) from None
    return {"L": stored}


def _write_dict(values: Any) -> AttributeValue:
    for name in values:
        if not isinstance(name, str):
            raise wrong_kind(name, "a text key", "pass str keys")
    return {"M": tagged(cast("Mapping[str, object]", values))}


def _write_set(members: Any) -> AttributeValue:
    stored = [tagged_value(member) for member in members]
    tags = {tag for value in stored for tag in value}
    inner = cast("Tag", next(iter(tags), "NULL"))
    if len(tags) != 1 or inner not in SET_TAGS:
        raise Misfit(
            "value.mixed_set",
            "is a set that is empty or of mixed types, and DynamoDB's sets hold texts, numbers "
            "or binary data",
            "give it members of one type",
        )
    return {SET_TAGS[inner]: sorted({value[inner] for value in stored})}


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "S": str,
    "N": read_decimal,
    "B": bytes,
    "BOOL": bool,
    "NULL": lambda _: None,
    "SS": set,
    "NS": lambda numbers: {read_decimal(number) for number in numbers},
    "BS": lambda members: {bytes(member) for member in members},
    "L": _read_list,
    "M": plain,
}

_WRITERS: Final[tuple[tuple[type[Any], Callable[[Any], AttributeValue]], ...]] = (
    (str, TEXT.encode),
    (bool, BOOLEAN.encode),
    (int, WHOLE.encode),
    (Decimal, DECIMAL.encode),
    (type(None), NOTHING.encode),
    (bytes, BINARY.encode),
    (dict, _write_dict),
    (list, _write_list),
    (tuple, _write_list),
    (set, _write_set),
    (frozenset, _write_set),
)
