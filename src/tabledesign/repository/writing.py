"""The operations on one item by its primary key, as generators of effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from tabledesign.engine.effects import Operation, now, send
from tabledesign.errors import AlreadyExists, ConditionFailed, InputError, ItemMissing
from tabledesign.patterns.change import Change
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.writes import (
    create_request,
    delete_request,
    put_request,
    update_request,
    with_tenant,
)
from tabledesign.repository.context import Context
from tabledesign.repository.reading import fetch
from tabledesign.repository.rows import RowReader
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity

__all__ = ["create", "delete", "get", "put", "update"]

E = TypeVar("E", bound=Entity)


def get(context: Context, identity: Identity[E], *, consistent: bool) -> Operation[E | None]:
    """The item, or None."""
    entity = _own(context, identity.entity)
    key = primary_key(entity)
    reader = RowReader(context.table, (key,), None, True)
    item = key_item(key, with_tenant(identity.values, context.tenant))
    found: E | None = yield from fetch(reader, context, item, consistent=consistent)
    return found


def create(context: Context, entity: E) -> Operation[E]:
    """Store it where nothing is; raises `AlreadyExists`."""
    kind = _own(context, type(entity))
    instant = (yield from now()) if context.table.ttl is not None else None
    try:
        yield from send(create_request(context.table_name, entity, context.tenant, instant))
    except ConditionFailed as error:
        raise AlreadyExists(
            f"a {kind.__name__} with this primary key exists; choose another key, or put() to "
            "replace it",
            code="item.exists",
            details=error.details,
        ) from error
    return entity


def put(context: Context, entity: E) -> Operation[E]:
    """Store it whatever is there."""
    _own(context, type(entity))
    yield from send(put_request(context.table_name, entity, context.tenant))
    return entity


def update(context: Context, identity: Identity[E], change: Change) -> Operation[E]:
    """Carry out the change; raises `ItemMissing`."""
    entity = _own(context, identity.entity)
    request = update_request(context.table_name, entity, identity.values, change, context.tenant)
    try:
        response = yield from send(request)
    except ConditionFailed as error:
        raise _missing(entity, error.details) from error
    reader = RowReader(context.table, (primary_key(entity),), None, True)
    changed: E = reader.read(response["Attributes"], None)
    return changed


def delete(context: Context, identity: Identity[Any], *, must_exist: bool) -> Operation[None]:
    """Delete it; raises `ItemMissing` where it must exist."""
    entity = _own(context, identity.entity)
    request = delete_request(
        context.table_name, entity, identity.values, context.tenant, must_exist=must_exist
    )
    try:
        yield from send(request)
    except ConditionFailed as error:
        raise _missing(entity, error.details) from error


def _own(context: Context, entity: type[E]) -> type[E]:
    if getattr(entity, "__table__", None) is not context.table:
        raise InputError(
            f"{entity.__name__} does not live in table {context.table.name!r}; use a repository "
            "of its own table",
            code="repository.foreign_entity",
        )
    return entity


def _missing(entity: type[Entity], details: Mapping[str, object]) -> ItemMissing:
    return ItemMissing(
        f"no {entity.__name__} has this primary key; create() it first",
        code="item.missing",
        details=details,
    )
