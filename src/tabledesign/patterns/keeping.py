"""The items that keep an entity's rules: what writes do to them, merged over a transaction.

Each claim of a `Unique` is an item that names its owner; each group of a `Counter` is an item
with a number. What a write does to them follows from the entity before and after it. DynamoDB
takes each item once in a transaction, so the steps' effects on one item are made one: counts are
summed, and a value that one item gives up and another takes changes its owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass, replace
from tabledesign.errors import InputError
from tabledesign.expressions import Condition
from tabledesign.expressions.comparisons import Compare, NotExists
from tabledesign.expressions.conditions import any_of
from tabledesign.patterns.expiring import free, ttl_field
from tabledesign.patterns.pieces import Piece, conditioned, texts_of
from tabledesign.patterns.raw import Raw, RawPath
from tabledesign.patterns.update import with_tenant
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import BoundRule
from tabledesign.schema.table import Table
from tabledesign.wire import AttributeValue, Item

__all__ = ["COUNT", "OWNER", "Keeping", "keepings", "kept_item", "kept_key", "kept_pieces"]

OWNER = "owner"
COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What a step does to one item that keeps a rule.

    A counter's is changed by ``by``. A unique value's is given up by one owner, taken by one, or
    both; ``expires`` is the TTL of the one who takes it.
    """

    step: str
    rule: BoundRule[Any]
    texts: tuple[str, str]
    by: int = 0
    given_up_by: str | None = None
    taken_by: str | None = None
    expires: AttributeValue | None = None


def keepings(
    step: str,
    entity: type[Entity],
    tenant: str | None,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    owner: tuple[str, str],
) -> Iterator[Keeping]:
    """What a write does to the items that keep the entity's rules.

    ``before`` and ``after`` are the entity's fields, None where it is not there; ``owner`` is
    the text of its primary key before and after the write.
    """
    for rule in entity.__rules__.values():
        old = None if before is None else rule.render(with_tenant(before, tenant))
        new = None if after is None else rule.render(with_tenant(after, tenant))
        if rule.kind == "counter":
            for texts, by in () if old == new else ((old, -1), (new, 1)):
                if texts is not None:
                    yield Keeping(step=step, rule=rule, texts=texts, by=by)
            continue
        until = None if before is None else _expiry(entity, before)
        expires = None if after is None else _expiry(entity, after)
        if (old, owner[0], until) == (new, owner[1], expires):
            continue
        if old is not None and old != new:
            yield Keeping(step=step, rule=rule, texts=old, given_up_by=owner[0])
        if new is not None:
            mine = owner[0] if old == new else None
            yield Keeping(
                step=step,
                rule=rule,
                texts=new,
                given_up_by=mine,
                taken_by=owner[1],
                expires=expires,
            )


def kept_pieces(
    effects: Iterable[Keeping], table_name: str, table: Table, now: datetime
) -> list[Piece]:
    """One piece for each item that keeps a rule; raises `InputError` where two steps clash."""
    merged: dict[tuple[str, str], Keeping] = {}
    for effect in effects:
        other = merged.get(effect.texts)
        merged[effect.texts] = effect if other is None else _merged(other, effect)
    pieces: list[Piece] = []
    for effect in merged.values():
        if effect.rule.kind == "unique":
            pieces.append(_claim(effect, table_name, table, now))
        elif effect.by:
            pieces.append(_count(effect, table_name, table))
    return pieces


def kept_key(table: Table, texts: tuple[str, str]) -> Item:
    """The primary key of an item that keeps a rule."""
    names = (table.partition_key, table.sort_key)
    return {n: {"S": text} for n, text in zip(names, texts, strict=True) if n is not None}


def kept_item(effect: Keeping, table: Table) -> Item:
    """The whole item that keeps a unique value, or a counter with its number."""
    item: Item = {
        **kept_key(table, effect.texts),
        table.entity_attribute: {"S": effect.rule.kind},
    }
    if effect.rule.kind == "counter":
        item[COUNT] = {"N": str(effect.by)}
        return item
    item[OWNER] = {"S": effect.taken_by or ""}
    if table.ttl is not None and effect.expires is not None:
        item[table.ttl] = effect.expires
    return item


def _merged(one: Keeping, other: Keeping) -> Keeping:
    if one.rule.kind == "counter":
        return replace(one, by=one.by + other.by)
    takes, gives = (other, one) if one.taken_by is None else (one, other)
    if gives.taken_by is not None or takes.given_up_by is not None or takes.taken_by is None:
        fields = ", ".join(one.rule.fields)
        raise InputError(
            f"steps {one.step!r} and {other.step!r} both claim the same {fields} for a "
            f"{one.rule.entity.__name__}, and one item may have it; give them different values",
            code="transaction.same_value",
            details={"steps": (one.step, other.step), "rule": one.rule.name},
        )
    return replace(takes, given_up_by=gives.given_up_by)


def _claim(effect: Keeping, table_name: str, table: Table, now: datetime) -> Piece:
    entity = effect.rule.entity
    allowed: list[Condition] = []
    if effect.given_up_by is not None:
        allowed.append(Compare(RawPath((OWNER,)), "=", Raw({"S": effect.given_up_by})))
    purpose = f"unique {effect.rule.name}"
    key = kept_key(table, effect.texts)
    parameters: dict[str, Any] = {"TableName": table_name}
    if effect.taken_by is None:
        # A claim that expired may be gone already: it is given up, not demanded.
        gone = NotExists(RawPath((table.partition_key,)))
        parameters["Key"] = key
        parameters.update(conditioned(entity, [any_of(gone, *allowed)]))
        return Piece(effect.step, purpose, "Delete", parameters)
    parameters["Item"] = kept_item(effect, table)
    parameters.update(conditioned(entity, [any_of(free(table, now), *allowed)]))
    return Piece(effect.step, purpose, "Put", parameters, at=texts_of(key))


def _count(effect: Keeping, table_name: str, table: Table) -> Piece:
    parameters: dict[str, Any] = {
        "TableName": table_name,
        "Key": kept_key(table, effect.texts),
        "UpdateExpression": "SET #kind = :kind ADD #count :by",
        "ExpressionAttributeNames": {"#kind": table.entity_attribute, "#count": COUNT},
        "ExpressionAttributeValues": {
            ":kind": {"S": "counter"},
            ":by": {"N": str(effect.by)},
        },
    }
    return Piece(effect.step, f"counter {effect.rule.name}", "Update", parameters)


def _expiry(entity: type[Entity], values: Mapping[str, object]) -> AttributeValue | None:
    name = ttl_field(entity)
    if name is None or values.get(name) is None:
        return None
    return codec_of(entity).encode_field(name, values[name])
