"""Unique values and counters: for the reference model."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import BoundRule
from tabledesign.testing.expiry import alive
from tabledesign.testing.model import Identified, Rows

__all__ = ["counted", "repeated", "rules_of"]


def repeated(rows: Rows, now: datetime, fresh: Container[Identified] = ()) -> frozenset[Identified]:
    """The items of one tenant that have equal values where their entity allows one.

    An expired item gives its value up, but one that is written now claims it all the same.
    """
    seen: dict[object, list[Identified]] = {}
    for at, row in rows.items():
        for rule in rules_of(type(row.entity), "unique"):
            group = _group(row.entity, rule)
            if group is not None and (at in fresh or alive(row, now)):
                seen.setdefault((at.tenant, at.entity, rule.name, group), []).append(at)
    return frozenset(at for several in seen.values() if len(several) > 1 for at in several)


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


@cache
def rules_of(entity: type[Entity], kind: str) -> tuple[BoundRule[Any], ...]:
    """The unique values, or the counters, of an entity."""
    return tuple(rule for rule in entity.__rules__.values() if rule.kind == kind)


def _group(entity: Entity, rule: BoundRule[Any]) -> tuple[object, ...] | None:
    """The values the rule is about, or None while it does not apply."""
    for clause in rule.when.clauses:
        if (getattr(entity, clause.field) in clause.values) is clause.negated:
            return None
    values = tuple(getattr(entity, name) for name in rule.fields)
    return None if None in values else values
