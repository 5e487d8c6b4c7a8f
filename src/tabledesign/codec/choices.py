"""Kinds of values chosen from a list: the members of an Enum, the values of a Literal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, cast

from tabledesign.codec.faults import Misfit, Misread
from tabledesign.codec.kind import Kind, Tag, misread_tag
from tabledesign.codec.numbers import read_whole, whole_text
from tabledesign.codec.scalars import checked_text
from tabledesign.wire import AttributeValue

__all__ = ["enum_kind", "literal_kind"]

_Raw = str | int | bool


def enum_kind(members: type[Enum]) -> Kind | None:
    """The kind of an Enum's members, stored by value; None unless all values are str or int.

    >>> Colour = Enum("Colour", {"RED": "r"})
    >>> kind = enum_kind(Colour)
    >>> kind.encode(Colour.RED), kind.decode({"S": "r"})
    ({'S': 'r'}, <Colour.RED: 'r'>)
    """
    values: dict[str, _Raw] = {}
    for member in members:
        raw = _raw(member.value)
        if raw is None or isinstance(raw, bool):
            return None
        values[member.name] = raw
    # With use_enum_values pydantic keeps the bare value in the model.
    found = {_typed(raw): raw for raw in values.values()}

    def make(raw: _Raw) -> object:
        try:
            return members(raw)
        except ValueError:
            raise Misread(f"is none of the values of {members.__name__}") from None

    def find(value: object) -> _Raw | None:
        # By name: the hash of a member is computed in Python, that of a text is kept with it.
        return values[value.name] if isinstance(value, members) else found.get(_typed(value))

    return _kind(members.__name__, list(values.values()), find, make)


def literal_kind(values: tuple[object, ...]) -> Kind | None:
    """The kind of a Literal's values; None unless all are str, int, bool or such Enum members.

    >>> literal_kind(("a", 1)).encode(1)
    {'N': '1'}
    """
    raws: dict[tuple[type, object], _Raw] = {}
    back: dict[tuple[type, object], object] = {}
    for value in values:
        raw = _raw(value.value if isinstance(value, Enum) else value)
        if raw is None or _typed(raw) in back:
            return None
        raws[_typed(value)] = raw
        back[_typed(raw)] = value

    def make(raw: _Raw) -> object:
        try:
            return back[_typed(raw)]
        except KeyError:
            raise Misread("is none of the values that the field allows") from None

    return _kind("literal", list(raws.values()), lambda value: raws.get(_typed(value)), make)


def _typed(value: object) -> tuple[type, object]:
    # True equals 1 and would stand in for it otherwise; an unhashable value is none of them.
    return (type(value), value if getattr(type(value), "__hash__", None) else None)


def _raw(value: object) -> _Raw | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else None


def _kind(
    name: str,
    raws: list[_Raw],
    find: Callable[[object], _Raw | None],
    make: Callable[[_Raw], object],
) -> Kind:
    tags: tuple[Tag, ...] = tuple(dict.fromkeys(_tagged(raw)[0] for raw in raws))
    known: dict[str, dict[Any, object]] = {tag: {} for tag in tags}
    for raw in raws:
        tag, content = _tagged(raw)
        known[tag][content] = make(raw)

    def encode(value: Any) -> AttributeValue:
        raw = find(value)
        if type(raw) is str:
            return {"S": raw}
        if raw is None:
            raise Misfit(
                "value.kind",
                f"is of type {type(value).__name__} and none of the values of {name}",
                "pass one of them",
            )
        tag, content = _tagged(raw)
        return {tag: content}

    def decode(value: AttributeValue) -> Any:
        for tag, content in value.items():
            if tag in known:
                try:
                    return known[tag][content]
                except (KeyError, TypeError):
                    return make(_READERS[tag](content))
        raise misread_tag(value, *tags)

    choices: tuple[AttributeValue, ...] = tuple(
        {tag: content} for tag, content in map(_tagged, raws)
    )
    return Kind(name=name, tags=tags, encode=encode, decode=decode, choices=choices)


def _tagged(raw: _Raw) -> tuple[Tag, str | bool]:
    if isinstance(raw, bool):
        return "BOOL", raw
    return ("S", checked_text(raw)) if isinstance(raw, str) else ("N", whole_text(raw))


def _identity(content: Any) -> _Raw:
    return cast("_Raw", content)


_READERS: Mapping[str, Callable[[Any], _Raw]] = {
    "S": _identity,
    "BOOL": _identity,
    "N": read_whole,
}
