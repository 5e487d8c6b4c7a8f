"""The keys that a bound pattern touches: as bounds, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from tabledesign.dataclass import dataclass
from tabledesign.design.spelling import write_value
from tabledesign.keys.bounds import Interval, Range, StartsWith
from tabledesign.keys.composite import Label
from tabledesign.patterns.plan import BoundPlan
from tabledesign.patterns.reads import batch_keys, key_item
from tabledesign.patterns.slots import as_range, resolve
from tabledesign.wire import Item

__all__ = ["Touched", "in_words", "touched"]


@dataclass(frozen=True, slots=True)
class Touched:
    """The closed interval of sort keys in one partition; without a sort key, the partition.

    ``shown`` is the higher end as it is read: a beginning that has no end shows as ``x…``.
    """

    partition: str
    low: str | None
    high: str | None
    shown: str | None


def touched(bound: BoundPlan) -> tuple[Touched, ...]:
    """Every interval that is touched: one, or one for each key of a batch, none for no key."""
    plan = bound.plan
    if plan.operation == "GetItem":
        return (_point(bound, key_item(plan.key, bound.values)),)
    if plan.operation == "BatchGetItem":
        return tuple(_point(bound, key) for key in batch_keys(bound))
    if bound.interval is None:
        return ()
    if plan.place.sort_attribute is None:
        return (Touched(bound.partition, None, None, None),)
    low, high = bound.interval.low, bound.interval.high
    return (Touched(bound.partition, low, high, _shown(bound.interval)),)


def in_words(bound: BoundPlan) -> str:
    """What the interval holds, in the words of the design.

    >>> from tabledesign.todo import TodoRepository
    >>> from datetime import date
    >>> plan = TodoRepository.overdue_tasks.plan
    >>> in_words(plan.bind({"user_id": "ann", "today": date(2026, 1, 31)}, "acme"))
    'Task with user_id = ann, open, due before 2026-01-31'
    """
    plan = bound.plan
    entities = " or ".join(entity.__entity_name__ for entity in plan.entities)
    if plan.operation == "Query" and bound.interval is None:
        return "nothing: the range is empty, and no request is sent"
    wanted = list(_conditions(bound))
    return f"{entities} with {', '.join(wanted)}" if wanted else f"every {entities}"


def _conditions(bound: BoundPlan) -> Iterator[str]:
    plan = bound.plan
    for name in plan.key.partition_fields:
        yield _equal(bound, name)
    if plan.is_collection:
        return
    half = plan.key.sort
    labels = getattr(half, "components", ())[1:]
    names = list(plan.key.sort_fields)
    for component in labels or names:
        if isinstance(component, Label):
            yield component.text
            continue
        name = component if isinstance(component, str) else component.field
        if name == plan.operator_field:
            yield _operator(bound, name)
            return
        if name not in bound.values:
            return
        yield _equal(bound, name)


def _equal(bound: BoundPlan, name: str) -> str:
    value = bound.values[name]
    if name == bound.plan.varied:
        values = cast("list[object]", value)
        return f"{name} one of {', '.join(write_value(one) for one in values)}"
    return f"{name} = {write_value(value)}"


def _operator(bound: BoundPlan, name: str) -> str:
    operator = resolve(bound.plan.operator, bound.arguments)
    if isinstance(operator, StartsWith):
        return f"{name} beginning with {operator.text}"
    bounds = as_range(operator)
    return f"{name} {_range_words(bounds or Range[object]())}"


def _range_words(bounds: Range[object]) -> str:
    start, end = bounds.start, bounds.end
    words: list[str] = []
    if start is not None:
        words.append(f"{'from' if bounds.include_start else 'after'} {write_value(start)}")
    if end is not None:
        words.append(f"{'up to' if bounds.include_end else 'before'} {write_value(end)}")
    joint = " " if bounds.include_start and bounds.include_end else " and "
    return joint.join(words) or "that is set"


def _point(bound: BoundPlan, key: Item) -> Touched:
    place = bound.plan.place
    partition = str(key[place.partition_attribute]["S"])
    if place.sort_attribute is None:
        return Touched(partition, None, None, None)
    sort = str(key[place.sort_attribute]["S"])
    return Touched(partition, sort, sort, sort)


def _shown(interval: Interval) -> str:
    if interval.prefix is not None and not interval.prefix.endswith("#"):
        return f"{interval.prefix}…"
    return interval.high.rstrip("\U0010ffff") + (
        "…" if interval.high.endswith("\U0010ffff") else ""
    )
