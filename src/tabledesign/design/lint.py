"""What a sound design may still cost: warnings, not refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import prod
from typing import Any, Final

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass
from tabledesign.design.definition import non_key_attributes
from tabledesign.design.matrix import Named
from tabledesign.keys.composite import Composite
from tabledesign.keys.template import Template
from tabledesign.limits import PARTITION_WRITE_UNITS
from tabledesign.schema.checks import domains
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey
from tabledesign.schema.table import Place, Table

__all__ = ["Advice", "lint", "writes_of"]

MOST_INDEX_WRITES: Final = 5
"""Above this many index entries a write is worth a second thought."""

MOST_NAME_BYTES: Final = 512
"""Half a write unit: DynamoDB counts attribute names with every item it writes."""

MOST_PROJECTED: Final = 100
"""Attributes that all indexes of a table together may include by name (DynamoDB's quota)."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know about a design: a stable code, the place, the fact and the remedy."""

    code: str
    where: str
    fact: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: {self.fact}. {self.remedy}."

    def as_dict(self) -> dict[str, str]:
        """The parts by name, ready for JSON."""
        return asdict(self)


def lint(table: Table, named: Sequence[Named]) -> list[Advice]:
    """All warnings for a table and the patterns over it."""
    return [
        *_patterns(named),
        *_local_indexes(table),
        *_unread(table, named),
        *_unused(table, named),
        *_keys(table),
        *_writes(table),
        *_attributes(table),
        *_projections(table),
    ]


def writes_of(entity: type[Entity]) -> int:
    """Entries that one write of the entity makes at most: the item, and one for each index.

    >>> from tabledesign.todo import Task
    >>> writes_of(Task)
    6
    """
    return 1 + len({k.place.name for k in entity.__keys__.values() if k.place.name is not None})


def _keys_of(table: Table) -> Iterator[BoundKey[Any]]:
    for entity in table.entities.values():
        yield from entity.__keys__.values()


def _patterns(named: Sequence[Named]) -> Iterator[Advice]:
    for one in named:
        plan = one.plan
        if plan.operation == "Query" and not plan.key.partition_fields:
            whose = "a tenant's rows" if plan.table.tenants else "all rows"
            yield Advice(
                "lint.single_partition",
                one.name,
                f"one partition holds {whose} of {plan.key}, and takes at most "
                f"{PARTITION_WRITE_UNITS:,} write units a second",
                "Keep it for rows that are few and written seldom, or put a field in its partition",
            )
        if plan.condition is not None:
            yield Advice(
                "lint.filter",
                one.name,
                f"rows that fail the filter ({plan.condition}) are read and paid for",
                "Put the field into a key if many rows fail it",
            )
        if plan.is_collection and plan.place.projection == "keys":
            yield Advice(
                "lint.collection_on_keys_only",
                one.name,
                f"index {plan.place} holds keys only, and rows do not say which entity they are",
                "Project fields into the index: the entity's name comes with them",
            )


def _local_indexes(table: Table) -> Iterator[Advice]:
    for index in table.local_indexes:
        yield Advice(
            "lint.local_index",
            f"index {index.name}",
            "with a local index no partition key value may hold more than 10 GB, entries of the "
            "index included",
            "Use a global index where a partition may grow past that",
        )


def _unread(table: Table, named: Sequence[Named]) -> Iterator[Advice]:
    read = {id(entity) for one in named for entity in one.plan.entities}
    for entity in table.entities.values():
        if id(entity) not in read:
            yield Advice(
                "lint.unread_entity",
                entity.__name__,
                "no pattern reads it",
                "Declare the question it is stored for; it can be read by primary key meanwhile",
            )


def _unused(table: Table, named: Sequence[Named]) -> Iterator[Advice]:
    asked = {id(key) for one in named for key in one.plan.keys}
    used_places = {str(key.place) for key in _keys_of(table)}
    for place in table.places:
        if str(place) not in used_places:
            yield Advice(
                "lint.empty_index",
                f"index {place}",
                "no entity has a key on it",
                "Take the index out, or declare a key on it",
            )
    for key in _keys_of(table):
        if key.place.kind != "primary" and id(key) not in asked:
            yield Advice(
                "lint.unused_key",
                str(key),
                f"no pattern asks it, and every write keeps it on {key.place}",
                "Take the key out, or declare the question it is for",
            )


def _keys(table: Table) -> Iterator[Advice]:
    for key in _keys_of(table):
        halves = [half for half in (key.partition, key.sort) if isinstance(half, Template)]
        if halves:
            texts = " and ".join(repr(half.text) for half in halves)
            yield Advice(
                "lint.template",
                str(key),
                f"the template {texts} loses three guarantees: two items may make one key, "
                "numbers and dates order as their texts do, and a range may read its neighbours",
                "Declare the parts as fields where the stored keys may still change",
            )
        if isinstance(key.partition, Composite) and key.partition_fields:
            yield from _few_partitions(key)


def _few_partitions(key: BoundKey[Any]) -> Iterator[Advice]:
    known = domains(key.entity)
    counts = [
        len([value for value in known.get(name, ()) if value is not None])
        for name in key.partition_fields
    ]
    if all(counts):
        tenant = " a tenant" if key.entity.__table__.tenants else ""
        yield Advice(
            "lint.few_partitions",
            str(key),
            f"{', '.join(key.partition_fields)} can make {prod(counts)} partitions{tenant} only, "
            f"each of which takes at most {PARTITION_WRITE_UNITS:,} write units a second",
            "Put a field with many values into the partition",
        )


def _writes(table: Table) -> Iterator[Advice]:
    for entity in table.entities.values():
        writes = writes_of(entity)
        if writes - 1 > MOST_INDEX_WRITES:
            yield Advice(
                "lint.write_amplification",
                entity.__name__,
                f"one write makes up to {writes} entries, the item and {writes - 1} on indexes, "
                "and each is paid for",
                "Let patterns share an index, or make keys sparse",
            )


def _attributes(table: Table) -> Iterator[Advice]:
    for entity in table.entities.values():
        names = [field.stored_name for field in codec_of(entity).fields.values()]
        for key in entity.__keys__.values():
            names += [key.place.partition_attribute, key.place.sort_attribute or ""]
        size = sum(len(name.encode()) for name in {*names, table.entity_attribute})
        if size > MOST_NAME_BYTES:
            yield Advice(
                "lint.attribute_names",
                entity.__name__,
                f"the names of its attributes take up to {size} bytes of every item",
                'Store long names under short ones: Annotated[..., Stored("...")]',
            )


def _projections(table: Table) -> Iterator[Advice]:
    included = {place.name: non_key_attributes(table, place) for place in table.places}
    count = sum(len(names) for names in included.values())
    if count > MOST_PROJECTED:
        yield Advice(
            "lint.projected_attributes",
            f"table {table.name!r}",
            f"the indexes include {count} attributes by name, and DynamoDB allows "
            f"{MOST_PROJECTED} in a table",
            "Project everything into an index, or its keys only",
        )
    for place in table.places:
        if table.ttl is not None and _hides_expiry(place):
            yield Advice(
                "lint.expiry_not_projected",
                f"index {place}",
                "it holds keys only, so that rows past their expiry cannot be told there",
                "Project fields into the index: the expiry comes with them",
            )


def _hides_expiry(place: Place) -> bool:
    return place.projection == "keys"
