"""How large an item is, by DynamoDB's rule.

Source: *Amazon DynamoDB Developer Guide*, "DynamoDB item sizes and formats". Where the guide
says "approximately" (numbers), the larger reading is taken, so that the estimate is never below
the true size: two digits share a byte, paired from the decimal point, one byte of overhead, one
more for a negative number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabledesign.codec.numbers import read_decimal
from tabledesign.errors import InputError
from tabledesign.limits import ITEM_BYTES
from tabledesign.wire import AttributeValue

__all__ = ["check_size", "item_size", "value_size"]

_CONTAINER = 3
_ELEMENT = 1


def item_size(item: Mapping[str, AttributeValue]) -> int:
    """Bytes of the names and values of an item, keys included.

    >>> item_size({"title": {"S": "Grüße"}, "done": {"BOOL": True}})
    17
    """
    return sum(_text(name) + value_size(value) for name, value in item.items())


def value_size(value: AttributeValue) -> int:
    """Bytes of one tagged value, without its name.

    >>> value_size({"N": "-12.5"}), value_size({"L": [{"S": "ab"}]})
    (4, 6)
    """
    for tag, content in value.items():
        if tag == "S":
            return len(content) if content.isascii() else len(content.encode())
        if tag == "N":
            return _number(content)
        if tag == "B":
            return len(content)
        if tag in ("BOOL", "NULL"):
            return 1
        return _many(tag, content)
    return 0


def check_size(item: Mapping[str, AttributeValue], owner: str) -> None:
    """Refuse an item over 400 KB with `InputError`, and name its largest attribute."""
    size = item_size(item)
    if size <= ITEM_BYTES:
        return
    sizes = {name: _text(name) + value_size(value) for name, value in item.items()}
    largest = max(sizes, key=lambda name: sizes[name])
    raise InputError(
        f"{owner} is {size:,} bytes as an item and DynamoDB stores {ITEM_BYTES:,} at most; its "
        f"largest attribute is {largest!r} with {sizes[largest]:,} bytes: store that elsewhere, "
        "or in several items",
        code="item.too_large",
        field=largest,
    )


def _many(tag: str, content: Any) -> int:
    if tag == "SS":
        return sum(map(_text, content))
    if tag == "NS":
        return sum(map(_number, content))
    if tag == "BS":
        return sum(map(len, content))
    if tag == "L":
        return _CONTAINER + sum(_ELEMENT + value_size(element) for element in content)
    return _CONTAINER + sum(
        _ELEMENT + _text(name) + value_size(element) for name, element in content.items()
    )


def _text(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _number(text: str) -> int:
    whole, _, fraction = text.removeprefix("-").partition(".")
    if not (whole + fraction).isdecimal():
        whole, fraction = f"{abs(read_decimal(text)):f}".partition(".")[::2]
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if not whole and not fraction:
        return 1
    # Positions of the first and the last digit that count, from the point: ...210.-1-2...
    high = len(whole) - 1 if whole else len(fraction.lstrip("0")) - len(fraction) - 1
    low = -len(fraction) if fraction else len(whole) - len(whole.rstrip("0"))
    return high // 2 - low // 2 + 2 + text.startswith("-")
