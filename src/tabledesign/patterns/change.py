"""A change: a described partial update of an entity, as a value."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.expressions import Condition, Path, attribute
from tabledesign.expressions.comparisons import Compare, Exists
from tabledesign.expressions.updates import (
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Clause,
    Discard,
    Increment,
    Prepend,
    Remove,
)
from tabledesign.patterns.arithmetic import negative, total

__all__ = ["Change"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of which fields; each method gives a new change.

    Leaving a field out and setting it to None are different: None is stored as null, `remove`
    takes the attribute away. Every field, or place inside one, is named once.

    >>> sorted(Change().set(title="New", due=None).remove("notes").touched)
    ['due', 'notes', 'title']
    """

    clauses: tuple[Clause, ...] = ()
    bounds: tuple[Condition, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """Every field the change names."""
        return frozenset(clause.path.name for clause in self.clauses)

    def set(self, **values: object) -> Change:
        """Assign these fields."""
        return self._and(Assign(attribute(name), value) for name, value in values.items())

    def set_if_absent(self, **values: object) -> Change:
        """Assign these fields where the attribute is not there; a stored null is there."""
        return self._and(AssignIfAbsent(attribute(name), value) for name, value in values.items())

    def remove(self, *fields: str) -> Change:
        """Take these optional fields away; they read as their default."""
        return self._and(Remove(attribute(name)) for name in fields)

    def add(self, **amounts: object) -> Change:
        """Add to these numbers; a missing one counts as its default, or as 0."""
        return self._and(
            Increment(attribute(name), amount, when_absent=0) for name, amount in amounts.items()
        )

    def subtract(self, **amounts: object) -> Change:
        """Take from these numbers; a missing one counts as its default, or as 0."""
        return self._and(
            Increment(attribute(name), _negative(name, amount), when_absent=0)
            for name, amount in amounts.items()
        )

    def increment(
        self,
        name: str,
        by: int | Decimal = 1,
        *,
        at_least: int | Decimal | None = None,
        at_most: int | Decimal | None = None,
    ) -> Change:
        """Add ``by`` to a number that is there, only if the result stays within the bounds.

        Out of bounds, or where the item has no such attribute, the write fails with
        `ConditionFailed`, and nothing changes.
        """
        path = attribute(name)
        bounds = [*self.bounds, Exists(path)]
        if at_least is not None:
            bounds.append(Compare(path, ">=", total(at_least, negative(by))))
        if at_most is not None:
            bounds.append(Compare(path, "<=", total(at_most, negative(by))))
        extended = self._and([Increment(path, by)])
        return Change(extended.clauses, tuple(bounds))

    def append(self, **values: object) -> Change:
        """Put values behind these lists; a missing one counts as empty."""
        return self._and(
            Append(attribute(name), _list_of(name, new), when_absent=[])
            for name, new in values.items()
        )

    def prepend(self, **values: object) -> Change:
        """Put values before these lists; a missing one counts as empty."""
        return self._and(
            Prepend(attribute(name), _list_of(name, new), when_absent=[])
            for name, new in values.items()
        )

    def add_to(self, **members: object) -> Change:
        """Put members into these sets."""
        return self._and(Add(attribute(name), new) for name, new in members.items())

    def discard_from(self, **members: object) -> Change:
        """Take members out of these sets; those that are not there do no harm."""
        return self._and(Discard(attribute(name), old) for name, old in members.items())

    def set_at(self, path: Path, value: object) -> Change:
        """Assign a place inside a field: ``set_at(field("address")["city"], "Oslo")``."""
        return self._and([Assign(path, value)])

    def remove_at(self, path: Path) -> Change:
        """Take away a place inside a field."""
        return self._and([Remove(path)])

    def _and(self, clauses: Iterable[Clause]) -> Change:
        merged = self.clauses
        for clause in clauses:
            for other in merged:
                if clause.path.segments == other.path.segments:
                    raise InputError(
                        f"the change names {str(clause.path)!r} twice; say once what is to "
                        "become of it",
                        code="change.twice",
                        field=clause.path.name,
                    )
            merged = (*merged, clause)
        return Change(merged, self.bounds)


def _list_of(name: str, values: object) -> list[object]:
    """The values as a list; a text or a lone value is not one."""
    kind = type(values).__name__
    if isinstance(values, str | bytes | dict) or not isinstance(values, Iterable):
        raise InputError(
            f"{name!r} is a {kind}; give a list of the values to put in",
            code="change.not_a_list",
            field=name,
        )
    return list(cast("Iterable[object]", values))


def _negative(name: str, amount: object) -> object:
    if isinstance(amount, float):
        return -amount
    if isinstance(amount, int | Decimal) and not isinstance(amount, bool):
        return negative(amount)
    raise InputError(
        f"{name!r} is a {type(amount).__name__}; give a number to subtract",
        code="change.not_a_number",
        field=name,
    )
