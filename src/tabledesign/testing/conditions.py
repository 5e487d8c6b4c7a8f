"""Whether a condition holds of an entity, decided in plain Python: for the reference model."""

from __future__ import annotations

from collections.abc import Callable, Sized
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from tabledesign.expressions import Condition
from tabledesign.expressions.comparisons import (
    BeginsWith,
    Between,
    Compare,
    Contains,
    Exists,
    In,
    NotExists,
    Size,
)
from tabledesign.expressions.conditions import And, Not, Or
from tabledesign.expressions.paths import Path
from tabledesign.schema.entity import Entity

__all__ = ["holds"]

Fill = Callable[[object], object]
"""Puts arguments into slots."""

_MISSING = object()


def holds(condition: Condition, entity: Entity, absent: frozenset[str], fill: Fill) -> bool:
    """Whether the condition is true of the entity; ``absent`` fields have no attribute.

    Of a missing attribute every comparison is false, except ``<>``.
    """
    match condition:
        case And(parts):
            return all(holds(part, entity, absent, fill) for part in parts)
        case Or(parts):
            return any(holds(part, entity, absent, fill) for part in parts)
        case Not(part):
            return not holds(part, entity, absent, fill)
        case Exists(path):
            return _at(entity, absent, path) is not _MISSING
        case NotExists(path):
            return _at(entity, absent, path) is _MISSING
        case _:
            return _compares(condition, lambda value: _value(value, entity, absent, fill))


def _compares(condition: Condition, value: Callable[[object], Any]) -> bool:
    match condition:
        case Compare(left, operator, right):
            return _compare(value(left), operator, value(right))
        case Between(operand, low, high):
            at = value(operand)
            return _compare(at, ">=", value(low)) and _compare(at, "<=", value(high))
        case In(operand, values):
            return any(_compare(value(operand), "=", value(each)) for each in values)
        case BeginsWith(path, prefix):
            at = value(path)
            return isinstance(at, str | bytes) and at.startswith(value(prefix))
        case Contains(path, element):
            at = value(path)
            return at not in (_MISSING, None) and value(element) in at
        case _:
            raise NotImplementedError(f"the model cannot decide {type(condition).__name__}")


def _compare(left: Any, operator: str, right: Any) -> bool:
    if left is _MISSING or right is _MISSING:
        return operator == "<>"
    if operator in ("=", "<>"):
        return bool(left == right) is (operator == "=")
    if left is None or right is None:
        return False
    signs = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return bool(signs[operator])


def _value(value: object, entity: Entity, absent: frozenset[str], fill: Fill) -> Any:
    if isinstance(value, Size):
        held = _at(entity, absent, value.path)
        if isinstance(held, str):
            return len(held.encode())
        return len(held) if isinstance(held, Sized) else _MISSING
    if isinstance(value, Path):
        return _stored(_at(entity, absent, value))
    return _stored(fill(value))


def _at(entity: Entity, absent: frozenset[str], path: Path) -> Any:
    if path.name in absent:
        return _MISSING
    held: Any = getattr(entity, path.name)
    for segment in path.segments[1:]:
        try:
            is_field = isinstance(held, BaseModel)
            held = getattr(held, str(segment)) if is_field else held[segment]
        except (LookupError, AttributeError, TypeError):
            return _MISSING
    return held


def _stored(value: Any) -> Any:
    """The value as DynamoDB compares it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date | UUID):
        return str(value)
    return value
