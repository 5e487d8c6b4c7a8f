"""The parameters of CreateTable that a design asks for, and its TTL specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tabledesign.codec import codec_of
from tabledesign.errors import DesignError, Refusal
from tabledesign.schema.table import Place, Table

__all__ = ["non_key_attributes", "table_definition", "ttl_specification"]


def table_definition(table: Table, *, table_name: str | None = None) -> dict[str, Any]:
    """The parameters of CreateTable; raises `DesignError` for a table without entities.

    Attributes are defined only where a key uses them: DynamoDB refuses others.

    >>> from tabledesign.todo import table
    >>> table_definition(table)["KeySchema"][0]
    {'AttributeName': 'pk', 'KeyType': 'HASH'}
    """
    if not table.entities:
        raise DesignError(
            [
                Refusal(
                    "table.no_entities",
                    f"table {table.name!r}",
                    "no entity is stored in it",
                    "Declare one: class Task(Entity, table=...), in a module that is imported",
                )
            ]
        )
    definition: dict[str, Any] = {
        "TableName": table_name or table.name,
        "KeySchema": key_schema(table.primary),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in table.key_attributes
        ],
    }
    secondary = [place for place in table.places if place.kind != "primary"]
    global_indexes = [index_definition(table, p) for p in secondary if p.kind != "local"]
    local_indexes = [index_definition(table, p) for p in secondary if p.kind == "local"]
    if global_indexes:
        definition["GlobalSecondaryIndexes"] = global_indexes
    if local_indexes:
        definition["LocalSecondaryIndexes"] = local_indexes
    definition["BillingMode"] = "PAY_PER_REQUEST"
    return definition


def ttl_specification(table: Table) -> dict[str, Any] | None:
    """The TimeToLiveSpecification of UpdateTimeToLive, or None where nothing expires."""
    return None if table.ttl is None else {"Enabled": True, "AttributeName": table.ttl}


def key_schema(place: Place) -> list[dict[str, str]]:
    """The KeySchema of the primary key or an index."""
    schema = [{"AttributeName": place.partition_attribute, "KeyType": "HASH"}]
    if place.sort_attribute is not None:
        schema.append({"AttributeName": place.sort_attribute, "KeyType": "RANGE"})
    return schema


def index_definition(table: Table, place: Place) -> dict[str, Any]:
    """One index as CreateTable wants it."""
    projection: dict[str, Any] = {"ProjectionType": "ALL"}
    if place.projection == "keys":
        projection = {"ProjectionType": "KEYS_ONLY"}
    elif place.projection != "all":
        projection = {
            "ProjectionType": "INCLUDE",
            "NonKeyAttributes": list(non_key_attributes(table, place)),
        }
    return {"IndexName": place.name, "KeySchema": key_schema(place), "Projection": projection}


def non_key_attributes(table: Table, place: Place) -> tuple[str, ...]:
    """The stored attributes that an index with declared fields copies, each once.

    The entity's name is among them, and what a reader needs besides: the stored version where
    an entity has several, and the expiry where items have one.
    """
    return tuple(dict.fromkeys(_non_key_attributes(table, place)))


def _non_key_attributes(table: Table, place: Place) -> Iterator[str]:
    if isinstance(place.projection, str):
        return
    for name in place.projection:
        for entity in table.entities.values():
            field = codec_of(entity).fields.get(name)
            if field is not None:
                yield field.stored_name
    yield table.entity_attribute
    if any(entity.__entity_version__ > 1 for entity in table.entities.values()):
        yield table.version_attribute
    if table.ttl is not None:
        yield table.ttl
