"""Bugs between values and what is stored."""

# What a wrong function is given is the right one's affair: its arguments have no types here.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from datetime import UTC
from decimal import Context, Decimal
from typing import Any

from .plant import Function, Plant

__all__ = ["CODEC_PLANTS"]

LOSS, ABSENCE = "a number is not exact", "null and absent mixed up"
ROUNDING = Context(prec=38)


def _rounded(right: Function) -> Function:
    def text(value: Decimal) -> str:
        return right(ROUNDING.plus(value) if value.is_finite() else value)  # type: ignore[no-any-return]

    return text


def _as_written(right: Function) -> Function:
    def text(value: Decimal) -> str:
        right(value)
        return str(value)

    return text


def _null_skipped(right: Function) -> Function:
    return lambda skip, value, name, instance: value is None or right(skip, value, name, instance)


def _default_null_stored(right: Function) -> Function:
    return lambda skip, value, name, instance: (
        skip != "default_null" and right(skip, value, name, instance)
    )


def _offset_dropped(right: Function) -> Function:
    return lambda value: right(value).replace(hour=value.hour, minute=value.minute, tzinfo=UTC)


def _first_step_forgotten(right: Function) -> Function:
    return lambda versions, values, steps: right(versions, values, steps[1:] or steps)


def _absent_empty_set(right: Function) -> Function:
    def read(record: Any, item: Any) -> Any:
        values, faults = right(record, item)
        kept = {name: value for name, value in values.items() if value not in (set(), frozenset())}
        return kept, faults

    return read


def _fraction_cut(right: Function) -> Function:
    return lambda value: right(value.replace(microsecond=0) if hasattr(value, "hour") else value)


CODEC_PLANTS = (
    Plant("rounded to 38 digits", "What a number has beyond 38 digits is lost in silence.",
          LOSS, "codec.numbers:decimal_text", _rounded, "codec.numbers"),
    Plant("numbers as they are written", "1.10 and 1.1 are stored as different texts.",
          LOSS, "codec.numbers:decimal_text", _as_written, "codec.numbers"),
    Plant("NULL taken for absent", "A field that was set to None is not stored.",
          ABSENCE, "codec.record:_is_skipped", _null_skipped, "codec.round_trips"),
    Plant("absent taken for NULL", "A field that nobody set is stored as null.",
          ABSENCE, "codec.record:_is_skipped", _default_null_stored, "codec.round_trips"),
    Plant("empty set is missing", "A set that was empty does not read back.",
          "a value does not read back", "codec.record:Record.read", _absent_empty_set,
          "codec.round_trips"),
    Plant("offset dropped on storing", "A moment is stored by the clock on the wall.",
          "a value does not read back", "codec.moments:_in_utc", _offset_dropped,
          "codec.round_trips"),
    Plant("microseconds cut", "A moment loses its fraction of a second.",
          "a value does not read back", "codec.moments:_in_utc", _fraction_cut,
          "codec.round_trips"),
    Plant("an upcaster left out", "An item two versions old is brought up by the second step only.",
          "old items are misread", "codec.versions:Versions._upcast", _first_step_forgotten,
          "codec.versions"),
)  # fmt: skip
