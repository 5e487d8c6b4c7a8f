"""What must hold of a pattern that reads several entities from one partition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tabledesign.errors import Refusal
from tabledesign.keys.composite import Composite
from tabledesign.schema.key import BoundKey
from tabledesign.schema.query import Query
from tabledesign.schema.table import Table

__all__ = ["collection_refusals"]


def collection_refusals(where: str, table: Table, query: Query[Any]) -> Iterator[Refusal]:
    """The partition is one, is read whole, and holds nothing that the collection does not name."""
    first, *others = query.keys
    if not others:
        return
    for name in query.given:
        if name not in first.partition_fields:
            yield Refusal(
                "pattern.collection_range",
                where,
                f"{name!r} is no part of the partition that the collection reads whole",
                "Give the partition's parts only, or ask one entity",
            )
    if first.place.projection == "keys":
        yield Refusal(
            "pattern.collection_on_keys",
            where,
            f"index {first.place} holds keys only, and its rows do not say which entity they are",
            "Project all, or the fields you need, into the index",
        )
    for key in others:
        if not _same_partition(key, first):
            yield Refusal(
                "pattern.collection_partition",
                where,
                f"{key} and {first} are not in the same partition",
                "Declare both on the same index with the same label and the same parts",
            )
    yield from _strangers(where, table, query.keys)


def _strangers(where: str, table: Table, keys: tuple[BoundKey[Any], ...]) -> Iterator[Refusal]:
    named = {id(key.entity) for key in keys}
    for entity in table.entities.values():
        for key in entity.__keys__.values():
            if id(entity) not in named and _same_partition(key, keys[0]):
                yield Refusal(
                    "pattern.collection_incomplete",
                    where,
                    f"{key} stands in the same partition and would be read too",
                    f"Name {key} in the collection, or give it a label of its own",
                )


def _same_partition(a: BoundKey[Any], b: BoundKey[Any]) -> bool:
    if a.place.name != b.place.name:
        return False
    if not (isinstance(a.partition, Composite) and isinstance(b.partition, Composite)):
        return a.partition == b.partition
    shape_a = [getattr(c, "scalar", c) for c in a.partition.components]
    shape_b = [getattr(c, "scalar", c) for c in b.partition.components]
    return shape_a == shape_b
