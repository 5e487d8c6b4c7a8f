"""Verbs of which the item's own state decides what is done: `upsert`, and `move`."""

from __future__ import annotations

from tabledesign.schema.entity import Entity
from tabledesign.testing.drawing import draw_entity, draw_field
from tabledesign.testing.model import primary_fields
from tabledesign.testing.outcomes import given_change
from tabledesign.testing.showing import Options
from tabledesign.testing.source import Source, choice
from tabledesign.testing.verbs import Verb, single
from tabledesign.testing.write_drawing import Around, Drawn, draw_target, suits_all

__all__ = ["MOVE", "UPSERT", "draw_move"]


def _upsert(source: Source, around: Around) -> Drawn:
    for _ in range(10):
        entity = draw_entity(source, choice(source, around.entities), around.values)
        if suits_all(source, around, type(entity), given_change(entity)):
            return (entity,)
    return None


def draw_move(source: Source, around: Around) -> Drawn:
    """An item, and another value for one field of its primary key."""
    target = draw_target(source, around)
    kind: type[Entity] = type(target) if isinstance(target, Entity) else target.entity
    if not primary_fields(kind):
        return None
    name = choice(source, primary_fields(kind))
    value = draw_field(source, kind, name, around.values)
    held = getattr(target, name) if isinstance(target, Entity) else target.values[name]
    return None if value == held else (target, Options({name: value}))


UPSERT = Verb("upsert", _upsert, single("upsert"), 8)
MOVE = Verb("move", draw_move, single("move"), 6)
