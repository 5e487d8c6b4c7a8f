"""One update, planned: its expression, its condition, and what must be read before it is sure.

An update that holds every part of every key it touches, and every field that a touched validator
looks at, is one UpdateItem. Otherwise the stored
item is read, its state after the update is computed and validated, the keys are made of it, and
the write is guarded by what was read: if another writer was faster, nothing is written and the
plan is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tabledesign.codec import Unreadable, codec_of
from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.expressions import Condition, Path, attribute, render_condition, render_update
from tabledesign.expressions.comparisons import Compare, HasType, StoredType
from tabledesign.expressions.conditions import all_of
from tabledesign.expressions.updates import Assign, Clause, Increment, Remove, Update
from tabledesign.patterns.applied import applied
from tabledesign.patterns.change import Change
from tabledesign.patterns.expiring import alive
from tabledesign.patterns.field_values import UNKNOWN, checked, value_after
from tabledesign.patterns.held import Held, given_as, oldest_plain_form, relied_upon, unchanged
from tabledesign.patterns.index_updates import IndexUpdates, index_updates
from tabledesign.patterns.invariants import check_known, judging_fields, unknown_to_invariants
from tabledesign.patterns.raw import Raw, RawPath, encoded_values, placeholders
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT
from tabledesign.wire import Item

__all__ = ["PlannedUpdate", "plan_update", "with_tenant"]


@dataclass(slots=True)
class PlannedUpdate:
    """An update as one UpdateItem or one step of a transaction.

    ``unknown`` names, by index or rule, the fields that must be read first; while it is not
    empty the update must not be sent. ``after`` holds the entity's fields after it, as far as
    they are known, and ``result`` the entity, where the item was read.
    """

    key: Item
    text: str
    condition: str
    names: Mapping[str, str]
    values: Item
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    after: Mapping[str, object] = field(default_factory=dict[str, object])
    result: Entity | None = None

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
    given: Mapping[str, object] | None = None,
    conditions: Iterable[Condition] = (),
    now: datetime | None = None,
    exact: bool = False,
) -> PlannedUpdate:
    """Plan one update; ``held`` is the stored item, where it has been read.

    ``given`` are values that the caller knows the item to have: they become conditions.
    ``exact`` guards the whole item that was read, so that the result is known to the last field.
    """
    asked = checked(entity, change)
    change = with_settings(entity, asked, now)
    result = None if held is None else state_after(entity, change, held)
    after = _known(entity, change, given or {}) if result is None else result.__dict__
    known = with_tenant({**after, **identity}, tenant)
    keys = index_updates(entity, known, change.touched)
    unknown = {**keys.unknown, **_ruled(entity, change, held, given or {}, after)}
    if held is None:
        unknown.update(_judged(entity, asked, {**after, **identity}))
    into = placeholders(codec_of(entity))
    text = render_update(Update((*change.clauses, *_key_clauses(keys))), into)
    demanded = [
        *alive(entity.__table__, now),
        *_guards(entity, change, held, given, exact=exact),
        *change.bounds,
        *conditions,
    ]
    condition = render_condition(all_of(*demanded), into)
    return PlannedUpdate(
        key=key_item(primary_key(entity), with_tenant(identity, tenant)),
        text=text,
        condition=condition,
        names=into.names,
        values=encoded_values(into, codec_of(entity)),
        unknown=unknown,
        after=known,
        result=result,
    )


def with_settings(entity: type[Entity], change: Change, now: datetime | None) -> Change:
    """The change with what the library keeps itself: the version and the time of the update."""
    settings = entity.__settings__
    clauses = list(change.clauses)
    if settings.version is not None:
        # An item from before the entity had versions reads as the field's default.
        start = entity.model_fields[settings.version].default
        unversioned = start if isinstance(start, int) else 0
        clauses.append(Increment(attribute(settings.version), 1, when_absent=unversioned))
    if settings.updated is not None and settings.updated not in change.touched and now is not None:
        clauses.append(Assign(attribute(settings.updated), now))
    return Change(tuple(clauses), change.bounds)


def state_after(entity: type[Entity], change: Change, held: Held) -> Entity:
    """The entity that the change leaves; raises `InputError` for one that could not be read."""
    codec = codec_of(entity)
    try:
        return codec.decode(applied(codec, change.clauses, held.form))
    except Unreadable as error:
        raise InputError(
            f"the change would leave a {entity.__name__} that is not valid: {error}; "
            "change what belongs together in one change",
            code="update.invalid",
        ) from None


def _known(
    entity: type[Entity], change: Change, given: Mapping[str, object]
) -> Mapping[str, object]:
    """What is known of the fields after a change to an item that was not read."""
    known = {name: value for name, value in given.items() if name not in change.touched}
    for clause in change.clauses:
        value = value_after(entity, clause, given.get(clause.path.name, UNKNOWN))
        if value is not UNKNOWN:
            known[clause.path.name] = value
    return known


def _ruled(
    entity: type[Entity],
    change: Change,
    held: Held | None,
    given: Mapping[str, object],
    after: Mapping[str, object],
) -> Mapping[str, tuple[str, ...]]:
    """By rule, the fields that must be known of the old item because the change touches them."""
    primary = set(primary_key(entity).fields)
    needed: dict[str, tuple[str, ...]] = {}
    for name, rule in entity.__rules__.items() if held is None else ():
        fields = relied_upon(entity, rule)
        lacking = fields - primary - given.keys() | (fields & change.touched) - after.keys()
        if fields & change.touched and lacking:
            needed[name] = tuple(sorted(lacking))
    return needed


def _judged(
    entity: type[Entity], change: Change, known: Mapping[str, object]
) -> Mapping[str, tuple[str, ...]]:
    """By validator, the fields it lacks; raises `InputError` where those known do not fit."""
    check_known(entity, change.clauses, known)
    return unknown_to_invariants(entity, change.clauses, known)


def _guards(
    entity: type[Entity],
    change: Change,
    held: Held | None,
    given: Mapping[str, object] | None,
    *,
    exact: bool,
) -> list[Condition]:
    codec = codec_of(entity)
    if held is not None:
        fields = codec.fields if exact else _plan_made_from(entity, change)
        as_read = unchanged(entity, fields, held, whole=exact)
        return [*_places(change), *as_read, *given_as(entity, given or {})]
    guards = [*_places(change), *given_as(entity, given or {})]
    oldest = oldest_plain_form(entity)
    if oldest is not None:
        # An update in place of an older form would be undone by its upcaster.
        version = RawPath((entity.__table__.version_attribute,))
        guards.append(Compare(version, ">=", Raw({"N": str(oldest)})))
    return guards


def _places(change: Change) -> list[Condition]:
    """What the change looks into is there: DynamoDB calls the request malformed where it is not."""
    conditions: list[Condition] = []
    for clause in change.clauses:
        *holder, last = clause.path.segments
        if holder:
            stored: StoredType = "list" if isinstance(last, int) else "map"
            conditions.append(HasType(Path(tuple(holder)), stored))
    return conditions


def _plan_made_from(entity: type[Entity], change: Change) -> frozenset[str]:
    """The fields whose old values the plan is made from: of touched keys, rules, validators."""
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
        fields = relied_upon(entity, rule)
        if fields & change.touched:
            read |= fields
    read |= judging_fields(entity, change.clauses) - absolute
    return frozenset(read) - frozenset(primary_key(entity).fields)


def _key_clauses(keys: IndexUpdates) -> list[Clause]:
    clauses: list[Clause] = [
        Assign(RawPath((name,)), Raw({"S": text})) for name, text in keys.sets.items()
    ]
    return clauses + [Remove(RawPath((name,))) for name in keys.removes]
