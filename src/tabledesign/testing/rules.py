"""Unique values and counters: for the reference model, and in the raw table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tabledesign.patterns.keeping import COUNT
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import BoundRule
from tabledesign.schema.key import TENANT
from tabledesign.schema.table import Table
from tabledesign.testing.expiry import alive
from tabledesign.testing.model import Identified, Rows
from tabledesign.wire import Item

__all__ = ["counted", "keeping_faults", "repeats_a_unique_value"]


def repeats_a_unique_value(rows: Rows, now: datetime) -> bool:
    """Whether two items of one tenant have equal values where their entity allows one."""
    seen = Counter(
        (at.tenant, at.entity, rule.name, group)
        for at, row in rows.items()
        for rule in _rules(type(row.entity), "unique")
        if (group := _group(row.entity, rule)) is not None and alive(row, now)
    )
    return any(number > 1 for number in seen.values())


def counted(
    rows: Rows, tenant: str | None, rule: BoundRule[Any], values: Mapping[str, object]
) -> int:
    """How many of the tenant's items a counter must count in one group."""
    wanted = tuple(values[name] for name in rule.fields)
    return sum(
        at.tenant == tenant
        and type(row.entity) is rule.entity
        and _group(row.entity, rule) == wanted
        for at, row in rows.items()
    )


def keeping_faults(table: Table, rows: Rows, kept: Iterable[Item]) -> Iterator[str]:
    """What is wrong with the items that keep the rules of these rows."""
    claims: set[tuple[str, ...]] = set()
    counts: Counter[tuple[str, ...]] = Counter()
    for at, row in rows.items():
        for rule in _rules(type(row.entity), "unique"):
            claims |= set(_texts(rule, row.entity, at))
        for rule in _rules(type(row.entity), "counter"):
            counts.update(_texts(rule, row.entity, at))
    for item in kept:
        texts = tuple(
            str(item[name]["S"])
            for name in (table.partition_key, table.sort_key)
            if name is not None
        )
        if COUNT in item:
            expected, actual = counts.pop(texts, 0), int(item[COUNT]["N"])
            if expected != actual:
                yield f"the counter {texts[0]!r} says {actual}, and there are {expected}"
        elif texts in claims:
            claims.remove(texts)
        elif table.ttl is None:
            yield f"{texts[0]!r} is claimed, and no item has the value"
    yield from (f"the unique value {texts[0]!r} is not claimed" for texts in sorted(claims))
    yield from (f"{n} items are not counted in {texts[0]!r}" for texts, n in counts.items() if n)


def _rules(entity: type[Entity], kind: str) -> list[BoundRule[Any]]:
    return [rule for rule in entity.__rules__.values() if rule.kind == kind]


def _group(entity: Entity, rule: BoundRule[Any]) -> tuple[object, ...] | None:
    """The values the rule is about, or None while it does not apply."""
    for clause in rule.when.clauses:
        if (getattr(entity, clause.field) in clause.values) is clause.negated:
            return None
    values = tuple(getattr(entity, name) for name in rule.fields)
    return None if None in values else values


def _texts(rule: BoundRule[Any], entity: Entity, at: Identified) -> Iterator[tuple[str, ...]]:
    values = entity.__dict__ if at.tenant is None else {**entity.__dict__, TENANT: at.tenant}
    rendered = rule.render(values)
    if rendered is not None:
        yield rendered if entity.__table__.sort_key is not None else rendered[:1]
