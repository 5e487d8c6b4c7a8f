"""Which index key attributes a partial update must write so that every index stays true.

The rule is per key attribute. A half whose fields do not change stays as it is, provided the
item was in the index before and stays in it; a half whose fields are all known is written; a key
the item loses is removed. Where a field would have to be known and is not, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabledesign.dataclass import dataclass, field
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
    before = {name: value for name, value in known.items() if name not in changed}
    if _stays_without(keys, known, before, changed):
        return
    # The keys the item may have afterwards; they exclude each other, so one that is sure is it.
    candidates = [k for k, v in zip(keys, verdicts, strict=True) if v] or [
        k for k, v in zip(keys, verdicts, strict=True) if v is None
    ]
    present = _always_present(keys)
    sure = present or True in verdicts
    conditions = frozenset[str]().union(*(membership(key).fields for key in keys))
    # Whatever key it has now, or none, it had that before.
    same_key = not conditions & changed or membership(candidates[0]).decide(before) is True
    undecided = frozenset[str]().union(*(membership(key).fields for key in candidates)) - set(known)
    missing: set[str] = set()
    for attribute in _attributes(place):
        halves = [key.half(attribute) for key in candidates]
        fields = frozenset[str]().union(*(half.fields for half in halves)) - {TENANT}
        stays = present and all(key.half(attribute) == halves[0] for key in keys)
        if (same_key or stays) and not fields & changed:
            continue
        if not sure or any(half != halves[0] for half in halves):
            missing |= undecided
            continue
        missing |= fields - set(known)
        text = None if fields - set(known) else candidates[0].render_half(attribute, known)
        if text is not None:
            updates.sets[attribute] = text
    if missing:
        updates.unknown[str(place)] = tuple(sorted(missing))


def _stays_without(
    keys: list[BoundKey[Any]],
    known: Mapping[str, object],
    before: Mapping[str, object],
    changed: frozenset[str],
) -> bool:
    """Whether every key that the change could affect is absent before it and after."""
    return all(
        membership(key).decide(known) is False and membership(key).decide(before) is False
        for key in keys
        if changed & _depends(key)
    )


def _attributes(place: Place) -> tuple[str, ...]:
    # A local index shares the partition key of the table, which no update may touch.
    partition = () if place.kind == "local" else (place.partition_attribute,)
    sort = () if place.sort_attribute is None else (place.sort_attribute,)
    return partition + sort


def _always_present(keys: list[BoundKey[Any]]) -> bool:
    """Whether every item of the entity has one of these keys, whatever its state."""
    entity: type[Entity] = keys[0].entity
    return always_one(tuple(membership(key) for key in keys), domains(entity))
