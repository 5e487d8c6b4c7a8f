"""Which index key attributes a partial update must write so that every index stays true.

The rule is per key attribute. A half whose fields do not change stays as it is, provided the
item was in the index before and stays in it; a half whose fields are all known is written; a key
the item loses is removed. Where a field would have to be known and is not, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tabledesign.schema.checks import domains, membership
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT, BoundKey
from tabledesign.schema.table import Place
from tabledesign.schema.when import always_one

__all__ = ["IndexUpdates", "index_updates"]


@dataclass(slots=True)
class IndexUpdates:
    """Key attributes to set and to remove, and by index the fields that would have to be known."""

    sets: dict[str, str] = field(default_factory=dict[str, str])
    removes: list[str] = field(default_factory=list[str])
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def index_updates(
    entity: type[Entity], known: Mapping[str, object], changed: frozenset[str]
) -> IndexUpdates:
    """What a change means for the indexes.

    ``known`` holds every field whose value after the change is known (the primary key's, the
    changed ones that are assigned), and the tenant; ``changed`` every field that may differ.
    """
    updates = IndexUpdates()
    for place in entity.__table__.places:
        if place.kind in ("global", "local"):
            keys = [key for key in entity.__keys__.values() if key.place.name == place.name]
            if keys and any(changed & _depends(key) for key in keys):
                _update_place(updates, place, keys, known, changed)
    return updates


def _depends(key: BoundKey[Any]) -> frozenset[str]:
    return frozenset(key.fields) | key.when.fields


def _update_place(
    updates: IndexUpdates,
    place: Place,
    keys: list[BoundKey[Any]],
    known: Mapping[str, object],
    changed: frozenset[str],
) -> None:
    verdicts = [membership(key).decide(known) for key in keys]
    if all(verdict is False for verdict in verdicts):
        updates.removes.extend(_attributes(place))
        return
    active = next((k for k, v in zip(keys, verdicts, strict=True) if v), None)
    if active is None:
        undecided = {name for key in keys for name in membership(key).fields if name not in known}
        updates.unknown[str(place)] = tuple(sorted(undecided))
        return
    stays = _always_present(keys)
    missing: set[str] = set()
    same_partition = stays and all(key.partition == keys[0].partition for key in keys)
    halves = (
        (active.partition, place.partition_attribute, same_partition),
        (active.sort, place.sort_attribute, stays and len(keys) == 1),
    )
    for half, attribute, was_there in halves:
        # A local index shares the partition key of the table, which no update may touch.
        if half is None or attribute is None or attribute not in _attributes(place):
            continue
        fields = set(half.fields) - {TENANT}
        if was_there and not fields & changed:
            continue
        unknown = fields - set(known)
        text = None if unknown else half.render(known)
        missing |= unknown
        if text is not None:
            updates.sets[attribute] = text
    if missing:
        updates.unknown[str(place)] = tuple(sorted(missing))


def _attributes(place: Place) -> tuple[str, ...]:
    partition = () if place.kind == "local" else (place.partition_attribute,)
    sort = () if place.sort_attribute is None else (place.sort_attribute,)
    return partition + sort


def _always_present(keys: list[BoundKey[Any]]) -> bool:
    """Whether every item of the entity has one of these keys, whatever its state."""
    entity: type[Entity] = keys[0].entity
    return always_one(tuple(membership(key) for key in keys), domains(entity))
