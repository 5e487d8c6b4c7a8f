"""Views: declared parts of an entity, for indexes that hold only part of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from tabledesign.codec import Stored
from tabledesign.errors import Refusal
from tabledesign.schema.binding import nearest
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey
from tabledesign.schema.query import Query
from tabledesign.schema.refusals import report

__all__ = ["View", "available_fields", "view_refusals"]


class View(BaseModel):
    """Some fields of an entity, read without the rest: ``class Title(View, of=Task)``.

    Each field must have the name and type it has in the entity. Raises `DesignError` otherwise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    __entity__: ClassVar[type[Entity]]

    def __init_subclass__(cls, *, of: type[Entity] | None = None, **config: Any) -> None:
        super().__init_subclass__(**config)

    @classmethod
    def __pydantic_init_subclass__(cls, *, of: type[Entity] | None = None, **config: Any) -> None:
        super().__pydantic_init_subclass__(**config)
        if of is None:
            return
        cls.__entity__ = of
        refusals: list[Refusal] = []
        for name, field in cls.model_fields.items():
            original = of.model_fields.get(name)
            if original is None or original.annotation != field.annotation:
                refusals.append(
                    Refusal(
                        "view.field",
                        f"{cls.__name__}.{name}",
                        f"{of.__name__} has no field of that name and type",
                        f"Give {name!r} the type it has in {of.__name__}"
                        if original is not None
                        else nearest(name, list(of.model_fields)),
                    )
                )
        report(refusals)


def available_fields(key: BoundKey[Any]) -> frozenset[str]:
    """The fields that a row of the key's index holds, in attributes or inside its keys."""
    entity: type[Entity] = key.entity
    if key.place.projection == "all":
        return frozenset(entity.model_fields)
    held = set(key.fields)
    for other in entity.__keys__.values():
        if other.place.kind == "primary":
            held |= set(other.fields)
    if isinstance(key.place.projection, tuple):
        held |= set(key.place.projection)
    return frozenset(held)


def _stored_as(entity: type[Entity], name: str, attribute: str | None) -> bool:
    marks = [
        mark.attribute for mark in entity.model_fields[name].metadata if isinstance(mark, Stored)
    ]
    return attribute == (marks[0] if marks else name)


def view_refusals(where: str, query: Query[Any]) -> Iterator[Refusal]:
    """What is wrong with reading these keys as whole entities, or as the view that is asked."""
    for key in query.keys:
        yield from _expiry_refusals(where, key)
        if query.view is None:
            yield from _whole_refusals(where, key)
        else:
            yield from _part_refusals(where, key, query.view)


def _expiry_refusals(where: str, key: BoundKey[Any]) -> Iterator[Refusal]:
    ttl = key.entity.__table__.ttl
    expires = any(_stored_as(key.entity, name, ttl) for name in key.entity.model_fields)
    if key.place.projection == "keys" and ttl is not None and expires:
        yield Refusal(
            "pattern.expiry_not_projected",
            where,
            f"index {key.place} does not hold {ttl!r}, and expired rows could not be told from "
            "others",
            "Project the fields you need into the index: it then holds the expiry too",
        )


def _whole_refusals(where: str, key: BoundKey[Any]) -> Iterator[Refusal]:
    held = available_fields(key)
    missing = [name for name in key.entity.model_fields if name not in held]
    if missing:
        yield Refusal(
            "pattern.partial_index",
            where,
            f"index {key.place} does not hold {', '.join(missing)} of {key.entity.__name__}, and "
            "a partial row is never the entity",
            "Ask .as_view(SomeView), or project more into the index",
        )


def _part_refusals(where: str, key: BoundKey[Any], view: type[Any]) -> Iterator[Refusal]:
    if getattr(view, "__entity__", None) is not key.entity:
        yield Refusal(
            "pattern.foreign_view",
            where,
            f"{view.__name__} is no view of {key.entity.__name__}",
            f"Declare it: class {view.__name__}(View, of={key.entity.__name__})",
        )
        return
    held = available_fields(key)
    missing = [name for name in view.model_fields if name not in held]
    if missing:
        yield Refusal(
            "pattern.view_not_projected",
            where,
            f"index {key.place} does not hold {', '.join(missing)}",
            "Project the fields into the index, or take them out of the view",
        )
