"""Conditions: what must be true of an item, as frozen values joined by ``&``, ``|`` and ``~``."""

from __future__ import annotations

from typing import NoReturn

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError

__all__ = ["And", "Condition", "Not", "Or", "all_of", "any_of"]


class Condition:
    """The base of all conditions.

    >>> from tabledesign.expressions.comparisons import Exists, NotExists
    >>> from tabledesign.expressions.paths import attribute
    >>> wanted = Exists(attribute("title")) & NotExists(attribute("due"))
    >>> len(wanted.parts), ~~wanted == wanted
    (2, True)
    """

    __slots__ = ()

    def __and__(self, other: Condition) -> And:
        return And((self, other))

    def __or__(self, other: Condition) -> Or:
        return Or((self, other))

    def __invert__(self) -> Condition:
        # DynamoDB's conditions are two-valued: of a missing attribute they are false, not unknown.
        return self.part if isinstance(self, Not) else Not(self)

    def __bool__(self) -> NoReturn:
        raise InputError(
            "a condition has no truth value before DynamoDB has decided it; "
            "join conditions with &, | and ~ instead of and, or, not",
            code="condition.truth_value",
        )


@dataclass(frozen=True, slots=True)
class And(Condition):
    """All parts hold: two or more, none of them an `And`, whose parts stand here instead."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _flat(And, self.parts))


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """At least one part holds: two or more, none of them an `Or`, as in `And`."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _flat(Or, self.parts))


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The part does not hold."""

    part: Condition

    def __post_init__(self) -> None:
        _check_condition(self.part)


def all_of(first: Condition, *rest: Condition) -> Condition:
    """All the conditions hold; one alone is given back as it is."""
    return And((first, *rest)) if rest else first


def any_of(first: Condition, *rest: Condition) -> Condition:
    """At least one of the conditions holds; one alone is given back as it is."""
    return Or((first, *rest)) if rest else first


def _flat(joint: type[And | Or], conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    parts: list[Condition] = []
    for condition in conditions:
        _check_condition(condition)
        parts += condition.parts if isinstance(condition, joint) else (condition,)
    if len(parts) < 2:
        raise InputError(
            "a joint condition needs two parts or more; use the single condition as it is",
            code="condition.parts",
        )
    return tuple(parts)


def _check_condition(condition: object) -> None:
    if not isinstance(condition, Condition):
        # The usual way here is `field("status") == value`, which Python decides on the spot.
        raise InputError(
            f"a condition is expected and {type(condition).__name__} is given; "
            "write comparisons as methods, such as field('status').equals(value)",
            code="condition.kind",
        )
