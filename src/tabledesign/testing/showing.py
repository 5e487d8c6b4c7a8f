"""Values of a history as a reader, or an editor, wants them: as the code that makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, cast

from tabledesign.expressions.updates import Clause
from tabledesign.patterns.change import Change
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity

__all__ = ["Options", "shown"]


class Options(dict[str, Any]):
    """The keywords of a call, as the last of its arguments."""


def shown(value: object) -> str:
    """The value as code; an entity with the fields that were given, a moment in UTC.

    >>> shown({"at": datetime(2026, 1, 1, tzinfo=UTC)})
    "{'at': datetime(2026, 1, 1, 0, 0, tzinfo=UTC)}"
    """
    match value:
        case Entity():
            given = {n: v for n, v in value.__dict__.items() if n in value.model_fields_set}
            return f"{type(value).__name__}({_named(given)})"
        case Identity():
            entity, values = cast("Any", value).entity, cast("Any", value).values
            keys: Mapping[str, Any] = getattr(entity, "__keys__", {})
            primary = (name for name, key in keys.items() if key.place.kind == "primary")
            return f"{entity.__name__}.{next(primary, '')}({_named(values)})"
        case Change(clauses):
            return "Change" + "".join(f".{_clause(clause)}" for clause in clauses)
        case Options():
            return _named(cast("Mapping[str, object]", value))
        case Enum():
            return str(value)
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo else value
            return repr(moment).replace("datetime.", "").replace("timezone.utc", "UTC")
        case _:
            return _contained(value)


def _contained(value: object) -> str:
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value).items()
        return "{" + ", ".join(f"{name!r}: {shown(each)}" for name, each in entries) + "}"
    if isinstance(value, list | tuple):
        inner = ", ".join(shown(each) for each in cast("Sequence[object]", value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return repr(value).replace("datetime.date(", "date(")


def _named(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={shown(each)}" for name, each in values.items())


def _clause(clause: Clause) -> str:
    slots: tuple[str, ...] = tuple(getattr(type(clause), "__slots__", ()))
    rest = [shown(getattr(clause, name)) for name in slots if name not in ("path", "when_absent")]
    return f"{type(clause).__name__.lower()}({', '.join([str(clause.path), *rest])})"
