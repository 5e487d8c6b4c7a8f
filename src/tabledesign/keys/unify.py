"""The overlap of two keys made of components: unified component by component."""

from __future__ import annotations

from collections.abc import Iterator

from tabledesign.dataclass import dataclass, field
from tabledesign.keys.composite import Composite, Label, Part

__all__ = ["Unified", "texts_at", "unify"]

Component = Part | Label


@dataclass(slots=True)
class Unified:
    """The texts found so far, by position, and the values that each side gives its fields."""

    texts: dict[int, str] = field(default_factory=dict[int, str])
    values_a: dict[str, object] = field(default_factory=dict[str, object])
    values_b: dict[str, object] = field(default_factory=dict[str, object])


def unify(a: tuple[Composite, ...], b: tuple[Composite, ...]) -> Unified | None:
    """One text for every component that suits both sides, or None where there is none.

    ``a`` and ``b`` are the partition and the sort key of either side. A key of n components
    holds n terminators, so that keys of different lengths never meet. A field that stands in
    both keys has one value, and its texts follow from each other.

    That None is a proof rests on the kinds: text takes every component but a mark, enum, literal
    and bool list their texts, and no two other kinds write one text.
    """
    if [len(key.components) for key in a] != [len(key.components) for key in b]:
        return None
    side_a = [component for key in a for component in key.components]
    side_b = [component for key in b for component in key.components]
    pairs = list(zip(side_a, side_b, strict=True))
    if any(_labels_differ(*pair) for pair in pairs):
        return None
    tied = _repeats(side_a) or _repeats(side_b)
    search = _Search(side_a, side_b)
    found: Unified | None = Unified()
    for position, pair in enumerate(pairs):
        if found is not None and position not in found.texts:
            # where fields repeat, a text may be dictated from any other position
            sources = [c for both in pairs for c in both] if tied else list(pair)
            found = search.extended(found, position, sources)
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    side_a: list[Component]
    side_b: list[Component]

    def extended(self, found: Unified, position: int, sources: list[Component]) -> Unified | None:
        """What was found, and a text for this position with all that follows from it."""
        for text in dict.fromkeys(text for source in sources for text in _texts(source)):
            trial = Unified(dict(found.texts), dict(found.values_a), dict(found.values_b))
            if self._set(trial, position, text):
                return trial
        return None

    def _set(self, trial: Unified, position: int, text: str) -> bool:
        if position in trial.texts:
            return trial.texts[position] == text
        trial.texts[position] = text
        return self._follow(trial, self.side_a, trial.values_a, position) and self._follow(
            trial, self.side_b, trial.values_b, position
        )

    def _follow(
        self, trial: Unified, side: list[Component], values: dict[str, object], position: int
    ) -> bool:
        """Read the text at the position, and write its value wherever its field stands."""
        component, text = side[position], trial.texts[position]
        if isinstance(component, Label):
            return component.written == text
        try:
            value = component.read(text)
        except ValueError:
            return False
        if component.field in values:
            return component.write(values[component.field]) == text
        values[component.field] = value
        for other, twin in enumerate(side):
            if isinstance(twin, Part) and twin.field == component.field and other != position:
                written = twin.write(value)
                if written is None or not self._set(trial, other, written):
                    return False
        return True


def _labels_differ(a: Component, b: Component) -> bool:
    return isinstance(a, Label) and isinstance(b, Label) and a.written != b.written


def _repeats(side: list[Component]) -> bool:
    names = [component.field for component in side if isinstance(component, Part)]
    return len(set(names)) != len(names)


def _texts(component: Component) -> Iterator[str]:
    """Texts among which a common one is found if there is any."""
    if isinstance(component, Label):
        yield component.written
        return
    yield from component.scalar.texts or (component.scalar.sample,)
    if component.mark is not None:
        yield component.mark


def texts_at(found: Unified, a: tuple[Composite, ...]) -> list[str]:
    """The key texts that were found: one for each of ``a``'s keys."""
    texts: list[str] = []
    position = 0
    for key in a:
        count = len(key.components)
        texts.append("".join(f"{found.texts[position + i]}#" for i in range(count)))
        position += count
    return texts
