"""From entities and changes to the requests that write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tabledesign.codec import check_size, codec_of
from tabledesign.errors import InputError
from tabledesign.patterns.change import Change
from tabledesign.patterns.update import plan_update, with_tenant
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Request

__all__ = ["item_of", "key_texts_of", "missing_parts", "stamped", "update_request", "with_tenant"]


def item_of(entity: Entity, tenant: str | None) -> Item:
    """The whole stored item: fields, key attributes, the entity's name and version.

    Raises `InputError` for a value that cannot be stored, a key or an item that is too large.
    """
    kind = type(entity)
    item = codec_of(kind).encode(entity)
    item.update(key_texts_of(entity, tenant))
    item[kind.__table__.entity_attribute] = {"S": kind.__entity_name__}
    check_size(item, kind.__name__)
    return item


def stamped(entity: Entity, now: datetime, *, version: int | None, keep_created: bool) -> Entity:
    """The entity with the fields that the library keeps itself: its version and timestamps."""
    settings, values = type(entity).__settings__, dict[str, object]()
    if settings.version is not None and version is not None:
        values[settings.version] = version
    if settings.created is not None and not (
        keep_created and getattr(entity, settings.created) is not None
    ):
        values[settings.created] = now
    if settings.updated is not None:
        values[settings.updated] = now
    return entity.model_copy(update=values) if values else entity


def key_texts_of(entity: Entity, tenant: str | None) -> Item:
    """Every key attribute the entity is stored with."""
    values = with_tenant(entity.__dict__, tenant)
    keys: Item = {}
    for key in type(entity).__keys__.values():
        if key.place.kind != "inverted":
            keys.update({name: {"S": text} for name, text in key.render(values).items()})
    return keys


def update_request(
    table_name: str,
    entity: type[Entity],
    identity: Mapping[str, object],
    change: Change,
    tenant: str | None,
) -> Request:
    """One UpdateItem that carries the change and keeps every index true.

    Raises `InputError` for an unknown field, a value of the wrong kind, a change of the primary
    key, and ``update.index_parts`` where an index key would need a field that is not in the
    change.
    """
    planned = plan_update(entity, identity, change, tenant=tenant)
    if planned.unknown:
        raise missing_parts(entity, planned.unknown)
    parameters = planned.parameters(table_name)
    parameters["ReturnValues"] = "ALL_NEW"
    parameters["ReturnConsumedCapacity"] = "TOTAL"
    return Request("UpdateItem", parameters)


def missing_parts(
    entity: type[Entity], unknown: Mapping[str, tuple[str, ...]], *, given: bool = False
) -> InputError:
    """The refusal of an update whose keys or rules need fields that nobody gave."""
    index, fields = next(iter(unknown.items()))
    kept = f"the rule {index}" if index in entity.__rules__ else f"a key on {index}"
    if index.startswith("the "):  # a validator or a type; a rule or an index has one word
        kept = index
    them = "it" if len(fields) == 1 else "them"
    remedy = f"add {them} to given=" if given else f"put {them} in the change too"
    return InputError(
        f"the change touches {kept} that also needs {', '.join(fields)}; {remedy}, or put the "
        f"whole {entity.__name__}",
        code="update.index_parts",
        field=fields[0] if fields else None,
        details={"unknown": unknown},
    )
