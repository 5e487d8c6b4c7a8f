"""Update clauses: what one ``UpdateItem`` does to each path, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, Literal

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.expressions.comparisons import Size
from tabledesign.expressions.paths import Path, Segment, require_apart

__all__ = [
    "ABSENT",
    "Add",
    "Append",
    "Assign",
    "AssignIfAbsent",
    "Clause",
    "Discard",
    "Increment",
    "Prepend",
    "Remove",
    "SetClause",
    "Update",
    "update",
]


class _Absent(Enum):
    """No value at all: None is one, it is stored as null."""

    ABSENT = auto()


ABSENT: Final[Literal[_Absent.ABSENT]] = _Absent.ABSENT
"""Nothing stands in for an absent attribute."""


class Clause:
    """The base of everything an update does to one path."""

    __slots__ = ()

    path: Path


class SetClause(Clause):
    """The base of clauses that store a value: DynamoDB's SET."""

    __slots__ = ()

    def __post_init__(self) -> None:
        # The grammar of SET has paths, values and two functions; size() belongs to conditions.
        names: tuple[str, ...] = tuple(self.__slots__)
        if any(isinstance(getattr(self, name), Size) for name in names):
            raise InputError(
                f"{str(self.path)!r} is to take a size and DynamoDB computes sizes in conditions "
                "only; give a value or a path",
                code="update.operand",
                field=self.path.name,
            )


@dataclass(frozen=True, slots=True)
class Assign(SetClause):
    """Store the value, a slot for one, or what another path held before the update."""

    path: Path
    value: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class AssignIfAbsent(SetClause):
    """Store the value unless the path is there already."""

    path: Path
    value: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Increment(SetClause):
    """Add to a number; repeated after a lost answer it adds twice.

    DynamoDB refuses the update where the number is absent, unless ``when_absent`` stands in.
    """

    path: Path
    by: object = field(repr=False)
    when_absent: object = field(default=ABSENT, repr=False)


@dataclass(frozen=True, slots=True)
class Append(SetClause):
    """Put values behind a list; repeated after a lost answer it puts them twice."""

    path: Path
    values: object = field(repr=False)
    when_absent: object = field(default=ABSENT, repr=False)


@dataclass(frozen=True, slots=True)
class Prepend(SetClause):
    """Put values before a list; repeated after a lost answer it puts them twice."""

    path: Path
    values: object = field(repr=False)
    when_absent: object = field(default=ABSENT, repr=False)


@dataclass(frozen=True, slots=True)
class Remove(Clause):
    """Remove an attribute, a map entry, or the element that the list had at that index."""

    path: Path


@dataclass(frozen=True, slots=True)
class Add(Clause):
    """Add a number to a number (twice, if repeated) or members to a set; attributes only."""

    path: Path
    value: object = field(repr=False)

    def __post_init__(self) -> None:
        _check_attribute(self.path, "ADD", "increment a number inside a map instead")
        _check_value(self.path, self.value)


@dataclass(frozen=True, slots=True)
class Discard(Clause):
    """Take members out of a set; attributes only."""

    path: Path
    members: object = field(repr=False)

    def __post_init__(self) -> None:
        _check_attribute(self.path, "DELETE", "assign the whole set inside a map instead")
        _check_value(self.path, self.members)


@dataclass(frozen=True, slots=True)
class Update:
    """Clauses on paths that lie apart from each other, at least one.

    Two clauses on one path, or on one inside the other, are `InputError` ``update.overlap``;
    no clause at all is ``update.empty``.

    >>> from tabledesign.expressions.paths import attribute
    >>> len(update(Assign(attribute("title"), "Rest"), Remove(attribute("due"))).clauses)
    2
    """

    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        for clause in self.clauses:
            _check_clause(clause)
        if not self.clauses:
            raise InputError(
                "the update changes nothing; give it a clause or do not send it",
                code="update.empty",
            )
        require_apart(
            (clause.path for clause in self.clauses),
            code="update.overlap",
            remedy="change each place by one clause only",
        )

    def sets(self) -> Iterator[SetClause]:
        """The clauses that store values, in the order given."""
        return (clause for clause in self.clauses if isinstance(clause, SetClause))

    def removes(self) -> list[Remove]:
        """What is removed: by attribute in the order given, in each list the last index first.

        DynamoDB counts all indexes before the update; an engine that removes one after the
        other agrees only in this order.
        """
        removes = [clause for clause in self.clauses if isinstance(clause, Remove)]
        place = {name: n for n, name in reversed(list(enumerate(r.path.name for r in removes)))}
        return sorted(
            removes,
            key=lambda r: (place[r.path.name], *map(_last_first, r.path.segments[1:])),
        )


def update(*clauses: Clause) -> Update:
    """One update made of the clauses.

    >>> from tabledesign.expressions.fields import field
    >>> update(field("visits").add(1), field("title").assign("Rest")).clauses[0].path.name
    'visits'
    """
    return Update(clauses)


def _last_first(segment: Segment) -> tuple[int, str]:
    return (-segment, "") if isinstance(segment, int) else (0, segment)


def _check_clause(clause: object) -> None:
    if not isinstance(clause, Clause):
        raise InputError(
            f"an update clause is expected and {type(clause).__name__} is given; "
            "write it as a method, such as field('title').assign(value)",
            code="update.kind",
        )


def _check_attribute(path: Path, action: str, remedy: str) -> None:
    # Developer Guide, "Update expressions": ADD and DELETE take top-level attributes only.
    if len(path.segments) > 1:
        raise InputError(
            f"{str(path)!r} lies inside an attribute and {action} changes whole attributes only; "
            f"{remedy}",
            code="update.nested",
            field=path.name,
        )


def _check_value(path: Path, value: object) -> None:
    # The grammar has a value there, no operand: what another path holds cannot be used.
    if isinstance(value, Path):
        raise InputError(
            f"{str(path)!r} is to take what {str(value)!r} holds and DynamoDB adds and deletes "
            "given values only; give a value, or assign the path",
            code="update.operand",
            field=path.name,
        )
