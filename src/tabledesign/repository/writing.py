"""The operations on one item by its primary key, as generators of effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from tabledesign.engine.effects import Operation
from tabledesign.engine.retry import send
from tabledesign.errors import InputError
from tabledesign.patterns.change import Change
from tabledesign.patterns.pieces import COUNT
from tabledesign.patterns.reads import get_request, key_item, primary_key
from tabledesign.patterns.step import Step, Verb
from tabledesign.patterns.update import with_tenant
from tabledesign.repository.committing import commit
from tabledesign.repository.context import Context
from tabledesign.repository.reading import fetch
from tabledesign.repository.rows import RowReader
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counted
from tabledesign.schema.query import Identity

__all__ = ["counted", "get", "own", "step_of", "write"]

E = TypeVar("E", bound=Entity)


def get(context: Context, identity: Identity[E], *, consistent: bool) -> Operation[E | None]:
    """The item, or None."""
    entity = own(context, identity.entity)
    key = primary_key(entity)
    reader = RowReader(context.table, (key,), None, True)
    item = key_item(key, with_tenant(identity.values, context.tenant))
    found: E | None = yield from fetch(reader, context, item, consistent=consistent)
    return found


def write(context: Context, step: Step) -> Operation[Any]:
    """Carry out one step; gives the entity it leaves, None for a deletion."""
    own(context, step.entity)
    results = yield from commit(context, (step,))
    return results[0]


def step_of(
    verb: Verb,
    target: Identity[Any] | Entity,
    *,
    change: Change | None = None,
    name: str = "",
    **options: Any,
) -> Step:
    """The step for an entity or an identity; an entity brings the version it was read with."""
    if isinstance(target, Entity):
        entity, values = type(target), _identity(target)
        version = entity.__settings__.version
        expected = getattr(target, version) if version is not None else None
        if verb in ("create", "put"):
            options.setdefault("new", target)
        elif expected is not None:
            options.setdefault("expected", expected)
    else:
        entity, values = cast("type[Entity]", target.entity), target.values
    return Step(
        name=name or verb, verb=verb, entity=entity, identity=values, change=change, **options
    )


def _identity(entity: Entity) -> Mapping[str, object]:
    return {name: getattr(entity, name) for name in primary_key(type(entity)).fields}


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
    texts = group.rule.partition.render(values), group.rule.sort.render({})
    table = context.table
    names = (table.partition_key, table.sort_key)
    key = {n: {"S": t} for n, t in zip(names, texts, strict=True) if n is not None}
    response = yield from send(get_request(context.table_name, key, consistent=True))
    stored = response.get("Item", {}).get(COUNT, {}).get("N", "0")
    return int(stored)
