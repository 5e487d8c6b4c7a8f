"""One update, planned: its expression, its condition, and what must be read before it is sure.

An update that holds every part of every key it touches is one UpdateItem. Otherwise the stored
item is read, the keys are rebuilt from it, and the write is guarded by what was read: if another
writer was faster, nothing is written and the plan is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tabledesign.codec import codec_of
from tabledesign.expressions import Condition, attribute, render_condition, render_update
from tabledesign.expressions.comparisons import Compare, Exists, NotExists
from tabledesign.expressions.conditions import all_of, any_of
from tabledesign.expressions.updates import Assign, Clause, Increment, Remove, Update
from tabledesign.patterns.change import Change
from tabledesign.patterns.field_values import UNKNOWN, checked, value_after
from tabledesign.patterns.index_updates import IndexUpdates, index_updates
from tabledesign.patterns.raw import Raw, RawPath, encoded_values, placeholders
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT
from tabledesign.schema.table import Table
from tabledesign.wire import AttributeValue, Item

__all__ = ["Held", "PlannedUpdate", "alive", "plan_update", "unchanged", "with_tenant"]


@dataclass(frozen=True, slots=True)
class Held:
    """An item as it was read: the entity, and the row it was read from."""

    entity: Entity
    row: Item


@dataclass(slots=True)
class PlannedUpdate:
    """An update as one UpdateItem or one step of a transaction.

    ``unknown`` names, by index or rule, the fields that must be read first; while it is not
    empty the update must not be sent. ``after`` holds the entity's fields after it, as known.
    """

    key: Item
    text: str
    condition: str
    names: Mapping[str, str]
    values: Item
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    after: Mapping[str, object] = field(default_factory=dict[str, object])

    def parameters(self, table_name: str) -> dict[str, Any]:
        """The parameters that UpdateItem and TransactWriteItems share."""
        parameters: dict[str, Any] = {
            "TableName": table_name,
            "Key": self.key,
            "UpdateExpression": self.text,
            "ConditionExpression": self.condition,
            "ExpressionAttributeNames": self.names,
        }
        if self.values:
            parameters["ExpressionAttributeValues"] = self.values
        return parameters


def with_tenant(values: Mapping[str, object], tenant: str | None) -> Mapping[str, object]:
    """The values of a key, the tenant among them where there is one."""
    return values if tenant is None else {**values, TENANT: tenant}


def plan_update(
    entity: type[Entity],
    identity: Mapping[str, object],
    change: Change,
    *,
    tenant: str | None,
    held: Held | None = None,
    conditions: Iterable[Condition] = (),
    now: datetime | None = None,
) -> PlannedUpdate:
    """Plan one update; ``held`` is the stored item, where it has been read."""
    change = _with_settings(entity, checked(entity, change), now)
    old: Mapping[str, object] = {} if held is None else held.entity.__dict__
    after = _after(entity, change, old)
    known = with_tenant({**old, **identity, **after}, tenant)
    # What a clause makes of a value that is not known is not known either.
    known = {
        name: value for name, value in known.items() if name not in change.touched or name in after
    }
    keys = index_updates(entity, known, change.touched)
    unknown = dict(keys.unknown)
    for name, rule in entity.__rules__.items():
        if held is None and rule.reads & change.touched:
            unknown[name] = tuple(sorted(rule.reads))
    guards = [] if held is None else unchanged(entity, _relied_upon(entity, change), held.row)
    codec = codec_of(entity)
    into = placeholders(codec)
    text = render_update(Update((*change.clauses, *_key_clauses(keys))), into)
    demanded = [*alive(entity.__table__, now), *guards, *change.bounds, *conditions]
    condition = render_condition(all_of(*demanded), into)
    return PlannedUpdate(
        key=key_item(primary_key(entity), with_tenant(identity, tenant)),
        text=text,
        condition=condition,
        names=into.names,
        values=encoded_values(into, codec),
        unknown=unknown,
        after=known,
    )


def _with_settings(entity: type[Entity], change: Change, now: datetime | None) -> Change:
    settings = entity.__settings__
    clauses = list(change.clauses)
    if settings.version is not None and settings.version not in change.touched:
        clauses.append(Increment(attribute(settings.version), 1, when_absent=0))
    if settings.updated is not None and settings.updated not in change.touched and now is not None:
        clauses.append(Assign(attribute(settings.updated), now))
    return Change(tuple(clauses), change.bounds)


def _after(entity: type[Entity], change: Change, old: Mapping[str, object]) -> Mapping[str, object]:
    after: dict[str, object] = {}
    for clause in change.clauses:
        value = value_after(entity, clause, old.get(clause.path.name, UNKNOWN))
        if value is not UNKNOWN:
            after[clause.path.name] = value
    return after


def _relied_upon(entity: type[Entity], change: Change) -> frozenset[str]:
    """The fields whose old values the plan is made from: those of touched keys and rules."""
    read: set[str] = set()
    absolute = {
        clause.path.name
        for clause in change.clauses
        if isinstance(clause, Assign | Remove) and len(clause.path.segments) == 1
    }
    for place in entity.__table__.places:
        keys = [key for key in entity.__keys__.values() if key.place.name == place.name]
        depends = frozenset[str]().union(*(frozenset(k.fields) | k.when.fields for k in keys))
        if place.kind in ("global", "local") and depends & change.touched:
            read |= depends - absolute
    for rule in entity.__rules__.values():
        if rule.reads & change.touched:
            read |= rule.reads
    return frozenset(read) - frozenset(primary_key(entity).fields)


def _key_clauses(keys: IndexUpdates) -> list[Clause]:
    clauses: list[Clause] = [
        Assign(RawPath((name,)), Raw({"S": text})) for name, text in keys.sets.items()
    ]
    return clauses + [Remove(RawPath((name,))) for name in keys.removes]


def alive(table: Table, now: datetime | None) -> list[Condition]:
    """The item is there, and not past its TTL: DynamoDB deletes expired items late."""
    conditions: list[Condition] = [Exists(RawPath((table.partition_key,)))]
    if table.ttl is not None and now is not None:
        ttl = RawPath((table.ttl,))
        later = Compare(ttl, ">", Raw({"N": str(int(now.timestamp()))}))
        conditions.append(any_of(NotExists(ttl), Compare(ttl, "=", Raw({"NULL": True})), later))
    return conditions


def unchanged(entity: type[Entity], fields: Iterable[str], row: Item) -> list[Condition]:
    """The fields are stored as they were read; null and absent are different things."""
    conditions: list[Condition] = []
    for name in sorted(fields):
        stored_name = codec_of(entity).fields[name].stored_name
        path = RawPath((stored_name,))
        value: AttributeValue | None = row.get(stored_name)
        conditions.append(NotExists(path) if value is None else Compare(path, "=", Raw(value)))
    return conditions
