"""A kind: how the values of one type are stored, as one encoder and one decoder function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from tabledesign.codec.faults import Misread
from tabledesign.dataclass import dataclass, field
from tabledesign.wire import AttributeValue

if TYPE_CHECKING:
    from tabledesign.codec.record import Record

__all__ = ["Decode", "Encode", "Kind", "Tag", "misread_tag"]

Tag = Literal["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]
"""DynamoDB's letters for the type of a stored value."""

Encode: TypeAlias = Callable[[Any], AttributeValue]
"""A value of the kind to its tagged form; raises `Misfit`."""

Decode: TypeAlias = Callable[[AttributeValue], Any]
"""A tagged value to what the model's validator takes; raises `Misread`."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Kind:
    """How values of one type are stored.

    ``tags`` holds more than one tag for an Enum or a Literal of texts and numbers. ``empty`` makes
    the empty value that is stored as absence, which only sets have. What stands inside a container
    is told by ``element`` (sets, lists, dicts), ``key`` (of dicts), ``elements`` (tuples of fixed
    length) and ``records`` (models; several for a tagged union). ``choices`` are the stored values
    of an Enum or a Literal.
    """

    name: str
    tags: tuple[Tag, ...]
    encode: Encode
    decode: Decode
    nullable: bool = False
    empty: type[set[Any]] | type[frozenset[Any]] | None = None
    element: Kind | None = None
    key: Kind | None = None
    elements: tuple[Kind, ...] = ()
    records: tuple[Record, ...] = field(default=(), repr=False)
    choices: tuple[AttributeValue, ...] = ()

    @property
    def tag(self) -> Tag:
        """The tag of the kind's values; the first of several."""
        return self.tags[0]


def misread_tag(value: object, *wanted: str) -> Misread:
    """A value stored under another tag than its field's.

    >>> misread_tag({"S": "oops"}, "N").faults[0].reason
    'is stored as S, not as N'
    """
    found = " and ".join(cast("AttributeValue", value)) if isinstance(value, dict) else ""
    return Misread(f"is stored as {found or 'nothing'}, not as {' or '.join(wanted)}")
