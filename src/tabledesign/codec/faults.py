"""What is wrong with a value on its way in or out, and where inside the item it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError

__all__ = ["Fault", "Misfit", "Misread", "Segment", "Unreadable", "dotted", "wrong_kind"]

Segment = str | int
"""A name inside a map, or an index inside a list."""

_LONGEST_KEY: Final = 40


class Misfit(Exception):
    """A value cannot be stored; containers put their segment in front on its way out."""

    def __init__(self, code: str, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.code = code
        self.fault = fault
        self.remedy = remedy
        self.path: list[Segment] = []

    def inside(self, segment: Segment) -> Misfit:
        """The same misfit, seen from the container."""
        self.path.insert(0, segment)
        return self

    def as_input_error(self, owner: str) -> InputError:
        """The error that the caller sees."""
        place = dotted(self.path)
        where = owner + ("" if place.startswith("[") or not place else ".") + place
        return InputError(
            f"{where} {self.fault}; {self.remedy}", code=self.code, field=place or None
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a stored value; ``path`` is empty for the whole item."""

    path: tuple[Segment, ...]
    reason: str

    def inside(self, segment: Segment) -> Fault:
        """The same fault, seen from the container."""
        return Fault((segment, *self.path), self.reason)

    def __str__(self) -> str:
        place = dotted(self.path)
        dot = "" if place.startswith("[") or not place else "."
        return f"${dot}{place} {self.reason}"


class Misread(Exception):
    """A stored value is not what its field says; containers collect those of their elements."""

    def __init__(self, faults: str | Sequence[Fault]) -> None:
        super().__init__()
        self.faults = (Fault((), faults),) if isinstance(faults, str) else tuple(faults)


class Unreadable(Exception):
    """A stored item is not what its entity says; ``faults`` lists everything that is wrong.

    >>> str(Unreadable.of([Fault(("items", 3, "due"), "is stored as N, not as S")]))
    '$.items[3].due is stored as N, not as S'
    """

    def __init__(self, reason: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.faults = tuple(faults)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> Unreadable:
        """All faults of one item."""
        return cls("; ".join(map(str, faults)), faults)


def dotted(path: Iterable[Segment]) -> str:
    """A path as people write it; long names inside maps are data, and cut short.

    >>> dotted(("items", 3, "due")), dotted(("labels", "à la carte"))
    ('items[3].due', "labels['à la carte']")
    """
    text = ""
    for segment in path:
        if isinstance(segment, int):
            text += f"[{segment}]"
        elif segment.isidentifier() and len(segment) <= _LONGEST_KEY:
            text += f".{segment}" if text else segment
        else:
            shown = segment if len(segment) <= _LONGEST_KEY else segment[:_LONGEST_KEY] + "..."
            text += f"[{shown!a}]" if not shown.isprintable() else f"[{shown!r}]"
    return text


def wrong_kind(value: object, wanted: str, remedy: str) -> Misfit:
    """A value of another kind than the field's; only the kind is told, never the value."""
    return Misfit(
        "value.kind", f"is of type {type(value).__name__}, and {wanted} is stored here", remedy
    )
