"""Bugs in the texts of keys."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tabledesign.keys.bounds import Interval, Range

from .plant import Function, Plant

__all__ = ["KEY_PLANTS"]

INJECTION, BLEED, ORDER = "two values make one key", "prefix bleed", "keys out of order"


def _only_delimiter_escaped(right: Function) -> Function:
    return lambda text: text.replace("%", "%25").replace("#", "%23")


def _without_its_end(right: Function) -> Function:
    def render(key: Any, values: Any) -> str | None:
        text = right(key, values)
        return None if text is None else text.removesuffix("#")

    return render


def _prefix_without_its_end(right: Function) -> Function:
    def leading(key: Any, values: Any) -> Any:
        prefix, following = right(key, values)
        return (prefix if following is None else prefix.removesuffix("#")), following

    return leading


def _of_text(change: Callable[[str], str]) -> Callable[[Function], Function]:
    def wrong(right: Function) -> Function:
        return lambda scalar, value, *, field: right(
            scalar, change(value) if isinstance(value, str) else value, field=field
        )

    return wrong


def _iso(right: Function) -> Function:
    def encode(scalar: Any, value: Any, *, field: str) -> str:
        right(scalar, value, field=field)
        return datetime.isoformat(value)

    return encode


def _wall_clock(right: Function) -> Function:
    def encode(scalar: Any, value: Any, *, field: str) -> str:
        right(scalar, value, field=field)
        return datetime.isoformat(value.replace(tzinfo=None), timespec="microseconds") + "Z"

    return encode


def _not_complemented(right: Function) -> Function:
    return lambda number: f"{number:020}" if number < 0 else f"{number:019}"


def _ends_included(right: Function) -> Function:
    def between(prefix: str, part: Any, bounds: Range[Any]) -> Interval | None:
        return right(prefix, part, Range[Any](bounds.start, bounds.end))  # type: ignore[no-any-return]

    return between


def _absent_in_range(right: Function) -> Function:
    def between(prefix: str, part: Any, bounds: Range[Any]) -> Interval | None:
        found = right(prefix, part, bounds)
        if found is None or bounds.start is not None:
            return None if found is None else found
        return Interval(prefix + "!", found.high, found.prefix)

    return between


def _float_taken(right: Function) -> Function:
    def encode(scalar: Any, value: Any, *, field: str) -> str:
        taken = int(value) if isinstance(value, float) else value
        return right(scalar, taken, field=field)  # type: ignore[no-any-return]

    return encode


def _truth_taken(right: Function) -> Function:
    def encode(scalar: Any, value: Any, *, field: str) -> str:
        taken = int(value) if isinstance(value, bool) else value
        return right(scalar, taken, field=field)  # type: ignore[no-any-return]

    return encode


def _successor_of_prefix(right: Function) -> Function:
    return lambda text: text + "~"


TEXT, INSTANT = "keys.text:Text.encode", "keys.moments:Instant.encode"
KEY_PLANTS = (
    Plant("naive join", "Parts are joined by # as they are.",
          INJECTION, "keys.text:escape", lambda right: lambda text: text, "keys.tuples"),
    Plant("only the delimiter escaped", "Signs that sort below # stay as they are.",
          ORDER, "keys.text:escape", _only_delimiter_escaped, "keys.tuples"),
    Plant("no trailing delimiter", "The last component of a key has no end.",
          ORDER, "keys.composite:Composite.render", _without_its_end, "keys.tuples"),
    Plant("prefix without its end", "p1 selects what belongs to p10 too.",
          BLEED, "keys.composite:Composite._leading", _prefix_without_its_end, "keys.prefixes"),
    Plant("beginning ends too early", "Rows that begin so and go on with a high sign are left out.",
          BLEED, "keys.composite:_successor", _successor_of_prefix, "keys.prefixes"),
    Plant("lower-casing", "Acme and acme are one key.",
          INJECTION, TEXT, _of_text(str.lower), "keys.tuples"),
    Plant("silent normalisation", "Texts are put into NFC before they stand in keys.",
          INJECTION, TEXT, _of_text(lambda t: unicodedata.normalize("NFC", t)), "keys.tuples"),
    Plant("isoformat dates", "A moment is written as isoformat writes it.",
          ORDER, INSTANT, _iso, "keys.tuples"),
    Plant("moments by the wall clock", "The offset of a moment is dropped, not converted.",
          ORDER, INSTANT, _wall_clock, "keys.tuples"),
    Plant("integers not padded", "10 sorts before 9.",
          ORDER, "keys.numbers:write_integer", lambda right: str, "keys.tuples"),
    Plant("negatives not complemented", "-1 sorts before -2.",
          ORDER, "keys.numbers:write_integer", _not_complemented, "keys.tuples"),
    Plant("open ends included", "A range holds the end that it excludes.",
          "wrong range", "keys.composite:_between", _ends_included, "keys.ranges"),
    Plant("absent rows in a range", "A range without a start holds rows that lack the part.",
          "wrong range", "keys.composite:_between", _absent_in_range, "keys.ranges"),
    Plant("float passthrough in a key", "1.0 is taken for the whole number 1.",
          "wrong type taken", "keys.numbers:Integer.encode", _float_taken, "keys.types"),
    Plant("true is one", "True is taken for the whole number 1.",
          "wrong type taken", "keys.numbers:Integer.encode", _truth_taken, "keys.types"),
    Plant("key length unchecked", "A key of any length is sent.",
          "limits", "keys.composite:Composite.check_length",
          lambda right: lambda *args, **kwargs: None, "keys.lengths"),
)  # fmt: skip
