"""What must hold of an entity's keys, alone and beside the other entities of its table."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from tabledesign.errors import Refusal
from tabledesign.keys.composite import Composite
from tabledesign.keys.composite import Part as KeyPart
from tabledesign.keys.spaces import KeySpace
from tabledesign.schema.binding import declared_keys, is_optional, required_type
from tabledesign.schema.key import BoundKey
from tabledesign.schema.when import When, exclusive, present

if TYPE_CHECKING:
    from tabledesign.keys.overlap import Witness
    from tabledesign.schema.entity import Entity

__all__ = ["domains", "entity_refusals", "membership"]


def membership(key: BoundKey[Any]) -> When:
    """The whole condition under which an item has the key, its sparse parts included."""
    when = key.when
    for half in (key.partition, key.sort):
        if isinstance(half, Composite):
            for component in half.components:
                if isinstance(component, KeyPart) and component.absent is None:
                    field = key.entity.model_fields.get(component.field)
                    if field is not None and is_optional(field.annotation):
                        when = when & present(component.field)
        elif half is not None:
            for name in half.fields:
                if is_optional(key.entity.model_fields[name].annotation):
                    when = when & present(name)
    return when


def domains(entity: type[Entity]) -> Mapping[str, tuple[object, ...]]:
    """All values of each field that has only a few: enums, booleans and literals."""
    found: dict[str, tuple[object, ...]] = {}
    for name, field in entity.model_fields.items():
        annotation = required_type(field.annotation)
        values: tuple[object, ...] = ()
        if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
            values = tuple(annotation)
        elif annotation is bool:
            values = (False, True)
        elif get_origin(annotation) is Literal:
            values = get_args(annotation)
        if values:
            found[name] = (*values, None) if is_optional(field.annotation) else values
    return found


def entity_refusals(entity: type[Entity]) -> list[Refusal]:
    """Everything wrong with the entity's keys that their own declarations do not show."""
    return [*_primary(entity), *_name(entity), *_own_overlaps(entity), *_foreign_overlaps(entity)]


def _primary(entity: type[Entity]) -> Iterator[Refusal]:
    primaries = [name for name, key in declared_keys(entity).items() if key.index is None]
    where = entity.__name__
    if not primaries:
        yield Refusal(
            "schema.no_primary_key",
            where,
            "the entity has no primary key",
            'Declare one: by_id = Key(partition="id")',
        )
    elif len(primaries) > 1:
        yield Refusal(
            "schema.several_primary_keys",
            where,
            f"{' and '.join(primaries)} are all primary keys",
            "Put all but one on an index",
        )


def _name(entity: type[Entity]) -> Iterator[Refusal]:
    other = entity.__table__.entities.get(entity.__entity_name__)
    if other is None or _same_declaration(entity, other):
        return
    yield Refusal(
        "schema.duplicate_entity",
        entity.__name__,
        f"table {entity.__table__.name!r} already has an entity stored as "
        f"{entity.__entity_name__!r}",
        'Give this one another name: class ...(Entity, table=..., name="...")',
    )


def _same_declaration(a: type, b: type) -> bool:
    # A module that is run again (a reload, a notebook cell) declares the same class anew.
    return (a.__module__, a.__qualname__) == (b.__module__, b.__qualname__)


def _own_overlaps(entity: type[Entity]) -> Iterator[Refusal]:
    known = domains(entity)
    for a, b in combinations(entity.__keys__.values(), 2):
        if a.place.name != b.place.name or a.place.kind == "primary":
            continue  # several primary keys are refused as such
        where = f"{a} and {b}"
        if not exclusive(membership(a), membership(b), known):
            yield Refusal(
                "key.not_exclusive",
                where,
                f"an item can have both keys at once, and {a.place.title} holds one",
                "Give them conditions that exclude each other with when=, or another index",
            )
        elif _overlap(a.space, b.space) is not None:
            yield Refusal(
                "key.same_space",
                where,
                f"both keys can make the same text on {a.place.title}",
                'Give each a Label of its own among its sort parts: sort=(Label("open"), ...)',
            )


def _foreign_overlaps(entity: type[Entity]) -> Iterator[Refusal]:
    name = entity.__entity_name__
    for key in entity.__keys__.values():
        space = key.space
        for other in entity.__table__.neighbours.of(name, key.place.name, space):
            witness = _overlap(space, other)
            if witness is not None:
                yield _overlap_refusal(space, other, witness)


def _overlap(a: KeySpace, b: KeySpace) -> Witness | None:
    from tabledesign.keys.overlap import overlap  # most designs have nothing to compare

    return overlap(a, b)


def _overlap_refusal(a: KeySpace, b: KeySpace, witness: Witness) -> Refusal:
    text = f"{witness.partition!r}, {witness.sort!r}"
    shown = f"both can make the key ({text}): {dict(witness.values_a)}, {dict(witness.values_b)}"
    if not witness.exact:
        shown = f"that both can make a key such as ({text}) could not be disproved"
    return Refusal(
        "key.overlap",
        f"{a.owner} and {b.owner}",
        shown,
        "Declare the parts as fields instead of a template, or start the templates with "
        "different constant texts",
    )
