"""Conditions and update clauses on fields, spelled as methods: ``field("status").equals(...)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from tabledesign.errors import InputError
from tabledesign.expressions.comparisons import (
    BeginsWith,
    Between,
    Compare,
    Contains,
    Exists,
    HasType,
    In,
    NotExists,
    Operand,
    Size,
    StoredType,
)
from tabledesign.expressions.paths import Path
from tabledesign.expressions.updates import (
    ABSENT,
    Add,
    Append,
    Assign,
    AssignIfAbsent,
    Discard,
    Increment,
    Prepend,
    Remove,
)

__all__ = ["FieldPath", "FieldSize", "field"]


class _Comparable:
    """The comparisons that a field and its size share.

    The other side is a value, a slot for one, or another field.
    """

    __slots__ = ()

    def equals(self, value: object) -> Compare:
        """The same type and value; None equals a stored null, not an absent attribute."""
        return Compare(_operand(self), "=", value)

    def not_equals(self, value: object) -> Compare:
        """Another type or value; true of an absent attribute too."""
        return Compare(_operand(self), "<>", value)

    def less(self, value: object) -> Compare:
        """Smaller than the value, and of its type."""
        return Compare(_operand(self), "<", value)

    def at_most(self, value: object) -> Compare:
        """Smaller than the value or equal to it, and of its type."""
        return Compare(_operand(self), "<=", value)

    def greater(self, value: object) -> Compare:
        """Greater than the value, and of its type."""
        return Compare(_operand(self), ">", value)

    def at_least(self, value: object) -> Compare:
        """Greater than the value or equal to it, and of its type."""
        return Compare(_operand(self), ">=", value)

    def between(self, low: object, high: object) -> Between:
        """From ``low`` to ``high``, both included."""
        return Between(_operand(self), low, high)

    def is_in(self, values: Sequence[object]) -> In:
        """One of 1 to 100 values; their number is part of the text: one slot cannot hold them."""
        return In(_operand(self), _as_tuple(values))


class FieldSize(Size, _Comparable):
    """The size of a field, to be compared with a number.

    >>> field("tags").size().at_most(5).operator
    '<='
    """

    __slots__ = ()


class FieldPath(Path, _Comparable):
    """A field, or what stands inside it: ``field("address")["city"]``.

    >>> wanted = field("status").equals("open") & field("due").less("2026-11-23")
    >>> [str(part.left) for part in wanted.parts]
    ['status', 'due']
    """

    __slots__ = ()

    def exists(self) -> Exists:
        """The attribute is there, be it null."""
        return Exists(self)

    def not_exists(self) -> NotExists:
        """The attribute is not there; a stored null is there."""
        return NotExists(self)

    def begins_with(self, prefix: object) -> BeginsWith:
        """A text or binary that begins with the prefix."""
        return BeginsWith(self, prefix)

    def contains(self, element: object) -> Contains:
        """A text, set or list that holds the given text, member or element."""
        return Contains(self, element)

    def has_type(self, stored: StoredType) -> HasType:
        """Stored as a ``"text"``, ``"number"``, ``"map"`` ..."""
        return HasType(self, stored)

    def size(self) -> FieldSize:
        """Bytes of a text or binary, members of a set, list or map."""
        return FieldSize(self)

    def assign(self, value: object) -> Assign:
        """Store the value, whatever was there."""
        return Assign(self, value)

    def assign_if_absent(self, value: object) -> AssignIfAbsent:
        """Store the value unless the attribute is there; a stored null is there."""
        return AssignIfAbsent(self, value)

    def increment(self, by: object, *, when_absent: object = ABSENT) -> Increment:
        """Add to the number; an absent one fails the update unless ``when_absent`` stands in."""
        return Increment(self, by, when_absent)

    def append(self, values: object, *, when_absent: object = ABSENT) -> Append:
        """Put values behind the list; an absent one fails unless ``when_absent`` stands in."""
        return Append(self, values, when_absent)

    def prepend(self, values: object, *, when_absent: object = ABSENT) -> Prepend:
        """Put values before the list; an absent one fails unless ``when_absent`` stands in."""
        return Prepend(self, values, when_absent)

    def remove(self) -> Remove:
        """Remove the attribute, map entry or list element."""
        return Remove(self)

    def add(self, value: object) -> Add:
        """Add a number to the number, or members to the set; what is absent is made."""
        return Add(self, value)

    def discard(self, members: object) -> Discard:
        """Take members out of the set."""
        return Discard(self, members)


def field(name: str) -> FieldPath:
    """The field of that name, to make conditions and update clauses of.

    >>> str(field("address")["city"].exists().path)
    'address.city'
    """
    return FieldPath((name,))


def _operand(comparable: _Comparable) -> Operand:
    assert isinstance(comparable, Path | Size)
    return comparable


def _as_tuple(values: object) -> tuple[object, ...]:
    # A set would put equal questions' values in another order in every process.
    if isinstance(values, list | tuple):
        return tuple(cast("Sequence[object]", values))
    raise InputError(
        f"the values of is_in are of type {type(values).__name__}; give a list or tuple of them",
        code="condition.operands",
    )
