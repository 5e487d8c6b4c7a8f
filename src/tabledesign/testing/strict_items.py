"""DynamoDB's rules for items, keys and single values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, cast

from tabledesign.codec import item_size
from tabledesign.limits import (
    ITEM_BYTES,
    NESTING_DEPTH,
    NUMBER_DIGITS,
    NUMBER_MAGNITUDE,
    PARTITION_KEY_BYTES,
    SORT_KEY_BYTES,
)
from tabledesign.schema.table import Place, Table
from tabledesign.wire import Item

__all__ = ["item_breaches", "key_breaches", "text_breaches"]

_PLAIN: Final = frozenset({"S", "B", "BOOL", "NULL"})
"""Types of which every value can be stored."""


def item_breaches(item: Item, table: Table, *, whole: bool = True) -> Iterator[str]:
    """What is wrong with an item, or, not ``whole``, with the attributes that an update sets."""
    if whole:
        primary = (table.partition_key, table.sort_key)
        for name in primary:
            if name is not None and name not in item:
                yield f"the item has no {name}"
        if item_size(item) > ITEM_BYTES:
            yield f"an item of {item_size(item)} bytes, and DynamoDB takes {ITEM_BYTES}"
    for place in table.places:
        for name, limit in _limits(place):
            if name in item:
                yield from text_breaches(name, item[name], limit)
    for name, value in item.items():
        if len(value) != 1 or not _PLAIN.issuperset(value):
            yield from value_breaches(name, value, 1)


def key_breaches(key: Item, *places: Place) -> Iterator[str]:
    """What is wrong with a key that must hold the attributes of these places and no others."""
    limits: dict[str, int] = {}
    for place in places:
        for name, limit in _limits(place):
            limits[name] = max(limit, limits.get(name, 0))
    if key.keys() != limits.keys():
        yield f"the key holds {', '.join(sorted(key))}, and must hold {', '.join(sorted(limits))}"
    for name, limit in limits.items():
        if name in key:
            yield from text_breaches(name, key[name], limit)


def _limits(place: Place) -> Iterator[tuple[str, int]]:
    yield place.partition_attribute, PARTITION_KEY_BYTES
    if place.sort_attribute is not None:
        yield place.sort_attribute, SORT_KEY_BYTES


def text_breaches(name: str, value: Mapping[str, Any], limit: int) -> Iterator[str]:
    """What is wrong with one key attribute; all key attributes of a design are text."""
    text = value.get("S")
    if not isinstance(text, str):
        yield f"{name} is no text, and its index is declared for text"
    elif not text:
        yield f"{name} is empty"
    elif len(text.encode()) > limit:
        yield f"{name} has {len(text.encode())} bytes, and DynamoDB takes {limit}"


def value_breaches(name: str, value: Mapping[str, Any], depth: int) -> Iterator[str]:
    """What is wrong with one tagged value, and with what stands inside it."""
    if depth > NESTING_DEPTH:
        yield f"{name} is nested deeper than {NESTING_DEPTH} levels"
        return
    if len(value) != 1:
        yield f"{name} has {len(value)} types"
        return
    tag, content = next(iter(value.items()))
    if tag == "N":
        yield from _number(name, content)
    elif tag in ("SS", "NS", "BS"):
        yield from _set(name, tag, content)
    elif tag == "L":
        for element in content:
            yield from value_breaches(name, element, depth + 1)
    elif tag == "M":
        for inner, element in cast("Item", content).items():
            yield from value_breaches(f"{name}.{inner}", element, depth + 1)


def _set(name: str, tag: str, members: Any) -> Iterator[str]:
    distinct: set[Any] = {Decimal(m) if tag == "NS" else m for m in members}
    if not members:
        yield f"{name} is an empty set"
    if len(distinct) < len(members):
        yield f"{name} is a set that holds one member twice"
    if tag == "NS":
        for member in members:
            yield from _number(name, member)


def _number(name: str, text: str) -> Iterator[str]:
    if len(text) <= NUMBER_DIGITS and text.isascii() and text.isdigit():
        return
    number = Decimal(text)
    if not number.is_finite():
        yield f"{name} is no finite number"
        return
    digits = len("".join(map(str, number.as_tuple().digits)).strip("0"))
    if digits > NUMBER_DIGITS:
        yield f"{name} has {digits} digits, and DynamoDB keeps {NUMBER_DIGITS}"
    low, high = NUMBER_MAGNITUDE
    if number and not low <= number.adjusted() <= high:
        yield f"{name} stands at 10^{number.adjusted()}, outside {low}..{high}"
