"""A change: a described partial update of an entity, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tabledesign.errors import InputError

__all__ = ["Change"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be set, removed and added; each method gives a new change.

    Leaving a field out and setting it to None are different: None is stored as null, `remove`
    takes the attribute away.

    >>> sorted(Change().set(title="New", due=None).remove("notes").touched)
    ['due', 'notes', 'title']
    """

    sets: Mapping[str, object] = field(default_factory=dict[str, object])
    removes: frozenset[str] = frozenset()
    adds: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def touched(self) -> frozenset[str]:
        """Every field the change names."""
        return frozenset(self.sets) | self.removes | frozenset(self.adds)

    def set(self, **values: object) -> Change:
        """Assign these fields."""
        return self._extended(sets={**self.sets, **values}, names=values)

    def remove(self, *fields: str) -> Change:
        """Take these optional fields away; they read as their default."""
        return self._extended(removes=self.removes | set(fields), names=dict.fromkeys(fields))

    def add(self, **amounts: object) -> Change:
        """Add to these numbers; a missing one counts as 0."""
        return self._extended(adds={**self.adds, **amounts}, names=amounts)

    def _extended(
        self,
        *,
        names: Mapping[str, object],
        sets: Mapping[str, object] | None = None,
        removes: frozenset[str] | None = None,
        adds: Mapping[str, object] | None = None,
    ) -> Change:
        twice = sorted(self.touched & set(names))
        if twice:
            raise InputError(
                f"the change names {twice[0]!r} twice; say once what is to become of it",
                code="change.twice",
                field=twice[0],
            )
        return replace(
            self,
            sets=self.sets if sets is None else sets,
            removes=self.removes if removes is None else removes,
            adds=self.adds if adds is None else adds,
        )
