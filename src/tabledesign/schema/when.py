"""The declared condition under which an item has a key, decidable from part of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from tabledesign.dataclass import dataclass

__all__ = ["Clause", "When", "absent", "always_one", "equals", "exclusive", "one_of", "present"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One field that must be None (``values`` is (None,)), or must be among values, or must not.

    ``holds`` for ``negated`` when the value is none of ``values``.
    """

    field: str
    values: tuple[object, ...]
    negated: bool = False

    def holds(self, value: object) -> bool:
        """Whether the clause is true of the field's value."""
        return (value in self.values) is not self.negated

    def __str__(self) -> str:
        if self.values == (None,):
            return f"{self.field} is {'present' if self.negated else 'absent'}"
        shown = ", ".join(str(getattr(value, "value", value)) for value in self.values)
        return f"{self.field} is {'not ' if self.negated else ''}{shown}"


@dataclass(frozen=True, slots=True)
class When:
    """Clauses that must all hold; without clauses it always holds.

    >>> str(absent("completed_at") & equals("kind", "bug"))
    'completed_at is absent and kind is bug'
    """

    clauses: tuple[Clause, ...] = ()

    def __and__(self, other: When) -> When:
        return When(self.clauses + other.clauses)

    def __str__(self) -> str:
        return " and ".join(str(clause) for clause in self.clauses) or "always"

    @property
    def fields(self) -> frozenset[str]:
        """The fields the condition reads."""
        return frozenset(clause.field for clause in self.clauses)

    def decide(self, known: Mapping[str, object]) -> bool | None:
        """True or false as far as the known fields tell, None where they leave it open."""
        verdicts = [
            clause.holds(known[clause.field]) if clause.field in known else None
            for clause in self.clauses
        ]
        if any(verdict is False for verdict in verdicts):
            return False
        return None if any(verdict is None for verdict in verdicts) else True


def absent(field: str) -> When:
    """The item has the key while the field is None."""
    return When((Clause(field, (None,)),))


def present(field: str) -> When:
    """The item has the key while the field is not None."""
    return When((Clause(field, (None,), negated=True),))


def equals(field: str, value: object) -> When:
    """The item has the key while the field has this value."""
    return When((Clause(field, (value,)),))


def one_of(field: str, *values: object) -> When:
    """The item has the key while the field has one of these values."""
    return When((Clause(field, values),))


_OTHER = object()  # stands for every value that no clause mentions


def _states(
    conditions: tuple[When, ...], domains: Mapping[str, tuple[object, ...]]
) -> Iterator[dict[str, object]]:
    """Every distinguishable state of the fields that the conditions read.

    ``domains`` lists all values of a field where they are few (an enum, a bool, never None);
    any other field takes the values that are mentioned, None, and one that stands for the rest.
    """
    mentioned: dict[str, dict[object, None]] = {}
    for condition in conditions:
        for clause in condition.clauses:
            mentioned.setdefault(clause.field, {}).update(dict.fromkeys(clause.values))
    fields = list(mentioned)
    choices = [domains.get(field) or (*mentioned[field], None, _OTHER) for field in fields]
    for values in product(*choices):
        yield dict(zip(fields, values, strict=True))


def exclusive(a: When, b: When, domains: Mapping[str, tuple[object, ...]]) -> bool:
    """Whether no state of the fields satisfies both conditions."""
    return not any(a.decide(state) and b.decide(state) for state in _states((a, b), domains))


def always_one(conditions: tuple[When, ...], domains: Mapping[str, tuple[object, ...]]) -> bool:
    """Whether every state of the fields satisfies at least one of the conditions."""
    return all(
        any(condition.decide(state) for condition in conditions)
        for state in _states(conditions, domains)
    )
