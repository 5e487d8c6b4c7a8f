"""Images of items as a stream's event holds them: DynamoDB's JSON, binary values in base64."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, cast

from tabledesign.codec import Unreadable
from tabledesign.wire import AttributeValue, Item

__all__ = ["item_of"]

# DynamoDB nests 32 levels; what goes deeper did not come from there.
_DEEPEST = 34


def item_of(image: object) -> Item:
    r"""The stored item of an image; raises `Unreadable` for what is none.

    >>> item_of({"day": {"S": "2026-01-05"}, "seal": {"B": "AP8="}})
    {'day': {'S': '2026-01-05'}, 'seal': {'B': b'\x00\xff'}}
    """
    if not isinstance(image, Mapping):
        raise Unreadable("its image is no map of attributes")
    attributes = cast("Mapping[str, object]", image)
    return {name: _value(value, 0) for name, value in attributes.items()}


def _value(value: object, depth: int) -> AttributeValue:
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        raise Unreadable("its image holds a value without a tag, or one nested too deeply")
    tagged = cast("Mapping[str, Any]", value)
    return {tag: _untagged(tag, held, depth) for tag, held in tagged.items()}


def _untagged(tag: str, held: Any, depth: int) -> Any:
    if tag == "B":
        return _bytes(held)
    if tag == "BS" and isinstance(held, list):
        return [_bytes(each) for each in cast("list[object]", held)]
    if tag == "L" and isinstance(held, list):
        return [_value(each, depth + 1) for each in cast("list[object]", held)]
    if tag == "M" and isinstance(held, Mapping):
        members = cast("Mapping[str, object]", held)
        return {name: _value(each, depth + 1) for name, each in members.items()}
    return held


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise Unreadable("its image holds a binary value that is no text")
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("its image holds a binary value that is not in base64") from None
