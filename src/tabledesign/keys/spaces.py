"""The key texts that keys can make, and which of them need comparing at all."""

from __future__ import annotations

from collections.abc import Iterator

from tabledesign.dataclass import dataclass
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.template import Template

__all__ = ["KeySpace", "Neighbours"]

Spots = tuple[object, ...]
Texts = tuple[object, ...]
Members = dict[str, list["KeySpace"]]
"""Spaces by the name of their entity."""


@dataclass(frozen=True, slots=True)
class KeySpace:
    """Every key that ``owner`` can make in the table or in one index."""

    owner: str
    partition: Composite | Template
    sort: Composite | Template | None

    @property
    def halves(self) -> tuple[Composite | Template, Composite | Template | None]:
        """The partition key and the sort key."""
        return self.partition, self.sort


class Neighbours:
    """The key spaces of a table, so kept that a new one meets those only that it could overlap.

    Each component ends with its terminator, so that where two keys have a label at the same
    spot, and not the same label, no text is common to them. A sort key starts with its entity's
    name; so the proof of a table is linear in its entities, unless they are made of templates.
    """

    def __init__(self) -> None:
        self._places: dict[str | None, dict[Spots, dict[Texts, Members]]] = {}
        self._memberships: dict[str, list[Members]] = {}

    def of(self, entity: str, place: str | None, space: KeySpace) -> Iterator[KeySpace]:
        """The other entities' spaces there that no label tells apart from this one."""
        own_spots, own_texts = _labels(space)
        for spots, groups in self._places.get(place, {}).items():
            for texts in [own_texts] if spots == own_spots else list(groups):
                for other, spaces in groups.get(texts, {}).items():
                    if other != entity:
                        yield from spaces

    def replace(self, entity: str, spaces: list[tuple[str | None, KeySpace]]) -> None:
        """Keep the spaces of an entity, in place of those it had when it was declared before."""
        for members in self._memberships.pop(entity, ()):
            members.pop(entity, None)
        for place, space in spaces:
            spots, texts = _labels(space)
            members = self._places.setdefault(place, {}).setdefault(spots, {}).setdefault(texts, {})
            members.setdefault(entity, []).append(space)
            self._memberships.setdefault(entity, []).append(members)


def _labels(space: KeySpace) -> tuple[Spots, Texts]:
    """Where the first label of either half stands, and its text."""
    spots: list[int | None] = []
    texts: list[str | None] = []
    for half in (space.partition, space.sort):
        components = half.components if isinstance(half, Composite) else ()
        spot = next((i for i, each in enumerate(components) if isinstance(each, Label)), None)
        spots.append(spot)
        label = None if spot is None else components[spot]
        texts.append(label.written if isinstance(label, Label) else None)
    return tuple(spots), tuple(texts)
