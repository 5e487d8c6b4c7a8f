"""The parts of one write: the item itself, and the items that keep its rules.

An entity with rules is never written alone. Each claim of a `Unique` is an item that names its
owner; each group of a `Counter` is an item with a number. What a write does to them follows from
the entity before and after it, and all of it goes into one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tabledesign.codec import codec_of
from tabledesign.expressions import Condition, render_condition
from tabledesign.expressions.comparisons import Compare, NotExists
from tabledesign.expressions.conditions import all_of, any_of
from tabledesign.patterns.raw import Raw, RawPath, encoded_values, placeholders
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.update import with_tenant
from tabledesign.patterns.writes import item_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import BoundRule
from tabledesign.schema.table import Table
from tabledesign.wire import Item

__all__ = ["COUNT", "OWNER", "Piece", "delete_piece", "put_piece", "rule_pieces"]

OWNER = "owner"
COUNT = "count"

Action = Literal["Put", "Update", "Delete", "ConditionCheck"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a transaction: what is done to it, and the step and purpose it serves.

    ``purpose`` is ``item``, ``unique NAME`` or ``counter NAME``. One that ``creates`` stores an
    item where none is, and can tell after a lost answer whether it did.
    """

    step: str
    purpose: str
    action: Action
    parameters: Mapping[str, Any]
    creates: bool = False

    @property
    def address(self) -> tuple[str, ...]:
        """The primary key it touches: no transaction may hold two of one."""
        key: Item = self.parameters.get("Key") or {}
        return tuple(sorted(f"{name}={value.get('S')}" for name, value in key.items()))


def put_piece(
    step: str,
    table_name: str,
    entity: Entity,
    tenant: str | None,
    conditions: Iterable[Condition],
    *,
    creates: bool = False,
) -> Piece:
    """The whole item, stored under the conditions."""
    kind = type(entity)
    item = item_of(entity, tenant)
    table = kind.__table__
    names = (table.partition_key, table.sort_key)
    parameters: dict[str, Any] = {
        "TableName": table_name,
        "Key": {name: item[name] for name in names if name is not None},
        "Item": item,
    }
    _add_condition(parameters, kind, conditions)
    return Piece(step, "item", "Put", parameters, creates)


def delete_piece(
    step: str,
    table_name: str,
    entity: type[Entity],
    identity: Mapping[str, object],
    tenant: str | None,
    conditions: Iterable[Condition],
) -> Piece:
    """The item, deleted under the conditions."""
    parameters: dict[str, Any] = {
        "TableName": table_name,
        "Key": key_item(primary_key(entity), with_tenant(identity, tenant)),
    }
    _add_condition(parameters, entity, conditions)
    return Piece(step, "item", "Delete", parameters)


def rule_pieces(
    step: str,
    table_name: str,
    entity: type[Entity],
    tenant: str | None,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
    owner: tuple[str, str],
    now: datetime | None = None,
) -> Iterator[Piece]:
    """What a write does to the items that keep the entity's rules.

    ``before`` and ``after`` are the entity's fields, None where it is not there; ``owner`` is
    the text of its primary key before and after the write.
    """
    for name, rule in entity.__rules__.items():
        old = None if before is None else rule.render(with_tenant(before, tenant))
        new = None if after is None else rule.render(with_tenant(after, tenant))
        writer = _Keeper(f"{step}", table_name, rule, name, owner, now)
        ttl = entity.__table__.ttl
        renewed = ttl in rule.entity.model_fields and before is not None and after is not None
        if rule.kind == "counter":
            yield from writer.count(old, new)
        elif old != new or owner[0] != owner[1] or (renewed and before != after):
            yield from writer.claim(old, new, after)


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Writes the items that keep one rule."""

    step: str
    table_name: str
    rule: BoundRule[Any]
    name: str
    owner: tuple[str, str]
    now: datetime | None

    @property
    def table(self) -> Table:
        table: Table = self.rule.entity.__table__
        return table

    def count(self, old: tuple[str, str] | None, new: tuple[str, str] | None) -> Iterator[Piece]:
        if old == new:
            return
        for texts, by in ((old, -1), (new, 1)):
            if texts is not None:
                parameters = self._parameters(texts)
                parameters["UpdateExpression"] = "SET #kind = :kind ADD #count :by"
                parameters["ExpressionAttributeNames"] = {
                    "#kind": self.table.entity_attribute,
                    "#count": COUNT,
                }
                parameters["ExpressionAttributeValues"] = {
                    ":kind": {"S": "counter"},
                    ":by": {"N": str(by)},
                }
                yield Piece(self.step, f"counter {self.name}", "Update", parameters)

    def claim(
        self,
        old: tuple[str, str] | None,
        new: tuple[str, str] | None,
        after: Mapping[str, object] | None,
    ) -> Iterator[Piece]:
        mine = Compare(RawPath((OWNER,)), "=", Raw({"S": self.owner[0]}))
        if old is not None and old != new:
            # A claim that expired may be gone or another's already: it is given up, not demanded.
            parameters = self._parameters(old)
            gone = NotExists(RawPath((self.table.partition_key,)))
            _add_condition(parameters, self.rule.entity, [any_of(gone, mine)])
            yield Piece(self.step, f"unique {self.name}", "Delete", parameters)
        if new is not None:
            parameters = self._parameters(new)
            item: Item = {
                **parameters["Key"],
                self.table.entity_attribute: {"S": "unique"},
                OWNER: {"S": self.owner[1]},
            }
            self._add_expiry(item, after or {})
            parameters["Item"] = item
            free: list[Condition] = [NotExists(RawPath((self.table.partition_key,)))]
            if self.table.ttl is not None and self.now is not None:
                free.append(
                    Compare(
                        RawPath((self.table.ttl,)),
                        "<=",
                        Raw({"N": str(int(self.now.timestamp()))}),
                    )
                )
            if old == new:
                free.append(mine)
            condition = any_of(*free)
            _add_condition(parameters, self.rule.entity, [condition])
            yield Piece(self.step, f"unique {self.name}", "Put", parameters)

    def _add_expiry(self, item: Item, after: Mapping[str, object]) -> None:
        ttl = self.table.ttl
        codec = codec_of(self.rule.entity)
        for name, field in codec.fields.items():
            if ttl is not None and field.stored_name == ttl and after.get(name) is not None:
                item[ttl] = codec.encode_field(name, after[name])

    def _parameters(self, texts: tuple[str, str]) -> dict[str, Any]:
        key: Item = {self.table.partition_key: {"S": texts[0]}}
        if self.table.sort_key is not None:
            key[self.table.sort_key] = {"S": texts[1]}
        return {"TableName": self.table_name, "Key": key}


def _add_condition(
    parameters: dict[str, Any], entity: type[Entity], conditions: Iterable[Condition]
) -> None:
    demanded = list(conditions)
    if not demanded:
        return
    codec = codec_of(entity)
    into = placeholders(codec)
    parameters["ConditionExpression"] = render_condition(all_of(*demanded), into)
    parameters["ExpressionAttributeNames"] = into.names
    values = encoded_values(into, codec)
    if values:
        parameters["ExpressionAttributeValues"] = values
