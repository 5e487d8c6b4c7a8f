"""Stored attributes as JSON texts: exact numbers, and no text longer than a page can show."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Collection, Mapping
from typing import Any, Final

from tabledesign.dataclass import dataclass
from tabledesign.wire import AttributeValue, Item

__all__ = ["Attribute", "attributes_of", "json_text"]

_SHOWN: Final = 2_000
"""Characters of one value that are shown: an item may hold 400 KB."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: DynamoDB's tag of its type, its value as JSON, and how much is left out."""

    name: str
    tag: str
    json: str
    left_out: int = 0


def attributes_of(item: Item, without: Collection[str]) -> tuple[Attribute, ...]:
    """The attributes of a stored item by name, but for some."""
    return tuple(_attribute(name, item[name]) for name in sorted(item) if name not in without)


def _attribute(name: str, stored: AttributeValue) -> Attribute:
    text = json_text(stored)
    tag = next(iter(stored), "?")
    return Attribute(name, tag, text[:_SHOWN], max(0, len(text) - _SHOWN))


def json_text(stored: AttributeValue) -> str:
    """A tagged value as JSON: a number as its own digits, binary as base64, a set as a list.

    >>> json_text({"M": {"n": {"N": "12345678901234567890"}, "tags": {"SS": ["b", "a"]}}})
    '{"n": 12345678901234567890, "tags": ["a", "b"]}'
    """
    for tag, content in stored.items():
        if tag == "N":
            return str(content)
        if tag == "NULL":
            return "null"
        if tag in ("SS", "NS", "BS"):
            each = tag[0]
            return _listed(sorted(json_text({each: one}) for one in content))
        if tag == "L":
            return _listed([json_text(one) for one in content])
        if tag == "M":
            return _mapped(content)
        if tag == "B":
            return json.dumps(b64encode(bytes(content)).decode())
        return json.dumps(content, ensure_ascii=False, default=str)
    return "null"


def _listed(texts: list[str]) -> str:
    return "[" + ", ".join(texts) + "]"


def _mapped(content: Mapping[str, Any]) -> str:
    pairs = (f"{json.dumps(n, ensure_ascii=False)}: {json_text(v)}" for n, v in content.items())
    return "{" + ", ".join(pairs) + "}"
