"""From declared rules and settings to bound ones, faults listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tabledesign.errors import Refusal
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.scalars import scalar_of, why_not
from tabledesign.schema.binding import nearest, required_type
from tabledesign.schema.integrity import RESERVED_NAMES, BoundRule, Rule, Settings
from tabledesign.schema.key import TENANT

if TYPE_CHECKING:
    from tabledesign.schema.entity import Entity

__all__ = ["bind_rules", "setting_refusals"]


def bind_rules(entity: type[Entity]) -> tuple[dict[str, BoundRule[Any]], list[Refusal]]:
    """Every declared rule bound to the entity's table, and what is wrong with the others."""
    bound: dict[str, BoundRule[Any]] = {}
    refusals: list[Refusal] = []
    for name, rule in _declared(entity).items():
        faults = list(_rule_refusals(entity, rule))
        refusals.extend(faults)
        if not faults:
            bound[name] = _bind(entity, rule)
    if entity.__entity_name__ in RESERVED_NAMES:
        fault = f"an entity may not be stored as {entity.__entity_name__!r}"
        refusals.append(
            Refusal("schema.reserved_name", entity.__name__, fault, 'Choose another name="..."')
        )
    return bound, refusals


def _declared(entity: type) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for base in reversed(entity.__mro__):
        rules.update({n: v for n, v in vars(base).items() if isinstance(v, Rule)})
    return rules


def _rule_refusals(entity: type[Entity], rule: Rule) -> Iterator[Refusal]:
    where = f"{entity.__name__}.{rule.name}"
    known = list(entity.model_fields)
    for name in sorted({*rule.fields, *rule.when.fields}):
        if name not in known:
            fault = f"{entity.__name__} has no field {name!r}"
            yield Refusal("rule.unknown_field", where, fault, nearest(name, known))
    for name in rule.fields:
        if name in known:
            annotation = required_type(entity.model_fields[name].annotation)
            if scalar_of(annotation) is None:
                fault = f"{name!r} cannot stand in a key: {why_not(annotation)}"
                yield Refusal("rule.unsupported_type", where, fault, "Choose another field")
    if rule.kind == "unique" and not rule.fields:
        yield Refusal("rule.no_fields", where, "it names no field", 'Write Unique("email")')


def _bind(entity: type[Entity], rule: Rule) -> BoundRule[Any]:
    parts: list[Part | Label] = []
    if entity.__table__.tenants:
        text = scalar_of(str)
        assert text is not None
        parts.append(Part(TENANT, text))
    parts += [Label(rule.kind), Label(entity.__entity_name__), Label(rule.name)]
    for name in rule.fields:
        scalar = scalar_of(required_type(entity.model_fields[name].annotation))
        assert scalar is not None
        parts.append(Part(name, scalar))
    sort = Composite((Label(rule.kind),))
    return BoundRule(
        entity, rule.name, rule.kind, Composite(tuple(parts)), sort, rule.when, rule.fields
    )


def setting_refusals(entity: type[Entity], settings: Settings) -> Iterator[Refusal]:
    """What is wrong with the fields the library is to keep itself."""
    wanted = (
        ("versioned", settings.version, "integer"),
        ("created", settings.created, "datetime"),
        ("updated", settings.updated, "datetime"),
    )
    for option, name, kind in wanted:
        if name is None:
            continue
        field = entity.model_fields.get(name)
        where = f"{entity.__name__}({option}={name!r})"
        if field is None:
            fault = f"{entity.__name__} has no field {name!r}"
            remedy = nearest(name, list(entity.model_fields))
            yield Refusal("setting.unknown_field", where, fault, remedy)
            continue
        scalar = scalar_of(required_type(field.annotation))
        if scalar is None or scalar.kind != kind:
            fault = f"{name!r} is not of type {kind}"
            yield Refusal("setting.type", where, fault, f"Declare {name!r} as {kind}")
