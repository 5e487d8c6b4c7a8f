"""The bounds of sums: those that a change sets, and those that a field has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from tabledesign.codec import Codec
from tabledesign.codec.annotations import spelled
from tabledesign.expressions import Condition, Path
from tabledesign.expressions.comparisons import Compare, Exists
from tabledesign.expressions.updates import ABSENT, Add, Clause, Increment
from tabledesign.patterns.arithmetic import total
from tabledesign.patterns.constraint import constraints
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item

__all__ = ["are_met", "moves_away"]

_LOWER: Mapping[str, Callable[[Any, Any], bool]] = {"Ge": ge, "Gt": gt}
_UPPER: Mapping[str, Callable[[Any, Any], bool]] = {"Le": le, "Lt": lt}


def are_met(codec: Codec[Entity], bounds: Iterable[Condition], row: Item) -> bool:
    """Whether a stored item is within the bounds of a change, as DynamoDB would find it."""
    return all(_is_met(codec, bound, row) for bound in bounds)


def _is_met(codec: Codec[Entity], bound: Condition, row: Item) -> bool:
    if isinstance(bound, Exists):
        return codec.fields[bound.path.name].stored_name in row
    assert isinstance(bound, Compare), "a change bounds numbers that are there"
    assert isinstance(bound.left, Path), "it bounds the numbers themselves"
    stored = row.get(codec.fields[bound.left.name].stored_name, {}).get("N")
    limit = codec.encode_at(bound.left.segments, bound.right)["N"]
    tests = {">=": ge, "<=": le}
    return stored is not None and tests[bound.operator](Decimal(stored), Decimal(limit))


def moves_away(entity: type[Entity], clause: Clause) -> bool:
    """Whether the clause adds to a number that is bounded on the other side only.

    A number that may not be negative is counted up by one request: it was within its bound, and
    still is.
    """
    if len(clause.path.segments) > 1 or not isinstance(clause, Increment | Add):
        return False
    by = clause.by if isinstance(clause, Increment) else clause.value
    info = entity.model_fields[clause.path.name]
    kind = spelled(info.annotation, info.metadata)
    if not isinstance(by, int | Decimal) or kind.type not in (int, Decimal):
        return False
    allowed = _LOWER if by >= 0 else _UPPER
    bounds = list(constraints(kind.metadata))
    if any(type(bound).__name__ not in allowed for bound in bounds):
        return False
    start = clause.when_absent if isinstance(clause, Increment) else 0
    if start is ABSENT:
        return True
    return isinstance(start, int | Decimal) and all(
        allowed[type(bound).__name__](total(start, by), _limit(bound)) for bound in bounds
    )


def _limit(bound: object) -> Any:
    return getattr(bound, type(bound).__name__.lower())
