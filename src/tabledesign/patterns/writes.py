"""From entities and changes to the requests that write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabledesign.codec import check_size, codec_of
from tabledesign.errors import InputError
from tabledesign.patterns.change import Change
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.update import PlannedUpdate, plan_update, with_tenant
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Request

__all__ = [
    "create_request",
    "delete_request",
    "item_of",
    "missing_parts",
    "put_request",
    "update_item",
    "update_request",
    "with_tenant",
]


def item_of(entity: Entity, tenant: str | None) -> Item:
    """The whole stored item: fields, key attributes, the entity's name and version.

    Raises `InputError` for a value that cannot be stored, a key or an item that is too large.
    """
    kind = type(entity)
    values = with_tenant(entity.__dict__, tenant)
    item = codec_of(kind).encode(entity)
    for key in kind.__keys__.values():
        if key.place.kind != "inverted":
            for name, text in key.render(values).items():
                item[name] = {"S": text}
    item[kind.__table__.entity_attribute] = {"S": kind.__entity_name__}
    check_size(item, kind.__name__)
    return item


def put_request(table_name: str, entity: Entity, tenant: str | None) -> Request:
    """Replace whatever is stored under the entity's primary key."""
    return Request(
        "PutItem",
        {
            "TableName": table_name,
            "Item": item_of(entity, tenant),
            "ReturnConsumedCapacity": "TOTAL",
        },
    )


def create_request(
    table_name: str, entity: Entity, tenant: str | None, now: datetime | None
) -> Request:
    """Store an entity whose primary key is free; an item past its TTL counts as gone."""
    table = type(entity).__table__
    parameters: dict[str, Any] = dict(put_request(table_name, entity, tenant).parameters)
    condition, names = "attribute_not_exists(#pk)", {"#pk": table.partition_key}
    if table.ttl is not None and now is not None:
        condition += " OR #ttl <= :now"
        names["#ttl"] = table.ttl
        parameters["ExpressionAttributeValues"] = {":now": {"N": str(int(now.timestamp()))}}
    parameters["ConditionExpression"] = condition
    parameters["ExpressionAttributeNames"] = names
    return Request("PutItem", parameters)


def delete_request(
    table_name: str,
    entity: type[Entity],
    values: Mapping[str, object],
    tenant: str | None,
    *,
    must_exist: bool,
) -> Request:
    """Delete the item with this primary key."""
    parameters: dict[str, Any] = {
        "TableName": table_name,
        "Key": key_item(primary_key(entity), with_tenant(values, tenant)),
        "ReturnConsumedCapacity": "TOTAL",
    }
    if must_exist:
        parameters["ConditionExpression"] = "attribute_exists(#pk)"
        parameters["ExpressionAttributeNames"] = {"#pk": entity.__table__.partition_key}
    return Request("DeleteItem", parameters)


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
        raise missing_parts(entity, planned)
    return update_item(table_name, planned)


def update_item(table_name: str, planned: PlannedUpdate) -> Request:
    """A planned update as a request of its own; it answers with the whole new item."""
    parameters = planned.parameters(table_name)
    parameters["ReturnValues"] = "ALL_NEW"
    parameters["ReturnConsumedCapacity"] = "TOTAL"
    return Request("UpdateItem", parameters)


def missing_parts(entity: type[Entity], planned: PlannedUpdate) -> InputError:
    """The refusal of an update whose keys need fields that the change does not hold."""
    index, fields = next(iter(planned.unknown.items()))
    return InputError(
        f"the change touches a key on {index} that also needs {', '.join(fields)}; put "
        f"{'it' if len(fields) == 1 else 'them'} in the change too, or put the whole "
        f"{entity.__name__}",
        code="update.index_parts",
        field=fields[0] if fields else None,
        details={"unknown": planned.unknown},
    )
