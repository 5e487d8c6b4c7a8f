"""Document paths: an attribute, then names inside maps and indexes inside lists."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import ClassVar, Self

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.limits import NESTING_DEPTH

__all__ = ["Path", "Segment", "attribute", "require_apart"]

Segment = str | int
"""A name inside a map, or an index inside a list."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Where a value stands in an item; the first segment is the attribute's name.

    Names may hold dots, spaces and reserved words: each becomes a placeholder of its own.
    Refused with `InputError`: an empty name, one that is not UTF-8, a negative index
    (``path.segment``), more than 32 segments (``path.too_deep``).

    >>> str(attribute("address")["lines"][0])
    'address.lines[0]'
    """

    segments: tuple[Segment, ...]

    # Without this, `in` and `for` would ask for index 0, 1, 2 ... and never end.
    __iter__: ClassVar[None] = None

    def __post_init__(self) -> None:
        if not self.segments or not isinstance(self.segments[0], str):
            raise InputError(
                "a path starts with an attribute; begin it with attribute('name')",
                code="path.segment",
            )
        for segment in self.segments:
            _check_segment(segment)
        if len(self.segments) > NESTING_DEPTH:
            raise InputError(
                f"path is {len(self.segments)} segments deep and DynamoDB nests at most "
                f"{NESTING_DEPTH}; store the inner part as an attribute of its own",
                code="path.too_deep",
                field=str(self.segments[0]),
            )

    # Equality is of the place: `field("a")` and `attribute("a")` are one path.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.segments == other.segments

    def __hash__(self) -> int:
        return hash(self.segments)

    def __getitem__(self, segment: Segment) -> Self:
        return type(self)((*self.segments, segment))

    def __str__(self) -> str:
        first, *rest = self.segments
        return f"{first}" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in rest)

    @property
    def name(self) -> str:
        """The attribute the path starts from."""
        return str(self.segments[0])


def attribute(name: str) -> Path:
    """The path of a whole attribute; ``[...]`` goes on from there.

    >>> attribute("tags")[2].segments
    ('tags', 2)
    """
    return Path((name,))


def require_apart(paths: Iterable[Path], *, code: str, remedy: str) -> None:
    """Refuse two paths of which one holds the other, or that contradict each other.

    DynamoDB answers "Two document paths overlap" where one path begins with the other, and
    "conflict" where the same place is taken for a map by one and for a list by the other.

    >>> require_apart([attribute("a")["b"], attribute("a")["c"]], code="x", remedy="y")
    """
    for first, second in combinations(paths, 2):
        meeting = _meeting(first.segments, second.segments)
        if meeting is not None:
            raise InputError(
                f"paths {str(first)!r} and {str(second)!r} {meeting}; {remedy}",
                code=code,
                field=first.name,
            )


def _meeting(first: tuple[Segment, ...], second: tuple[Segment, ...]) -> str | None:
    for one, other in zip(first, second, strict=False):
        if isinstance(one, int) is not isinstance(other, int):
            return "take the same place for a map and for a list"
        if one != other:
            return None
    return "overlap"


def _check_segment(segment: object) -> None:
    # bool is an int to Python; as an index it is a slip of the pen.
    if isinstance(segment, int) and not isinstance(segment, bool):
        if segment < 0:
            raise InputError(
                f"list index is {segment} and DynamoDB counts from 0 only; give an index from 0 on",
                code="path.segment",
            )
        return
    if not isinstance(segment, str):
        raise InputError(
            f"path segment is of type {type(segment).__name__}; give a name or a list index",
            code="path.segment",
        )
    if not segment:
        raise InputError("path holds an empty name; give every name a text", code="path.segment")
    try:
        segment.encode()
    except UnicodeEncodeError:
        raise InputError(
            "path holds a name that is not valid Unicode; remove the lone surrogate from it",
            code="path.segment",
        ) from None
