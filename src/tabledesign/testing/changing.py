"""What a change makes of a row, in plain Python: for the reference model."""

from __future__ import annotations

from typing import Any

from tabledesign.expressions.updates import (
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Clause,
    Discard,
    Increment,
    Prepend,
)
from tabledesign.patterns.change import Change
from tabledesign.testing.by_name import made
from tabledesign.testing.model import Row

__all__ = ["changed"]


def changed(row: Row, change: Change) -> Row:
    """The row after the change; raises pydantic's `ValidationError` where its model refuses it."""
    kind = type(row.entity)
    values = dict(row.entity.__dict__)
    absent = set(row.absent)
    for clause in change.clauses:
        name = clause.path.name
        there = name not in row.absent
        after = _after(clause, getattr(row.entity, name), there=there)
        if after is _GONE or (isinstance(after, set | frozenset) and not after):
            absent.add(name)
            default = kind.model_fields[name].get_default(call_default_factory=True)
            values[name] = default if after is _GONE else after
        else:
            absent.discard(name)
            values[name] = after
    return Row(made(kind, values), frozenset(absent))


_GONE = object()


def _after(clause: Clause, held: Any, *, there: bool) -> Any:
    match clause:
        case Assign(_, value):
            return value
        case AssignIfAbsent(_, value):
            return held if there else value
        case Increment(_, by, start):
            return (held if there else _any(start)) + by
        case Append(_, values, start):
            return [*(held if there else _listed(start)), *_listed(values)]
        case Prepend(_, values, start):
            return [*_listed(values), *(held if there else _listed(start))]
        case Add(_, value):
            return {*held, *_listed(value)} if isinstance(held, set | frozenset) else held + value
        case Discard(_, members):
            return {*held} - {*_listed(members)}
        case _:
            return _GONE


def _any(value: Any) -> Any:
    return value


def _listed(values: Any) -> list[Any]:
    return list(values)
