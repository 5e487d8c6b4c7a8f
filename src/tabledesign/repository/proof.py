"""What must hold of a whole table before any of its patterns may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tabledesign.codec import Codec, codec_of
from tabledesign.errors import DesignError, Refusal
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table

__all__ = ["table_refusals"]


def table_refusals(table: Table) -> Iterator[Refusal]:
    """Fields that cannot be stored, and attributes that are to hold two things."""
    for entity in table.entities.values():
        try:
            codec = codec_of(entity)
        except DesignError as error:
            yield from error.refusals
        else:
            yield from _attribute_refusals(entity, codec, table)
            yield from _expiry_refusals(entity, codec, table)
    yield from _projection_refusals(table)


def _attribute_refusals(entity: type[Entity], codec: Codec[Any], table: Table) -> Iterator[Refusal]:
    for name, field in codec.fields.items():
        if field.stored_name in table.reserved_attributes:
            yield Refusal(
                "schema.reserved_attribute",
                f"{entity.__name__}.{name}",
                f"attribute {field.stored_name!r} holds a key or the entity's name",
                'Store the field under another name: Annotated[..., Stored("...")]',
            )


def _expiry_refusals(entity: type[Entity], codec: Codec[Any], table: Table) -> Iterator[Refusal]:
    for name, field in codec.fields.items():
        if table.ttl is None or field.stored_name != table.ttl:
            continue
        if field.kind.tag != "N":
            yield Refusal(
                "schema.ttl_type",
                f"{entity.__name__}.{name}",
                "DynamoDB expires items by a number of seconds since 1970, and this field is "
                f"stored as {field.kind.name}",
                f"Declare {name}: Annotated[datetime, EpochSeconds()]",
            )
        for rule in entity.__rules__.values():
            if rule.kind == "counter":
                yield Refusal(
                    "rule.expiring_counter",
                    f"{entity.__name__}.{rule.name}",
                    "DynamoDB deletes expired items without telling, and the count would stay "
                    "too high",
                    "Count at the call with .count(), or count items that do not expire",
                )


def _projection_refusals(table: Table) -> Iterator[Refusal]:
    known = {name for entity in table.entities.values() for name in entity.model_fields}
    for place in table.places:
        if isinstance(place.projection, tuple):
            for name in place.projection:
                if name not in known:
                    yield Refusal(
                        "table.unknown_projection",
                        f"index {place}",
                        f"no entity has a field {name!r} to project",
                        "Name a field of an entity, or take it out",
                    )
