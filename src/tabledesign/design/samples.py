"""One fixed value for each type of argument, so that examples are the same on every machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, cast, get_args, get_origin
from uuid import UUID

from tabledesign.design.arguments import element_of, is_range
from tabledesign.design.spelling import enum_of
from tabledesign.keys.bounds import Range, StartsWith
from tabledesign.keys.scalars import scalar_of
from tabledesign.patterns.plan import Plan
from tabledesign.schema.binding import required_type

__all__ = ["SAMPLE_TENANT", "sample_arguments"]

SAMPLE_TENANT = "acme"

_FIRST: dict[object, object] = {
    int: 7,
    Decimal: Decimal("12.50"),
    float: 1.5,
    bool: True,
    date: date(2026, 1, 1),
    datetime: datetime(2026, 1, 1, 9, tzinfo=UTC),
    UUID: UUID("123e4567-e89b-12d3-a456-426614174000"),
    bytes: b"sample",
}


def sample_arguments(plan: Plan) -> dict[str, object]:
    """A value for every argument of the pattern.

    >>> from tabledesign.todo import TodoRepository
    >>> sample_arguments(TodoRepository.tasks_by_id.plan)
    {'task_ids': ['task-1', 'task-2']}
    """
    return {p.name: _sample(p.annotation, p.name) for p in plan.parameters}


def _sample(annotation: object, name: str) -> object:
    if is_range(annotation):
        element = element_of(annotation)
        return Range(_value(element, name, 1), _value(element, name, 2))
    if annotation is StartsWith:
        return StartsWith(_stem(name))
    if get_origin(annotation) not in (None, Literal) and scalar_of(annotation) is None:
        element = element_of(annotation)
        return [_value(element, name, 1), _value(element, name, 2)]
    return _value(annotation, name, 1)


def _value(annotation: object, name: str, number: int) -> object:
    """The first or the second sample; the second is never less than the first."""
    required = required_type(annotation)
    if get_origin(required) is Literal:
        return _choice(sorted(get_args(required)), number)
    scalar = scalar_of(required)
    kind = required if scalar is None else scalar.python_type
    members = enum_of(kind)
    if members is not None:
        by_value: dict[Any, object] = {member.value: member for member in members}
        return by_value[_choice(sorted(by_value), number)]
    value = _FIRST.get(kind)
    if value is None:
        return f"{_stem(name)}-{number}"
    return value if number == 1 else _following(value)


def _choice(choices: list[object], number: int) -> object:
    return choices[0 if number == 1 else -1]


def _stem(name: str) -> str:
    return name.removesuffix("_ids").removesuffix("_id") or name


def _following(value: object) -> object:
    if isinstance(value, bool | UUID):
        return value
    if isinstance(value, date):
        return value + timedelta(days=30)
    if isinstance(value, bytes):
        return value + b"-2"
    return cast("int", value) + 3
