"""From a delivered record to its entity before and after, by the table's own design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from tabledesign.codec import Unreadable, codec_of
from tabledesign.dataclass import dataclass
from tabledesign.engine.deadline import Deadline
from tabledesign.keys.text import unescape
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import RESERVED_NAMES
from tabledesign.schema.table import Table
from tabledesign.streams.event import Delivered
from tabledesign.streams.images import item_of
from tabledesign.streams.record import StreamRecord

__all__ = ["Named", "named", "read", "tenant_of"]

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Named:
    """What an item says it is: its name, if it has one, and the entity, if that is known.

    ``kept`` says that the library keeps the item itself: a claim, a counter, a request key.
    """

    name: str | None
    entity: type[Entity] | None
    kept: bool = False


def named(table: Table, record: Delivered) -> Named:
    """By the attribute that names the entity; by its key in items that were there before."""
    held = _text(record.new or record.old, table.entity_attribute)
    if held is None:
        return Named(None, _by_key(table, record.keys))
    return Named(held, table.entities.get(held), held in RESERVED_NAMES)


def read(entity: type[E], table: Table, record: Delivered, deadline: Deadline) -> StreamRecord[E]:
    """The record of one entity; raises `Unreadable` where an image is not what it says."""
    if record.old is None and record.new is None:
        raise Unreadable("it has neither image")
    codec = codec_of(entity)
    old = None if record.old is None else codec.decode(item_of(record.old))
    new = None if record.new is None else codec.decode(item_of(record.new))
    return StreamRecord(
        entity=entity,
        old=old,
        new=new,
        changed=_changed(old, new, codec.fields),
        tenant=tenant_of(table, record),
        event_id=record.event_id,
        sequence_number=record.sequence_number,
        at=record.at,
        expired=record.expired,
        deadline=deadline,
    )


def tenant_of(table: Table, record: Delivered) -> str | None:
    """The first component of the partition key, in a table with tenants."""
    text = _text(record.keys, table.partition_key)
    if not table.tenants or text is None or "#" not in text:
        return None
    try:
        return unescape(text.partition("#")[0]) or None
    except ValueError:
        return None


def _by_key(table: Table, keys: object) -> type[Entity] | None:
    """The one entity whose primary key has this shape; the design proved that two have none."""
    for entity in table.entities.values():
        key = primary_key(entity)
        texts = {
            name: _text(keys, name)
            for name in (key.place.partition_attribute, key.place.sort_attribute)
            if name is not None
        }
        try:
            for name, text in texts.items():
                key.half(name).parse(text or "")
        except ValueError:
            continue
        return entity
    return None


def _changed(old: Entity | None, new: Entity | None, fields: Iterable[str]) -> frozenset[str]:
    """Fields whose values differ."""
    if old is None or new is None:
        return frozenset(fields)
    return frozenset(name for name in fields if getattr(old, name) != getattr(new, name))


def _text(attributes: object, name: str) -> str | None:
    value = _member(attributes, name)
    held = _member(value, "S")
    return held if isinstance(held, str) else None


def _member(value: object, name: str) -> object:
    return cast("Mapping[str, object]", value).get(name) if isinstance(value, Mapping) else None
