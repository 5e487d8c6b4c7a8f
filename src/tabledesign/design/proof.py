"""What is proved of a design, counted: entities, keys, pairs of key spaces, patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations

from tabledesign.dataclass import dataclass
from tabledesign.design.lint import writes_of
from tabledesign.design.matrix import Named
from tabledesign.errors import DesignError, Refusal
from tabledesign.keys.overlap import overlap
from tabledesign.schema.table import Table

__all__ = ["Proof", "prove"]


@dataclass(frozen=True, slots=True)
class Proof:
    """The counts; ``pairs`` are pairs of keys on one place that provably make no common text."""

    table: str
    indexes: int
    entities: int
    keys: int
    pairs: int
    patterns: int
    writes: dict[str, int]

    def as_dict(self) -> dict[str, object]:
        """The counts by name, ready for JSON."""
        return asdict(self)


def prove(table: Table, named: Sequence[Named]) -> Proof:
    """Prove again that no two keys of the table can meet, and count what holds.

    Raises `DesignError` for a pair that can: a table whose entities come from several modules
    is whole only now.
    """
    keys = [key for entity in table.entities.values() for key in entity.__keys__.values()]
    pairs = [(a, b) for a, b in combinations(keys, 2) if a.place.name == b.place.name]
    refusals = [
        Refusal(
            "key.overlap",
            f"{a} and {b}",
            f"both can make the key ({witness.partition!r}, {witness.sort!r})",
            "Give one of them another label",
        )
        for a, b in pairs
        if (witness := overlap(a.space, b.space)) is not None
    ]
    if refusals:
        raise DesignError(refusals)
    return Proof(
        table=table.name,
        indexes=len(table.places) - 1,
        entities=len(table.entities),
        keys=len(keys),
        pairs=len(pairs),
        patterns=len(named),
        writes={name: writes_of(entity) for name, entity in table.entities.items()},
    )
