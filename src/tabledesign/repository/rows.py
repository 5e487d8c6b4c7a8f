"""From stored rows to entities and views: what is readable, what is expired, what is neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabledesign.codec import Unreadable as CodecUnreadable
from tabledesign.codec import codec_of, part_of
from tabledesign.dataclass import dataclass
from tabledesign.errors import UnreadableItem
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT, BoundKey
from tabledesign.schema.page import Unreadable
from tabledesign.schema.table import Table
from tabledesign.wire import Item

__all__ = ["EXPIRED", "Expired", "RowReader", "key_texts"]


class Expired:
    """Marks a row past its TTL that DynamoDB has not deleted yet."""


EXPIRED = Expired()


def key_texts(table: Table, item: Item) -> dict[str, str]:
    """The primary key of a stored row, as text."""
    names = (table.partition_key, table.sort_key)
    return {name: str(item[name].get("S")) for name in names if name is not None and name in item}


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows of one question: as its entity, as its view, or each as what it says it is."""

    table: Table
    keys: tuple[BoundKey[Any], ...]
    view: type[Any] | None
    strict: bool

    @property
    def shows_all(self) -> bool:
        """Whether every field asked for stands in an attribute of its own.

        An index of keys alone shows some of them inside its keys only.
        """
        projection = self.keys[0].place.projection
        if self.view is None or projection == "all":
            return True
        return projection != "keys" and set(self.view.model_fields) <= set(projection)

    def read(self, row: Item, now: datetime | None) -> Any:
        """The entity, the view, `EXPIRED`, or an `Unreadable`.

        Raises `UnreadableItem` in strict mode.
        """
        if self._is_expired(row, now):
            return EXPIRED
        try:
            entity = self._entity(row)
            if self.view is not None:
                return self._view(self.view, entity, row)
            return codec_of(entity).decode(row)
        except (CodecUnreadable, ValueError) as error:
            reason = str(error)
        key = key_texts(self.table, row)
        if self.strict:
            raise UnreadableItem(
                f"a stored item cannot be read: {reason}; correct the item, or read without "
                "strict=True to have it listed",
                code="item.unreadable",
                details={"key": key},
            )
        return Unreadable(key, reason)

    def _is_expired(self, row: Item, now: datetime | None) -> bool:
        if self.table.ttl is None or now is None:
            return False
        text = row.get(self.table.ttl, {}).get("N")
        return text is not None and float(text) <= now.timestamp()

    def _entity(self, row: Item) -> type[Entity]:
        name = row.get(self.table.entity_attribute, {}).get("S")
        entities: dict[str, type[Entity]] = {
            key.entity.__entity_name__: key.entity for key in self.keys
        }
        if name is None and len(self.keys) == 1:
            # Tables that existed before carry no entity name, and an index may not project it.
            return next(iter(entities.values()))
        if name in entities:
            return entities[name]
        raise CodecUnreadable(f"it is stored as {name!r}, not as {' or '.join(entities)}")

    def _view(self, view: type[Any], entity: type[Entity], row: Item) -> Any:
        if self.shows_all:
            return part_of(entity, view).decode(row)
        names = list(view.model_fields)
        projection = self.keys[0].place.projection
        copied = [] if projection == "keys" else [n for n in names if n in projection]
        # An index of keys alone shows no version: its rows cannot be brought up to date.
        shown = projection != "keys"
        values = codec_of(entity).decode_partial(row, copied, version_shown=shown)
        values = {**self._key_values(entity, row), **values}
        return view.model_validate({name: values[name] for name in names if name in values})

    def _key_values(self, entity: type[Entity], row: Item) -> Mapping[str, object]:
        values: dict[str, object] = {}
        for key in (primary_key(entity), self.keys[0]):
            for attribute in (key.place.partition_attribute, key.place.sort_attribute):
                text = None if attribute is None else row.get(attribute, {}).get("S")
                if attribute is not None and text is not None:
                    values.update(key.half(attribute).parse(text))
        values.pop(TENANT, None)
        return values
