"""Verbs that are several writes in one: `upsert`, and `move` to another primary key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from tabledesign.errors import ItemMissing
from tabledesign.patterns.change import Change
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity
from tabledesign.testing.calls import Expected
from tabledesign.testing.changing import changed
from tabledesign.testing.drawing import draw_entity, draw_field
from tabledesign.testing.model import Row, Rows, identify, primary_fields, row_of
from tabledesign.testing.source import Source, choice
from tabledesign.testing.verbs import (
    VERBS,
    Around,
    Drawn,
    Verb,
    at_identity,
    draw_identity,
    held,
    suits_all,
    taken_errors,
)

__all__ = ["ALL_VERBS", "MOVE", "UPSERT"]


def _upsert(source: Source, around: Around) -> Drawn:
    for _ in range(10):
        entity = draw_entity(source, choice(source, around.entities), around.values)
        if suits_all(source, around, type(entity), _given(entity)):
            return (entity,)
    return None


def _given(entity: Entity) -> Change:
    primary = primary_fields(type(entity))
    names = [name for name in entity.model_fields_set if name not in primary]
    return Change().set(**{name: getattr(entity, name) for name in sorted(names)})


def _upserts(rows: Rows, tenant: str | None, now: datetime, entity: Entity) -> Expected:
    at = identify(tenant, entity)
    row = held(rows, at, now)
    after = row_of(entity) if row is None else changed(row, _given(entity))
    return Expected({**rows, at: after}, after.entity)


def _move(source: Source, around: Around) -> Drawn:
    identity = draw_identity(source, around)
    kind: type[Entity] = identity.entity
    name = choice(source, primary_fields(kind)) if primary_fields(kind) else ""
    if not name:
        return None
    value = draw_field(source, kind, name, around.values)
    if value == identity.values[name]:
        return None
    return (identity, {name: value})


def _moves(
    rows: Rows, tenant: str | None, now: datetime, identity: Identity[Any], values: dict[str, Any]
) -> Expected:
    at = at_identity(tenant, identity)
    row = held(rows, at, now)
    if row is None:
        return Expected(rows, error=ItemMissing)
    kind = type(row.entity)
    try:
        moved = kind.model_validate({**row.entity.__dict__, **values}, by_name=True)
    except ValidationError:
        return Expected(rows, error=ValidationError)
    to = identify(tenant, moved)
    if held(rows, to, now) is not None:
        rest = {each: row for each, row in rows.items() if each != at}
        return Expected(rows, error=taken_errors({**rest, to: row_of(moved)}, now))
    rest = {each: row for each, row in rows.items() if each != at}
    # The item is written anew as a whole: a default that was only read is stored from now on.
    absent = frozenset(
        name for name in row.absent if getattr(moved, name) in (None, set(), frozenset())
    )
    return Expected({**rest, to: Row(moved, absent)}, moved)


def _run_move(repository: Any, identity: Identity[Any], values: dict[str, Any]) -> object:
    moved: object = repository.move(identity, **values)
    return moved


UPSERT = Verb("upsert", _upsert, _upserts, 8)
MOVE = Verb("move", _move, _moves, 6, run=_run_move)
ALL_VERBS: tuple[Verb, ...] = (*VERBS, UPSERT, MOVE)
"""Every verb the kit knows."""
