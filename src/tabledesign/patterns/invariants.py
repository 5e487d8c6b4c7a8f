"""What judges an entity besides the types of its fields, and the fields each judge looks at.

A change to an item that was not read must not leave one that cannot be read any more. Where a
judge looks at a touched field and at one whose value is not known, the item is read first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from inspect import signature
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.expressions.updates import Assign, AssignIfAbsent, Clause, Remove
from tabledesign.patterns.attribute_reads import attributes_read
from tabledesign.patterns.bounds import moves_away
from tabledesign.patterns.constraint import constraints
from tabledesign.schema.entity import Entity

__all__ = ["check_known", "judging_fields", "looks_at_others", "unknown_to_invariants"]

Trigger = Literal["touched", "derived", "taken"]
"""What makes an invariant be judged anew: any clause on its fields, one that makes the value
from the old one, or one that takes a place inside it away."""


@dataclass(frozen=True, slots=True)
class _Invariant:
    """Something that must hold of these fields together.

    ``check`` judges an entity of which these fields are known; it is None where only the whole
    item can tell.
    """

    name: str
    fields: frozenset[str]
    trigger: Trigger = "touched"
    check: Callable[[Any], object] | None = None


def unknown_to_invariants(
    entity: type[Entity], clauses: tuple[Clause, ...], known: Mapping[str, object]
) -> Mapping[str, tuple[str, ...]]:
    """By invariant, the fields it looks at that are not known, where a clause may break it.

    ``known`` are the fields whose value after the change is known, the primary key's among them.
    """
    lacking: dict[str, tuple[str, ...]] = {}
    for invariant in _judging(entity, clauses):
        missing = invariant.fields - known.keys()
        if missing:
            lacking[invariant.name] = tuple(sorted(missing))
    return lacking


def judging_fields(entity: type[Entity], clauses: tuple[Clause, ...]) -> frozenset[str]:
    """Every field that the invariants look at which these clauses may break."""
    return frozenset[str]().union(*(each.fields for each in _judging(entity, clauses)))


def check_known(
    entity: type[Entity], clauses: tuple[Clause, ...], known: Mapping[str, object]
) -> None:
    """Have the invariants judge what is known; raises `InputError` ``update.invalid``."""
    for invariant in _judging(entity, clauses):
        if invariant.check is None or invariant.fields - known.keys():
            continue
        values = {name: known[name] for name in invariant.fields}
        try:
            invariant.check(entity.model_construct(_fields_set=set(values), **values))
        except (ValueError, AssertionError) as error:
            raise InputError(
                f"the change would leave a {entity.__name__} that is not valid: {error}; "
                "change what belongs together in one change",
                code="update.invalid",
            ) from None


def looks_at_others(validator: Callable[..., object]) -> bool:
    """Whether a validator of one field may be told of the others: it takes pydantic's ``info``."""
    return any(
        parameter.name == "info" or "ValidationInfo" in str(parameter.annotation)
        for parameter in signature(validator).parameters.values()
    )


def _judging(entity: type[Entity], clauses: tuple[Clause, ...]) -> Iterator[_Invariant]:
    """The invariants that a change with these clauses may break."""
    touched = {
        "touched": {clause.path.name for clause in clauses},
        "derived": {
            clause.path.name
            for clause in clauses
            if not (_is_judged_already(clause) or _stays_within(entity, clause))
        },
        "taken": {clause.path.name for clause in clauses if _takes_from_inside(clause)},
    }
    for invariant in _invariants_of(entity):
        if invariant.fields & touched[invariant.trigger]:
            yield invariant


def _is_judged_already(clause: Clause) -> bool:
    """Whether the value was validated as the whole field, whatever the item holds."""
    whole = len(clause.path.segments) == 1
    return whole and isinstance(clause, Assign | AssignIfAbsent | Remove)


def _stays_within(entity: type[Entity], clause: Clause) -> bool:
    """Whether the value stays within the bounds of its field, and nothing else judges it."""
    validators = entity.__pydantic_decorators__.field_validators.values()
    watched = {name for validator in validators for name in validator.info.fields}
    return not {clause.path.name, "*"} & watched and moves_away(entity, clause)


def _takes_from_inside(clause: Clause) -> bool:
    return len(clause.path.segments) > 1 and isinstance(clause, Remove)


@cache
def _invariants_of(entity: type[Entity]) -> tuple[_Invariant, ...]:
    return (*_of_validators(entity), *_of_types(entity))


def _of_validators(entity: type[Entity]) -> Iterator[_Invariant]:
    everything = frozenset(entity.model_fields)
    for name, validator in entity.__pydantic_decorators__.model_validators.items():
        read: frozenset[str] | None = None
        if validator.info.mode == "after":
            read = attributes_read(validator.func, entity, everything)
        if read is None:
            yield _Invariant(f"the validator {name}", everything)
        elif read:
            yield _Invariant(f"the validator {name}", read, check=validator.func)
    for name, other in entity.__pydantic_decorators__.field_validators.items():
        if looks_at_others(other.func):
            yield _Invariant(f"the validator {name}", everything)


def _of_types(entity: type[Entity]) -> Iterator[_Invariant]:
    watched = {
        name
        for validator in entity.__pydantic_decorators__.field_validators.values()
        for name in validator.info.fields
    }
    for name, field in entity.model_fields.items():
        constrained = _is_constrained(field.metadata, field.annotation)
        if constrained or {name, "*"} & watched:
            yield _Invariant(f"the type of {name}", frozenset({name}), "derived")
        elif _holds_models(field.annotation):
            yield _Invariant(f"the type of {name}", frozenset({name}), "taken")


def _is_constrained(
    metadata: Iterable[object], kind: Any, seen: frozenset[object] = frozenset()
) -> bool:
    return bool([*constraints(metadata)]) or _has_constraints(kind, seen)


def _has_constraints(kind: Any, seen: frozenset[object] = frozenset()) -> bool:
    """Whether a value that can be stored in this type may still be refused by it."""
    if get_origin(kind) is Annotated:
        return _is_constrained(kind.__metadata__, get_args(kind)[0], seen)
    if not _is_model(kind):
        return bool([*constraints([kind])]) or any(
            _has_constraints(part, seen) for part in _parts(kind)
        )
    validators = kind.__pydantic_decorators__
    return bool(validators.model_validators or validators.field_validators) or any(
        _is_constrained(field.metadata, field.annotation, seen | {kind})
        for field in kind.model_fields.values()
        if kind not in seen
    )


def _holds_models(kind: Any) -> bool:
    return _is_model(kind) or any(map(_holds_models, _parts(kind)))


def _parts(kind: Any) -> tuple[Any, ...]:
    # What the type statement names is looked through; it came with Python 3.12.
    return get_args(getattr(kind, "__value__", kind))


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
