"""Slots filled: arguments put where a pattern's body left room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range, Slot, StartsWith

__all__ = ["as_range", "resolve"]


def as_range(value: object) -> Range[object] | None:
    """The value if it is a `Range`, of whatever it ranges over."""
    return cast("Range[object]", value) if isinstance(value, Range) else None


def _end(value: object, arguments: Mapping[str, object]) -> object:
    """The end of a range; an argument of None would open it and ask for more than is meant."""
    end = resolve(value, arguments)
    if end is None and isinstance(value, Slot):
        raise InputError(
            f"{value.name!r} may not be None, as it ends a range; give a value",
            code="pattern.none",
            field=value.name,
        )
    return end


def resolve(value: object, arguments: Mapping[str, object]) -> object:
    """The value with every slot in it replaced by its argument."""
    if isinstance(value, Slot):
        return arguments[value.name]
    bounds = as_range(value)
    if bounds is not None:
        return Range(
            _end(bounds.start, arguments),
            _end(bounds.end, arguments),
            include_start=bounds.include_start,
            include_end=bounds.include_end,
        )
    if isinstance(value, StartsWith):
        # Typed as text, which it is but for the body of a pattern, where a slot stands for it.
        beginning: object = value.text
        if isinstance(beginning, Slot):
            text = resolve(beginning, arguments)
            if not isinstance(text, str):
                raise InputError(
                    f"{beginning.name} is a {type(text).__name__}; give the text to begin with",
                    code="pattern.not_text",
                    field=beginning.name,
                )
            return StartsWith(text)
    return value
