"""The operations on one item by its primary key, as generators of effects."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeVar

from tabledesign.engine.effects import Operation, now
from tabledesign.engine.retry import send
from tabledesign.errors import AlreadyExists, Contended, InputError, ItemMissing
from tabledesign.limits import TRANSACTION_ITEMS
from tabledesign.patterns.change import Change
from tabledesign.patterns.keeping import COUNT, kept_key
from tabledesign.patterns.reads import get_request, key_item, primary_key
from tabledesign.patterns.step import Step, step_of
from tabledesign.patterns.transaction import Transaction
from tabledesign.patterns.update import with_tenant
from tabledesign.patterns.written import rendered_key
from tabledesign.repository.answers import read_together
from tabledesign.repository.backoff import rest
from tabledesign.repository.committing import ATTEMPTS, commit
from tabledesign.repository.context import Context
from tabledesign.repository.reading import fetch
from tabledesign.repository.rows import RowReader
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counted
from tabledesign.schema.query import Identity, check_identity
from tabledesign.wire import Request

__all__ = ["commit_all", "counted", "get", "get_together", "own", "upsert", "write"]

E = TypeVar("E", bound=Entity)


def get(context: Context, identity: Identity[E], *, consistent: bool) -> Operation[E | None]:
    """The item, or None."""
    check_identity(identity)
    entity = own(context, identity.entity)
    reader = RowReader(context.table, (primary_key(entity),), None, True)
    key = rendered_key(entity, identity.values, context.tenant)
    found: E | None = yield from fetch(reader, context, key, consistent=consistent)
    return found


def write(context: Context, step: Step) -> Operation[Any]:
    """Carry out one step; gives the entity it leaves, None for a deletion."""
    own(context, step.entity)
    results = yield from commit(context, (step,))
    return results[0]


def upsert(context: Context, entity: Entity) -> Operation[Any]:
    """Create it, or assign the given fields to what is there; another writer may decide which."""
    kind = own(context, type(entity))
    settings = kind.__settings__
    kept = {settings.version, settings.created, settings.updated, *primary_key(kind).fields}
    values = {n: getattr(entity, n) for n in entity.model_fields_set if n not in kept}
    create = step_of("create", entity)
    identity = Identity(kind, create.identity)
    for attempt in range(ATTEMPTS):
        try:
            return (yield from write(context, create))
        except AlreadyExists:
            pass
        if values:
            change = step_of("update", identity, change=Change().set(**values))
            with suppress(ItemMissing):
                return (yield from write(context, change))
        else:
            found = yield from get(context, identity, consistent=True)
            if found is not None:
                return found
        if not (yield from rest(attempt)):
            break
    raise Contended(
        "the item was created and deleted again and again; try again", code="item.contended"
    )


def commit_all(
    context: Context, transaction: Transaction, token: str | None
) -> Operation[dict[str, Entity | None]]:
    """Carry out the steps of a transaction; gives by name what each leaves."""
    for step in transaction.steps:
        own(context, step.entity)
    if not transaction.steps:
        return {}
    results = yield from commit(context, transaction.steps, token=token)
    names = (step.name for step in transaction.steps)
    return dict(zip(names, results, strict=True))


def get_together(context: Context, identities: Sequence[Identity[Any]]) -> Operation[list[Any]]:
    """Items as they were at one moment: one TransactGetItems."""
    if len(identities) > TRANSACTION_ITEMS:
        raise InputError(
            f"{len(identities)} items are asked for and DynamoDB reads {TRANSACTION_ITEMS} "
            "together; ask for fewer",
            code="transaction.too_many_items",
        )
    if not identities:
        return []
    instant = yield from now()
    keys = [primary_key(own(context, identity.entity)) for identity in identities]
    asked = [
        key_item(key, with_tenant(identity.values, context.tenant))
        for key, identity in zip(keys, identities, strict=True)
    ]
    # DynamoDB takes an item once in a transaction; who asks twice is answered twice.
    once = [item for place, item in enumerate(asked) if item not in asked[:place]]
    gets = [{"Get": {"TableName": context.table_name, "Key": item}} for item in once]
    request = Request(
        "TransactGetItems", {"TransactItems": gets, "ReturnConsumedCapacity": "TOTAL"}
    )
    response = yield from send(request)
    places = [once.index(item) for item in asked]
    readers = [RowReader(context.table, (key,), None, True) for key in keys]
    return read_together(context.table, list(zip(places, readers)), response, instant)


def own(context: Context, entity: type[E]) -> type[E]:
    """The entity, if it lives in the repository's table."""
    if getattr(entity, "__table__", None) is not context.table:
        raise InputError(
            f"{entity.__name__} does not live in table {context.table.name!r}; use a repository "
            "of its own table",
            code="repository.foreign_entity",
        )
    return entity


def counted(context: Context, group: Counted) -> Operation[int]:
    """The number a counter holds, as last written; 0 where nothing was counted yet."""
    own(context, group.rule.entity)
    values = with_tenant(group.values, context.tenant)
    texts = group.rule.texts(values)
    if texts is None:
        return 0
    key = kept_key(context.table, texts)
    response = yield from send(get_request(context.table_name, key, consistent=True))
    stored = response.get("Item", {}).get(COUNT, {}).get("N", "0")
    return int(stored)
