"""What may be asked of the last key part given: a range, a beginning, and the closed interval."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar, cast

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.keys.slot import BranchOnSlot, Slot

__all__ = ["TOP", "BranchOnSlot", "Interval", "Range", "Slot", "StartsWith"]

T = TypeVar("T")
U = TypeVar("U")

TOP = "\U0010ffff" * 256
"""At or above every sort key: DynamoDB allows 1,024 bytes, and no text of those is greater."""


@dataclass(frozen=True, slots=True)
class Range(Generic[T]):
    """Values from ``start`` to ``end``; each end is included, excluded or open (None).

    Both ends open means every value that is there. Raises `InputError` for a reversed range.

    >>> Range(1, 5).contains(5), Range.before(5).contains(5)
    (True, False)
    """

    start: T | None = None
    end: T | None = None
    include_start: bool = field(default=True, kw_only=True)
    include_end: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        if self._bound and _less(self.end, self.start):
            raise InputError(
                "the range ends before it starts; swap its ends, or turn the answers round "
                "with latest_first()",
                code="range.reversed",
            )

    @staticmethod
    def at_least(start: U) -> Range[U]:
        """From ``start`` on, itself included."""
        return Range(start)

    @staticmethod
    def after(start: U) -> Range[U]:
        """Everything greater than ``start``."""
        return Range(start, include_start=False)

    @staticmethod
    def at_most(end: U) -> Range[U]:
        """Up to ``end``, itself included."""
        return Range(None, end)

    @staticmethod
    def before(end: U) -> Range[U]:
        """Everything less than ``end``."""
        return Range(None, end, include_end=False)

    @property
    def _bound(self) -> bool:
        """Whether both ends are values that can be compared."""
        ends = (self.start, self.end)
        return not any(end is None or isinstance(end, Slot) for end in ends)

    @property
    def is_empty(self) -> bool:
        """Whether no value can be in it: both ends are equal and one of them is excluded."""
        if not self._bound or (self.include_start and self.include_end):
            return False
        return not _less(self.start, self.end)

    def contains(self, value: T) -> bool:
        """Whether the value is in the range, by Python's own comparisons.

        Moments are compared in UTC, and members of an Enum by their values.
        """
        if self.start is not None and (
            _less(value, self.start) or (not self.include_start and not _less(self.start, value))
        ):
            return False
        return self.end is None or not (
            _less(self.end, value) or (not self.include_end and not _less(value, self.end))
        )


@dataclass(frozen=True, slots=True)
class StartsWith:
    """Texts that begin with ``text``; an empty text is refused with `InputError`.

    >>> StartsWith("ann").contains("anna")
    True
    """

    text: str

    def __post_init__(self) -> None:
        given = cast("object", self.text)  # a slot while a pattern is compiled
        if isinstance(given, Slot):
            return
        if not isinstance(given, str):
            kind = type(given).__name__
            raise InputError(
                f"StartsWith needs text, and a {kind} was given; pass a str",
                code="key.wrong_kind",
            )
        if not given:
            raise InputError(
                "StartsWith needs at least one character; leave the part out to get everything",
                code="key.empty_part",
            )

    def contains(self, value: str) -> bool:
        """Whether the value begins with the text."""
        return value.startswith(self.text)


@dataclass(frozen=True, slots=True)
class Interval:
    """The key texts from ``low`` to ``high``, both included, as DynamoDB's BETWEEN reads them.

    ``prefix`` is set where "begins with prefix" selects the same keys.
    """

    low: str
    high: str
    prefix: str | None = None

    @property
    def is_point(self) -> bool:
        """Whether it holds one key text only."""
        return self.low == self.high


def _less(a: object, b: object) -> bool:
    try:
        return bool(_comparable(a) < _comparable(b))
    except (TypeError, ArithmeticError) as error:
        if isinstance(error, BranchOnSlot):
            raise
        kinds = f"{type(a).__name__} and {type(b).__name__}"
        raise InputError(
            f"the range compares values that have no order between them ({kinds}); "
            "give both ends the type of the field",
            code="range.mixed",
        ) from None


def _comparable(value: object) -> Any:
    """The value itself, or what has its order in keys."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime) and value.utcoffset() is not None:
        # two moments of one zone are compared by the clock on the wall, which a fold repeats
        try:
            return value.astimezone(UTC)
        except OverflowError:
            return value
    return value
