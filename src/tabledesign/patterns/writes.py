"""From entities and changes to the requests that write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from tabledesign.codec import check_size, codec_of
from tabledesign.errors import InputError
from tabledesign.patterns.change import Change
from tabledesign.patterns.index_updates import index_updates
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.schema.binding import nearest
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT
from tabledesign.wire import Item, Request

__all__ = [
    "create_request",
    "delete_request",
    "item_of",
    "put_request",
    "update_request",
    "with_tenant",
]


def with_tenant(values: Mapping[str, object], tenant: str | None) -> Mapping[str, object]:
    """The values of a key, the tenant among them where there is one."""
    return values if tenant is None else {**values, TENANT: tenant}


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
    values = _checked(entity, change)
    # What is taken away reads as the field's default, which is what its keys are made of then.
    removed = {name: _default(entity, name) for name in change.removes}
    known = with_tenant({**identity, **values, **removed}, tenant)
    keys = index_updates(entity, known, change.touched)
    if keys.unknown:
        index, fields = next(iter(keys.unknown.items()))
        raise InputError(
            f"the change touches a key on {index} that also needs {', '.join(fields)}; put "
            f"{'it' if len(fields) == 1 else 'them'} in the change too, or put the whole "
            f"{entity.__name__}",
            code="update.index_parts",
            field=fields[0] if fields else None,
            details={"unknown": keys.unknown},
        )
    return _UpdateText(entity).request(
        table_name,
        key_item(primary_key(entity), with_tenant(identity, tenant)),
        change,
        values,
        keys.sets,
        keys.removes,
    )


def _checked(entity: type[Entity], change: Change) -> dict[str, object]:
    """The assigned values, validated as the entity's fields."""
    primary = set(primary_key(entity).fields)
    for name in sorted(change.touched):
        if name not in entity.model_fields:
            raise InputError(
                f"{entity.__name__} has no field {name!r}. "
                f"{nearest(name, list(entity.model_fields))}",
                code="update.unknown_field",
                field=name,
            )
        if name in primary:
            raise InputError(
                f"{name!r} is part of the primary key of {entity.__name__}, which no update may "
                "change; create the item under its new key and delete the old one",
                code="update.primary_key",
                field=name,
            )
    if not change.touched:
        raise InputError("the change is empty; set, remove or add something", code="update.empty")
    for name in sorted(change.removes):
        if entity.model_fields[name].is_required():
            raise InputError(
                f"{name!r} is required in {entity.__name__} and cannot be removed; set it instead",
                code="update.required",
                field=name,
            )
    return {name: _validated(entity, name, value) for name, value in change.sets.items()}


def _default(entity: type[Entity], name: str) -> object:
    info = entity.model_fields[name]
    return info.get_default(call_default_factory=True, validated_data={})


def _validated(entity: type[Entity], name: str, value: object) -> object:
    try:
        return _adapters(entity)[name].validate_python(value)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise InputError(
            f"{name!r} of {entity.__name__} is a {type(value).__name__}: {fault}; "
            "give a value the field accepts",
            code="update.value",
            field=name,
        ) from None


@cache
def _adapters(entity: type[Entity]) -> Mapping[str, TypeAdapter[Any]]:
    """A validator for each field by itself: its type and constraints, no function of the class."""
    adapters: dict[str, TypeAdapter[Any]] = {}
    for name, field in entity.model_fields.items():
        kind: Any = field.annotation
        for constraint in field.metadata:
            kind = Annotated[kind, constraint]
        adapters[name] = TypeAdapter(kind)
    return adapters


class _UpdateText:
    """Builds the update expression, all names and values as placeholders."""

    def __init__(self, entity: type[Entity]) -> None:
        self.entity = entity
        self.codec = codec_of(entity)
        self.names: dict[str, str] = {"#pk": entity.__table__.partition_key}
        self.values: dict[str, Any] = {}

    def request(
        self,
        table_name: str,
        key: Item,
        change: Change,
        values: Mapping[str, object],
        key_sets: Mapping[str, str],
        key_removes: list[str],
    ) -> Request:
        sets = [
            self._assign(self._stored(n), self.codec.encode_field(n, v)) for n, v in values.items()
        ]
        sets += [self._assign(name, {"S": text}) for name, text in key_sets.items()]
        removes = [self._name(self._stored(name)) for name in sorted(change.removes)]
        removes += [self._name(name) for name in key_removes]
        adds = [self._add(name, amount) for name, amount in change.adds.items()]
        clauses = [
            f"{word} {', '.join(parts)}"
            for word, parts in (("SET", sets), ("REMOVE", removes), ("ADD", adds))
            if parts
        ]
        parameters: dict[str, Any] = {
            "TableName": table_name,
            "Key": key,
            "UpdateExpression": " ".join(clauses),
            "ConditionExpression": "attribute_exists(#pk)",
            "ExpressionAttributeNames": self.names,
        }
        if self.values:
            parameters["ExpressionAttributeValues"] = self.values
        parameters["ReturnValues"] = "ALL_NEW"
        parameters["ReturnConsumedCapacity"] = "TOTAL"
        return Request("UpdateItem", parameters)

    def _stored(self, name: str) -> str:
        return self.codec.fields[name].stored_name

    def _name(self, attribute: str) -> str:
        placeholder = f"#n{len(self.names) - 1}"
        self.names[placeholder] = attribute
        return placeholder

    def _assign(self, attribute: str, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return f"{self._name(attribute)} = {placeholder}"

    def _add(self, name: str, amount: object) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = self.codec.encode_field(name, amount)
        return f"{self._name(self._stored(name))} {placeholder}"
