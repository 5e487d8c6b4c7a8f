"""Kinds that hold others: sets, lists, tuples and dicts, and values that may be null."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, cast

from tabledesign.codec.faults import Fault, Misfit, Misread, wrong_kind
from tabledesign.codec.kind import Kind, Tag, misread_tag
from tabledesign.codec.scalars import TEXT
from tabledesign.dataclass import replace
from tabledesign.wire import AttributeValue

__all__ = ["SET_TAGS", "dict_kind", "fixed_kind", "list_kind", "nullable_kind", "set_kind"]

SET_TAGS: Final[dict[Tag, Literal["SS", "NS", "BS"]]] = {"S": "SS", "N": "NS", "B": "BS"}
"""From the tag of a set's members to the tag of the set."""


def set_kind(member: Kind, *, frozen: bool) -> Kind:
    """A set; an empty one is refused here, since DynamoDB has none, and left out by records.

    Members are written in the order of their texts, so that equal sets are equal requests.
    """
    encode_member, decode_member = member.encode, member.decode
    inner = member.tag
    tag = SET_TAGS[inner]
    make: type[set[Any]] | type[frozenset[Any]] = frozenset if frozen else set

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, set | frozenset):
            raise wrong_kind(value, "a set", f"pass a {make.__name__}")
        if not value:
            raise Misfit(
                "value.empty_set",
                "is an empty set, which DynamoDB cannot store",
                "leave the attribute out; inside a list or a dict, leave out the element",
            )
        members = cast("Iterable[Any]", value)
        return {tag: sorted({encode_member(each)[inner] for each in members})}

    def decode(stored: AttributeValue) -> Any:
        try:
            members = stored[tag]
        except KeyError:
            raise misread_tag(stored, tag) from None
        if decode_member is TEXT.decode:
            return make(members)
        return make(_each(members, lambda each: decode_member({inner: each})))

    return Kind(
        name=f"set of {member.name}",
        tags=(tag,),
        encode=encode,
        decode=decode,
        empty=make,
        element=member,
    )


def list_kind(element: Kind, *, as_tuple: bool) -> Kind:
    """A list, or a tuple of any length."""
    encode_element, decode_element = element.encode, element.decode
    wanted = tuple if as_tuple else list

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, wanted):
            raise wrong_kind(value, f"a {wanted.__name__}", f"pass a {wanted.__name__}")
        elements = cast("Sequence[Any]", value)
        stored: list[AttributeValue] = []
        try:
            for each in elements:
                stored.append(encode_element(each))
        except Misfit as misfit:
            raise misfit.inside(len(stored)) from None
        return {"L": stored}

    def decode(stored: AttributeValue) -> Any:
        try:
            elements = stored["L"]
        except KeyError:
            raise misread_tag(stored, "L") from None
        values = _each(elements, decode_element)
        return tuple(values) if as_tuple else values

    name = f"{wanted.__name__} of {element.name}"
    return Kind(name=name, tags=("L",), encode=encode, decode=decode, element=element)


def fixed_kind(elements: tuple[Kind, ...]) -> Kind:
    """A tuple of fixed length, each place with a kind of its own; stored as a list."""

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, tuple):
            raise wrong_kind(value, "a tuple", "pass a tuple")
        places = cast("tuple[object, ...]", value)
        if len(places) != len(elements):
            raise Misfit(
                "value.kind",
                f"is a tuple of {len(places)}, and one of {len(elements)} is stored here",
                "pass one of that length",
            )
        stored: list[AttributeValue] = []
        try:
            for kind, each in zip(elements, places, strict=True):
                stored.append(kind.encode(each))
        except Misfit as misfit:
            raise misfit.inside(len(stored)) from None
        return {"L": stored}

    def decode(stored: AttributeValue) -> Any:
        try:
            places = stored["L"]
        except KeyError:
            raise misread_tag(stored, "L") from None
        if len(places) != len(elements):
            raise Misread(f"is a list of {len(places)}, not of {len(elements)}")
        kinds = iter(elements)
        return tuple(_each(places, lambda each: next(kinds).decode(each)))

    return Kind(name="tuple", tags=("L",), encode=encode, decode=decode, elements=elements)


def dict_kind(key: Kind, element: Kind) -> Kind:
    """A dict with text keys, stored as a map."""
    encode_element, decode_element = element.encode, element.decode

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, dict):
            raise wrong_kind(value, "a dict", "pass a dict")
        entries = cast("dict[object, object]", value)
        stored: dict[str, AttributeValue] = {}
        for raw, each in entries.items():
            name = _entry_name(key, raw)
            try:
                stored[name] = encode_element(each)
            except Misfit as misfit:
                raise misfit.inside(name) from None
        return {"M": stored}

    def decode(stored: AttributeValue) -> Any:
        try:
            entries = stored["M"]
        except KeyError:
            raise misread_tag(stored, "M") from None
        values: dict[Any, Any] = {}
        faults: list[Fault] = []
        for name, each in entries.items():
            try:
                values[key.decode({"S": name})] = decode_element(each)
            except Misread as misread:
                faults += [fault.inside(name) for fault in misread.faults]
        if faults:
            raise Misread(faults)
        return values

    name = f"dict of {element.name}"
    return Kind(name=name, tags=("M",), encode=encode, decode=decode, element=element, key=key)


def nullable_kind(kind: Kind) -> Kind:
    """The same kind, with None stored as null."""
    encode_value, decode_value = kind.encode, kind.decode

    def encode(value: Any) -> AttributeValue:
        return {"NULL": True} if value is None else encode_value(value)

    def decode(stored: AttributeValue) -> Any:
        return None if "NULL" in stored else decode_value(stored)

    return replace(kind, encode=encode, decode=decode, nullable=True)


def _entry_name(key: Kind, raw: object) -> str:
    name: str = key.encode(raw)["S"]
    if not name:
        # "Attribute names must be at least one character long", those inside maps included.
        raise Misfit(
            "value.empty_name",
            "is a dict with an empty key, and DynamoDB's names have one character at least",
            "give every key a text",
        )
    return name


def _each(elements: Iterable[Any], decode: Callable[[Any], Any]) -> list[Any]:
    values: list[Any] = []
    faults: list[Fault] = []
    for element in elements:
        try:
            values.append(decode(element))
        except Misread as misread:
            faults += [fault.inside(len(values)) for fault in misread.faults]
            values.append(None)
    if faults:
        raise Misread(faults)
    return values
