"""A stored item as a row to be looked at: what it is, its keys in parts, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal
from uuid import UUID

from tabledesign.codec import Unreadable, codec_of, item_size
from tabledesign.dataclass import dataclass
from tabledesign.design.spelling import write_value
from tabledesign.errors import InputError
from tabledesign.gateway.explorer.attributes import Attribute, attributes_of
from tabledesign.gateway.explorer.parts import Half, KeyPart, parts_of
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import Text
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import RESERVED_NAMES
from tabledesign.schema.key import TENANT
from tabledesign.schema.table import Place, Table
from tabledesign.wire import Item

__all__ = ["Position", "Row", "RowReader"]

Kind = Literal["entity", "kept", "unknown"]

_SCALARS: Final = (str, int, Decimal, bool, date, datetime, UUID, Enum, bytes)


@dataclass(frozen=True, slots=True)
class Position:
    """A place that holds the item, with the two key texts it has there."""

    place: str
    partition: str
    sort: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored item, seen from one place.

    ``kind`` is "kept" for what the library keeps beside the entities, "unknown" for what no
    entity of the design is. ``values`` spells the fields as arguments are spelled. ``faults``
    says why it cannot be read, or which key is not the one that its fields make.
    """

    id: tuple[str, ...]
    kind: Kind
    entity: str
    at: Position
    partition_parts: tuple[KeyPart, ...]
    sort_parts: tuple[KeyPart, ...]
    attributes: tuple[Attribute, ...]
    values: Mapping[str, str]
    elsewhere: tuple[Position, ...]
    faults: tuple[str, ...]
    expired: bool
    size: int


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads stored items as rows of one place of a table, at one moment."""

    table: Table
    place: Place
    now: datetime

    def read(self, item: Item) -> Row:
        """The row; whatever is stored, this raises nothing."""
        table, here = self.table, _position(self.place, item)
        stored = item.get(table.entity_attribute, {}).get("S")
        entity = self._entity(item, stored)
        kind: Kind = "entity" if entity else "kept" if stored in RESERVED_NAMES else "unknown"
        partition, sort, unread = self._parts(self._halves(entity, stored), here)
        values = {p.name: p.text for p in (*partition, *sort) if p.name and p.kind == "field"}
        faults = [] if kind != "unknown" else [self._unknown(stored)]
        if entity is not None:
            faults += unread
            read, untrue = self._decoded(entity, item)
            values.update(read)
            faults += untrue
        places = [each for each in table.places if each != self.place]
        positions = (_position(each, item) for each in places if _is_in(each, item))
        return Row(
            id=_identity(table, item),
            kind=kind,
            entity=entity.__entity_name__ if entity else str(stored or "?"),
            at=here,
            partition_parts=partition,
            sort_parts=sort,
            attributes=attributes_of(item, without=table.reserved_attributes),
            values=values,
            elsewhere=tuple(positions),
            faults=tuple(faults),
            expired=self._is_expired(item),
            size=_size(item),
        )

    def _entity(self, item: Item, stored: object) -> type[Entity] | None:
        if isinstance(stored, str):
            return self.table.entities.get(stored)
        # Tables that existed before carry no entity's name, and an index may not project it.
        here = _position(self.place, item)
        for entity in self.table.entities.values():
            if not self._parts(self._halves(entity, None), here)[2]:
                return entity
        return None

    def _halves(
        self, entity: type[Entity] | None, stored: object
    ) -> Iterable[tuple[Half, Half | None]]:
        """What the key of such an item at this place may be made of."""
        if entity is not None:
            keys = (key for key in entity.__keys__.values() if key.place == self.place)
            return [(key.partition, key.sort) for key in keys]
        kept = _kept(self.table) if stored in RESERVED_NAMES else ()
        return [(b, a) for a, b in kept] if self.place.kind == "inverted" else kept

    def _parts(
        self, halves: Iterable[tuple[Half, Half | None]], here: Position
    ) -> tuple[tuple[KeyPart, ...], tuple[KeyPart, ...], list[str]]:
        for partition, sort in halves:
            try:
                parts = parts_of(partition, here.partition)
                if sort is None or here.sort is None:
                    return parts, (), []
                return parts, parts_of(sort, here.sort), []
            except ValueError:
                continue
        return (), (), [f"its key on {self.place.title} is none that its entity has"]

    def _decoded(self, entity: type[Entity], item: Item) -> tuple[dict[str, str], list[str]]:
        """The fields as arguments are spelled, and the faults of an item that is shown whole."""
        if self.place.projection != "all":
            return {}, []
        try:
            read = codec_of(entity).decode(item)
        except (Unreadable, ValueError) as error:
            return {}, [f"it cannot be read: {error}"]
        fields = {name: getattr(read, name) for name in entity.model_fields}
        spelled = {n: write_value(v) for n, v in fields.items() if isinstance(v, _SCALARS)}
        return spelled, list(_untrue(self.table, entity, fields, item))

    def _unknown(self, stored: object) -> str:
        known = ", ".join(self.table.entities)
        named = f"it is stored as {stored!r}" if stored else "it names no entity"
        return f"{named}, and the design has {known or 'none'}"

    def _is_expired(self, item: Item) -> bool:
        if self.table.ttl is None:
            return False
        text = item.get(self.table.ttl, {}).get("N")
        return text is not None and float(text) <= self.now.timestamp()


def _position(place: Place, item: Item) -> Position:
    sort = None if place.sort_attribute is None else _text(item, place.sort_attribute)
    return Position(str(place), _text(item, place.partition_attribute), sort)


def _is_in(place: Place, item: Item) -> bool:
    names = (place.partition_attribute, place.sort_attribute)
    return all(name is None or name in item for name in names)


def _identity(table: Table, item: Item) -> tuple[str, ...]:
    names = (table.partition_key, table.sort_key)
    return tuple(_text(item, name) for name in names if name is not None)


def _size(item: Item) -> int:
    try:
        return item_size(item)
    except (ValueError, TypeError, AttributeError):  # what no DynamoDB would have stored
        return 0


def _text(item: Item, attribute: str) -> str:
    return str(item.get(attribute, {}).get("S", ""))


def _kept(table: Table) -> Iterator[tuple[Half, Half]]:
    """The keys of claims, counters and records of request keys."""
    for entity in table.entities.values():
        for rule in entity.__rules__.values():
            yield rule.partition, rule.sort
    tenant = (Part(TENANT, Text()),) if table.tenants else ()
    record = Label("idempotency")
    yield Composite((*tenant, record, Part("key", Text()))), Composite((record,))


def _untrue(
    table: Table, entity: type[Entity], fields: Mapping[str, Any], item: Item
) -> Iterator[str]:
    """Each key attribute that is not the one recomputed from the fields, tenant included."""
    values = dict(fields)
    if table.tenants:
        try:
            key = primary_key(entity)
            values[TENANT] = key.partition.parse(_text(item, table.partition_key))[TENANT]
        except ValueError:
            return  # the fault of the primary key is told already
    expected: dict[str, str] = {}
    try:
        for key in entity.__keys__.values():
            expected.update(key.render(values))
    except InputError as error:
        yield error.message
        return
    for name in table.key_attributes:
        stored = item.get(name, {}).get("S")
        if stored != expected.get(name):
            yield f"{name} is {stored!r}, and its fields make {expected.get(name)!r}"
