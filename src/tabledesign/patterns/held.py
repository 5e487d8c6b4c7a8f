"""An item as it was read, and the conditions under which it is still so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.expressions import Condition
from tabledesign.expressions.comparisons import Compare, NotExists
from tabledesign.expressions.conditions import any_of
from tabledesign.limits import EXPRESSION_BYTES
from tabledesign.patterns.expiring import ttl_field
from tabledesign.patterns.raw import Raw, RawPath
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import BoundRule
from tabledesign.wire import AttributeValue, Item

__all__ = [
    "Held",
    "given_as",
    "is_old_form",
    "oldest_plain_form",
    "relied_upon",
    "strangers",
    "unchanged",
]


@dataclass(frozen=True, slots=True)
class Held:
    """An item as it was read: the entity, the row, and the row in its current form."""

    entity: Entity
    row: Item
    form: Item

    @property
    def is_old(self) -> bool:
        """Whether the row is stored in an older form than it is read in."""
        return self.form != self.row


def oldest_plain_form(entity: type[Entity]) -> int | None:
    """The oldest version whose items are read as they are stored; None where all are."""
    upcasters = entity.__upcasters__
    return max(upcasters) + 1 if upcasters else None


def is_old_form(entity: type[Entity], row: Mapping[str, AttributeValue]) -> bool:
    """Whether a stored row is of a version that an upcaster rewrites."""
    oldest = oldest_plain_form(entity)
    stored = row.get(entity.__table__.version_attribute, {}).get("N", "1")
    return oldest is not None and float(stored) < oldest


def relied_upon(entity: type[Entity], rule: BoundRule[Any]) -> frozenset[str]:
    """The fields that decide what keeps a rule: a unique value expires with its owner."""
    expiry = ttl_field(entity) if rule.kind == "unique" else None
    return rule.reads if expiry is None else rule.reads | {expiry}


def unchanged(
    entity: type[Entity], fields: Iterable[str], held: Held, *, whole: bool = False
) -> list[Condition]:
    """The fields are stored as they were read; null and absent are different things.

    ``whole`` says so of every attribute, those that are no field's among them. DynamoDB takes a
    condition of 4 KB: of an item with more attributes than that the version says it, where the
    entity has one.
    """
    table, codec = entity.__table__, codec_of(entity)
    names = {codec.fields[name].stored_name for name in fields}
    if whole or held.is_old:
        names = {field.stored_name for field in codec.fields.values()}
        names |= held.row.keys() - set(table.key_attributes)
        if _is_wide(names, held):
            names = {codec.fields[_version_of(entity, len(names))].stored_name}
        names.add(table.version_attribute)
    primary = {codec.fields[name].stored_name for name in primary_key(entity).fields}
    conditions: list[Condition] = []
    for name in sorted(names - primary):
        path, value = RawPath((name,)), held.row.get(name)
        conditions.append(NotExists(path) if value is None else Compare(path, "=", Raw(value)))
    return conditions


def _is_wide(names: Iterable[str], held: Held) -> bool:
    """Whether the attributes, one by one, would not fit into a condition beside what it says."""
    absent, present = len("attribute_not_exists(#n999) AND "), len("#n999 = :v999 AND ")
    size = sum(present if name in held.row else absent for name in names)
    return size > EXPRESSION_BYTES - 256


def _version_of(entity: type[Entity], attributes: int) -> str:
    version = entity.__settings__.version
    if version is None:
        raise InputError(
            f"{entity.__name__} has {attributes} attributes, more than one condition can guard "
            'together; declare a field that counts its writes, versioned="version", which guards '
            "them all",
            code="update.too_wide",
        )
    return version


def given_as(entity: type[Entity], given: Mapping[str, object]) -> list[Condition]:
    """The fields have these values, however they are stored: absence reads as the default."""
    return [_given_as(entity, name, value) for name, value in sorted(given.items())]


def _given_as(entity: type[Entity], name: str, value: object) -> Condition:
    codec, info = codec_of(entity), entity.model_fields[name]
    path = RawPath((codec.fields[name].stored_name,))
    empty = value in (set[object](), frozenset[object]())
    absence = empty or (info.default_factory is None and value == info.default)
    forms: list[Condition] = [NotExists(path)] if absence else []
    if not empty:
        forms.append(Compare(path, "=", Raw(codec.encode_field(name, value))))
    return any_of(*forms)


def strangers(entity: type[Entity], held: Held) -> Item:
    """What is stored with the item and belongs to no field and no key."""
    table = entity.__table__
    known = {field.stored_name for field in codec_of(entity).fields.values()}
    known |= {*table.key_attributes, table.entity_attribute, table.version_attribute}
    return {name: value for name, value in held.form.items() if name not in known}
