"""Writes of one item, drawn: what is created, put, changed, deleted, and on which conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from tabledesign.dataclass import dataclass, field
from tabledesign.expressions import Condition
from tabledesign.expressions.fields import field as path
from tabledesign.patterns.change import Change
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity
from tabledesign.testing.changing import changed
from tabledesign.testing.drawing import Values, draw_change, draw_entity
from tabledesign.testing.model import identify, primary_fields, row_of
from tabledesign.testing.showing import Options
from tabledesign.testing.source import Source, chance, choice

__all__ = [
    "Around",
    "Drawn",
    "draw_create",
    "draw_delete",
    "draw_identity",
    "draw_put",
    "draw_require",
    "draw_target",
    "draw_update",
    "suits_all",
    "versioned",
]

TRIES = 20
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Around:
    """What a call is drawn from: the entities of the table, and those stored at the moment.

    ``earlier`` are the arguments of the history's earlier calls, by verb.
    """

    entities: Sequence[type[Entity]]
    stored: Sequence[Entity]
    values: Values = field(default_factory=dict[str, Any])
    earlier: Mapping[str, Sequence[tuple[Any, ...]]] = field(
        default_factory=dict[str, Sequence[tuple[Any, ...]]]
    )


Drawn: TypeAlias = tuple[Any, ...] | None


def draw_create(source: Source, around: Around) -> tuple[Any, ...]:
    """An entity of any kind."""
    return (draw_entity(source, choice(source, around.entities), around.values),)


def draw_put(source: Source, around: Around) -> tuple[Entity]:
    """An entity, mostly with the version that it has in the table."""
    (entity,) = draw_create(source, around)
    return (versioned(source, around, entity),)


def versioned(source: Source, around: Around, entity: Entity) -> Entity:
    """The entity as it was read: by its version the newest, now and then an older or any one."""
    name = type(entity).__settings__.version
    if name is None or chance(source, 10):
        return entity
    at = identify(None, entity)
    stored = next((each for each in around.stored if identify(None, each) == at), None)
    number = 0 if stored is None else getattr(stored, name) or 0
    return entity.model_copy(update={name: number - chance(source, 15)})


def draw_identity(source: Source, around: Around) -> Identity[Any]:
    """That of a stored item in four of five cases."""
    if around.stored and chance(source, 80):
        found = choice(source, around.stored)
    else:
        found = draw_entity(source, choice(source, around.entities), around.values)
    kind = type(found)
    return Identity(kind, {name: getattr(found, name) for name in primary_fields(kind)})


def draw_target(source: Source, around: Around) -> Identity[Any] | Entity:
    """An identity, or an item as it was read, perhaps a while ago."""
    if chance(source, 60):
        return draw_identity(source, around)
    if around.stored and chance(source, 90):
        return versioned(source, around, choice(source, around.stored))
    return draw_put(source, around)[0]


def draw_update(source: Source, around: Around) -> Drawn:
    """A change of an item, perhaps under a condition or a policy."""
    target = draw_target(source, around)
    kind = _kind(target)
    for _ in range(TRIES):
        change = draw_change(source, kind, around.values)
        if not change.touched:
            return None
        if suits_all(source, around, kind, change):
            return (target, change, *_options(source, around, kind, policies=True))
    return None


def draw_delete(source: Source, around: Around) -> Drawn:
    """The deletion of an item, perhaps under a condition."""
    target = draw_target(source, around)
    return (target, *_options(source, around, _kind(target)))


draw_require = draw_delete


def _kind(target: Identity[Any] | Entity) -> type[Entity]:
    return type(target) if isinstance(target, Entity) else target.entity


def _options(
    source: Source, around: Around, kind: type[Entity], *, policies: bool = False
) -> tuple[Options, ...]:
    options = Options()
    if chance(source, 20):
        options["condition"] = _condition(source, around, kind)
    if policies and chance(source, 20):
        options["policy"] = choice(source, ("refuse", "require"))
        if options["policy"] == "require":
            options["given"] = _given(source, around, kind)
    return (options,) if options else ()


def _met(source: Source, around: Around, kind: type[Entity]) -> Entity:
    stored = [entity for entity in around.stored if type(entity) is kind]
    met = bool(stored) and chance(source, 80)
    return choice(source, stored) if met else draw_entity(source, kind, around.values)


def _condition(source: Source, around: Around, kind: type[Entity]) -> Condition:
    """What holds of a stored item, in most cases."""
    name = choice(source, list(kind.model_fields))
    value = getattr(_met(source, around, kind), name)
    plain = isinstance(value, str | int | Decimal | bytes | date | UUID | Enum)
    at = path(name)
    if not plain or chance(source, 30):
        return at.exists() if chance(source, 70) else at.not_exists()
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and chance(source, 50):
        return at.at_least(value)
    return at.equals(value) if chance(source, 70) else at.not_equals(value)


def _given(source: Source, around: Around, kind: type[Entity]) -> Mapping[str, object]:
    """The old values of all fields, or of most, as those of a stored item."""
    entity = _met(source, around, kind)
    kept = kind.__settings__
    own = {kept.version, kept.created, kept.updated, *primary_fields(kind)}
    names = (name for name in kind.model_fields if name not in own)
    return {name: getattr(entity, name) for name in names if chance(source, 95)}


def suits_all(source: Source, around: Around, kind: type[Entity], change: Change) -> bool:
    """Whether the change suits whatever may be there once it is written, by whichever client."""
    validators = kind.__pydantic_decorators__
    if not (validators.model_validators or validators.field_validators):
        return True  # each value is one its field takes, and nothing looks at several
    stored = [entity for entity in around.stored if type(entity) is kind]
    others = [draw_entity(source, kind, around.values) for _ in range(SAMPLES)]
    return all(_suits(change, entity) for entity in [*stored, *others])


def _suits(change: Change, entity: Entity) -> bool:
    try:
        changed(row_of(entity), change)
    except ValidationError:
        return False
    return True
