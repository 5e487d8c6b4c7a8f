"""Whole entities, changes of them, and arguments of patterns, drawn from any design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast, get_args, get_origin

from pydantic import ValidationError

from tabledesign.codec.annotations import Spelled, spelled
from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range, Slot, StartsWith
from tabledesign.patterns.change import Change
from tabledesign.patterns.plan import Plan
from tabledesign.schema.binding import declared_keys, required_type
from tabledesign.schema.entity import Entity
from tabledesign.testing.by_name import made
from tabledesign.testing.model import primary_fields
from tabledesign.testing.source import Source, chance, choice, weighted
from tabledesign.testing.values import Draw, draw_spelled, draw_value

__all__ = ["Values", "draw_arguments", "draw_change", "draw_entity", "key_fields"]

Values = Mapping[str, Draw]
"""Functions that draw the values of the fields called so, where a type does not say enough."""

TRIES = 200


@cache
def key_fields(entity: type[Entity]) -> frozenset[str]:
    """The fields that stand in any key of the entity."""
    return frozenset(name for key in entity.__keys__.values() for name in key.fields)


def draw_entity(source: Source, entity: type[Entity], values: Values | None = None) -> Entity:
    """An entity its own model accepts; raises `InputError` if none is found in 200 tries."""
    fault = ""
    for _ in range(TRIES):
        drawn = {
            name: draw_field(source, entity, name, values)
            for name, info in entity.model_fields.items()
            if info.is_required() or chance(source, 60)
        }
        try:
            return made(entity, drawn)
        except ValidationError as error:
            last = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(each) for each in last["loc"]) or "the whole"
            fault = f"at {where}: {last['msg']}"
    raise InputError(
        f"no {entity.__name__} that its validators accept was found in {TRIES} tries, the last "
        f"failed {fault}; give values= a function for the field",
        code="testing.no_entity",
    )


def draw_field(
    source: Source, entity: type[Entity], name: str, values: Values | None = None
) -> Any:
    """A value of one field."""
    if values is not None and name in values:
        return values[name](source)
    return draw_spelled(source, _taken(entity, name), identifies=name in key_fields(entity))


@cache
def _taken(entity: type[Entity], name: str) -> Spelled:
    info = entity.model_fields[name]
    return spelled(info.annotation, info.metadata)


def draw_change(source: Source, entity: type[Entity], values: Values | None = None) -> Change:
    """A change of one to three fields; in half of the cases whole keys at once."""
    own = {entity.__settings__.version, *primary_fields(entity)}
    fields = [name for name in entity.model_fields if name not in own]
    if not fields:
        return Change()
    chosen = dict.fromkeys(choice(source, fields) for _ in range(source.integer(1, 3)))
    if chance(source, 50):
        for key in declared_keys(entity).values():
            bound = entity.__keys__[key.name]
            parts = {*bound.fields, *bound.when.fields}
            if parts & set(chosen):
                chosen |= dict.fromkeys(name for name in fields if name in parts)
    change = Change()
    for name in chosen:
        change = _extended(source, change, entity, name, values)
    return change


def _extended(
    source: Source, change: Change, entity: type[Entity], name: str, values: Values | None
) -> Change:
    info, taken = entity.model_fields[name], _taken(entity, name)
    own = values is not None and name in values
    verbs: list[tuple[str, int]] = [("set", 6)]
    if not info.is_required():
        verbs.append(("remove", 2))
    if taken.type is int and not (taken.nullable or taken.metadata or own):
        verbs += [("add", 2), ("increment", 1)]
    if get_origin(taken.type) is list and not (taken.nullable or taken.metadata or own):
        verbs.append(("append", 2))
    if get_origin(taken.type) in (set, frozenset) and not (taken.metadata or own):
        verbs += [("add_to", 2), ("discard_from", 2)]
    verb = weighted(source, verbs)
    if verb == "remove":
        return change.remove(name)
    if verb == "add":
        return change.add(**{name: source.integer(-3, 3)})
    if verb == "increment":
        return change.increment(name, source.integer(-3, 3), at_least=0, at_most=10)
    value = draw_field(source, entity, name, values)
    if verb in ("add_to", "discard_from") and not value:
        return change.set(**{name: value})
    changed: Change = getattr(change, verb)(**{name: value})
    return changed


def draw_arguments(
    source: Source, plan: Plan, known: Sequence[Entity], values: Values | None = None
) -> dict[str, object]:
    """Arguments of a pattern: those that meet an existing entity in four of five cases."""
    entities = [entity for entity in known if type(entity) in plan.entities]
    met = choice(source, entities) if entities and chance(source, 80) else None
    return {
        parameter.name: _argument(source, plan, parameter.name, parameter.annotation, met, values)
        for parameter in plan.parameters
    }


def _argument(
    source: Source,
    plan: Plan,
    name: str,
    annotation: object,
    met: Entity | None,
    values: Values | None,
) -> object:
    field = _field_of(plan, name)

    def value(kind: object) -> Any:
        if met is not None and chance(source, 80) and getattr(met, field, None) is not None:
            return getattr(met, field)
        if values is not None and field in values:
            return values[field](source)
        info = plan.entities[0].model_fields.get(field)
        metadata = () if info is None else info.metadata
        return draw_value(source, required_type(kind), metadata, identifies=True)

    element = next(iter(get_args(annotation)), str)
    if Range in (annotation, get_origin(annotation)):
        return _range(source, value, element)
    if annotation is StartsWith:
        text = str(value(str))
        return StartsWith(text[: source.integer(1, len(text))] if text else "p")
    if get_origin(annotation) is not None and name in _varied(plan):
        return [value(element) for _ in range(source.integer(0, 3))]
    return value(annotation)


def _range(source: Source, value: Any, element: object) -> Range[Any]:
    ends = [value(element) if chance(source, 75) else None for _ in range(2)]
    include = {"include_start": chance(source, 60), "include_end": chance(source, 60)}
    try:
        return Range(ends[0], ends[1], **include)
    except InputError:
        return Range(ends[1], ends[0], **include)


def _varied(plan: Plan) -> list[str]:
    slot = plan.equal.get(plan.varied or "")
    return [slot.name] if isinstance(slot, Slot) else []


def _field_of(plan: Plan, argument: str) -> str:
    """The field that an argument is compared with, or its own name."""
    given: dict[str, object] = {**plan.equal}
    if plan.operator_field is not None:
        given[plan.operator_field] = plan.operator
    for name, value in given.items():
        if any(slot.name == argument for slot in _slots(value)):
            return name
    if plan.condition is not None:
        for at in plan.condition.values.values():
            if isinstance(at.value, Slot) and at.value.name == argument:
                return at.path.name
    return argument


def _slots(value: object) -> list[Slot]:
    if isinstance(value, Range):
        ends = cast("Range[object]", value)
        return [*_slots(ends.start), *_slots(ends.end)]
    if isinstance(value, StartsWith):
        return _slots(cast("object", value.text))
    return [value] if isinstance(value, Slot) else []
