"""Old items brought up to the current version before they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tabledesign.codec.faults import Misfit, Misread, Unreadable
from tabledesign.codec.numbers import read_whole
from tabledesign.codec.plain import plain, tagged
from tabledesign.dataclass import dataclass
from tabledesign.wire import AttributeValue, Item

__all__ = ["Upcaster", "Upcasters", "Versions"]

Upcaster: TypeAlias = Callable[[dict[str, object]], dict[str, object]]
"""Plain stored values of one version to those of the next; it may change what it is given."""

Upcasters: TypeAlias = Mapping[int, Upcaster]
"""From a version to the upcaster that brings its values one version up."""


@dataclass(frozen=True, slots=True)
class Versions:
    """An entity's current version, how to come there, and the attribute that tells an item's.

    An item without the attribute has version 1. One of a higher version than the current was
    written by newer code; it is read as far as it can be.
    """

    owner: str
    current: int
    upcasters: Upcasters
    attribute: str

    def stamp(self) -> Item:
        """The attribute that says the current version; none for version 1."""
        return {self.attribute: {"N": str(self.current)}} if self.current > 1 else {}

    def read_as_they_are(self) -> range:
        """The versions of which the items need no upcaster."""
        return range(max((old for old in self.upcasters), default=0) + 1, self.current + 1)

    def raised(
        self, item: Mapping[str, AttributeValue], *, shown: bool = True
    ) -> Mapping[str, AttributeValue]:
        """The item in its current version; raises `Unreadable`.

        ``shown`` is False for rows that do not show the attribute whether or not it is stored.
        """
        if self.current == 1:
            return item
        stored = item.get(self.attribute)
        if stored is None and not shown and self.upcasters:
            raise Unreadable(
                f"the row does not show {self.attribute!r}, so its version is not known; "
                "project that attribute too"
            )
        version = 1 if stored is None else self._number(stored)
        steps = [n for n in range(version, self.current) if n in self.upcasters]
        if not steps:
            return item
        try:
            values = plain(item)
        except Misread as misread:
            raise Unreadable.of(misread.faults) from None
        return self._upcast(values, steps)

    def _number(self, stored: AttributeValue) -> int:
        try:
            version = read_whole(stored["N"])
        except (KeyError, Misread):
            version = 0
        if version < 1:
            raise Unreadable(f"$.{self.attribute} is not the number of a version")
        return version

    def _upcast(self, values: dict[str, object], steps: list[int]) -> Item:
        item: Item = {}
        for step in steps:
            try:
                values = self.upcasters[step](values)
                item = tagged(values)
            except Misfit as misfit:
                error = misfit.as_input_error(self.owner)
                raise Unreadable(f"upcaster {step} gave what cannot be stored: {error}") from None
            except Exception as error:
                # One bad old item must not take the page with it; the cause stays attached.
                raise Unreadable(
                    f"upcaster {step} of {self.owner} failed with {type(error).__name__}"
                ) from error
        return item
