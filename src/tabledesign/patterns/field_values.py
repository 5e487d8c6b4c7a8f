"""The values a change gives to fields: checked one by one, as the entity's fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    ValidationError,
    WrapValidator,
)

from tabledesign.codec import codec_of
from tabledesign.dataclass import replace
from tabledesign.errors import InputError
from tabledesign.expressions.updates import (
    ABSENT,
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Clause,
    Increment,
    Prepend,
    Remove,
)
from tabledesign.patterns.arithmetic import total
from tabledesign.patterns.change import Change
from tabledesign.patterns.invariants import looks_at_others
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.binding import nearest
from tabledesign.schema.entity import Entity

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["UNKNOWN", "checked", "validated", "value_after"]

UNKNOWN = object()
"""Stands for a value after a change that cannot be told."""


def checked(entity: type[Entity], change: Change) -> Change:
    """The change with its assigned values validated as the entity's fields.

    Raises `InputError` for an unknown field, one of the primary key, the version, a required one
    that is removed, and a value its field does not accept.
    """
    if not change.clauses:
        raise InputError("the change is empty; set, remove or add something", code="update.empty")
    primary = set(primary_key(entity).fields)
    known = list(entity.model_fields)
    version = entity.__settings__.version
    for name in sorted(change.touched):
        if name not in known:
            raise InputError(
                f"{entity.__name__} has no field {name!r}. {nearest(name, known)}",
                code="update.unknown_field",
                field=name,
            )
        if name in primary:
            raise InputError(
                f"{name!r} is part of the primary key of {entity.__name__}, which no update may "
                "change; use move() to give the item another key",
                code="update.primary_key",
                field=name,
            )
        if name == version:
            raise InputError(
                f"{name!r} counts the writes of {entity.__name__} and is kept by the repository; "
                "leave it out of the change",
                code="update.version",
                field=name,
            )
    return Change(tuple(_clauses(entity, change)), change.bounds)


def _clauses(entity: type[Entity], change: Change) -> Iterator[Clause]:
    for clause in change.clauses:
        name = clause.path.name
        whole = len(clause.path.segments) == 1
        if isinstance(clause, Remove) and whole and not _may_go(entity, name):
            raise InputError(
                f"{name!r} cannot be removed from {entity.__name__}: it is required, or stands in "
                "a key with a default that is made anew each time; set it instead",
                code="update.required",
                field=name,
            )
        if whole and isinstance(clause, Assign):
            value = validated(entity, name, clause.value)
            # DynamoDB has no empty set: an attribute that is not there reads as one.
            empty = value in (set[object](), frozenset[object]())
            yield Remove(clause.path) if empty else Assign(clause.path, value)
        elif whole and isinstance(clause, AssignIfAbsent):
            yield AssignIfAbsent(clause.path, validated(entity, name, clause.value))
        elif whole and isinstance(clause, Increment | Append | Prepend):
            yield _from_default(entity, clause)
        else:
            yield clause


def _from_default(entity: type[Entity], clause: Increment | Append | Prepend) -> Clause:
    """The clause with the field's default in place of an absent attribute, which reads as it."""
    if clause.when_absent is ABSENT:
        return clause
    name = clause.path.name
    default: object = entity.model_fields[name].default
    if isinstance(clause, Increment):
        start = default if isinstance(default, int | Decimal | float) else 0
        stored = codec_of(entity).fields[name].kind.name
        kind = Decimal if stored.startswith("decimal") else type(start)
        return clause if isinstance(start, bool) else replace(clause, when_absent=kind(str(start)))
    return replace(clause, when_absent=default) if isinstance(default, list) else clause


def _may_go(entity: type[Entity], name: str) -> bool:
    field = entity.model_fields[name]
    if field.default_factory is None:
        return not field.is_required()
    keyed = {part for key in entity.__keys__.values() for part in (*key.fields, *key.when.fields)}
    ruled = {part for rule in entity.__rules__.values() for part in rule.reads}
    return name not in keyed | ruled


def value_after(entity: type[Entity], clause: Clause, before: object = UNKNOWN) -> object:
    """A field's value after a clause on it as a whole, `UNKNOWN` where that cannot be told.

    ``before`` is its value, where the write demands that it is so.
    """
    if len(clause.path.segments) > 1:
        return UNKNOWN
    if isinstance(clause, Assign):
        return clause.value
    if isinstance(clause, Remove):
        field = entity.model_fields[clause.path.name]
        # A default that is made from other fields is known once those are.
        if getattr(field, "default_factory_takes_validated_data", False):
            return UNKNOWN
        return field.get_default(call_default_factory=True)
    amount: object = None
    if isinstance(clause, Increment):
        amount = clause.by
    elif isinstance(clause, Add):
        amount = clause.value
    if not isinstance(amount, int | Decimal):
        return UNKNOWN
    return total(before, amount) if isinstance(before, int | Decimal) else UNKNOWN


def validated(entity: type[Entity], name: str, value: object) -> object:
    try:
        return _adapters(entity)[name].validate_python(value)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise InputError(
            f"{name!r} of {entity.__name__} is a {type(value).__name__}: {fault}; "
            "give a value the field accepts",
            code="update.value",
            field=name,
        ) from None


@cache
def _adapters(entity: type[Entity]) -> Mapping[str, TypeAdapter[Any]]:
    """A validator for each field by itself: its type, constraints and validators.

    A validator that is told of other fields is left out: it judges the whole item.
    """
    from pydantic import TypeAdapter

    adapters: dict[str, TypeAdapter[Any]] = {}
    for name, field in entity.model_fields.items():
        kind: Any = field.annotation
        for constraint in field.metadata:
            kind = Annotated[kind, constraint]
        for validator in entity.__pydantic_decorators__.field_validators.values():
            if {name, "*"} & set(validator.info.fields) and not looks_at_others(validator.func):
                kind = Annotated[kind, _AS_ANNOTATION[validator.info.mode](validator.func)]
        adapters[name] = TypeAdapter(kind)
    return adapters


_AS_ANNOTATION: Mapping[str, Callable[[Any], object]] = {
    "after": AfterValidator,
    "before": BeforeValidator,
    "plain": PlainValidator,
    "wrap": WrapValidator,
}
