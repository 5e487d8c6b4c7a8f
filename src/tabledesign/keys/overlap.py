"""Whether two entities can make one key: proved disjoint, or shown with a witness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, islice, product
from typing import Final

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.keys.automaton import FRESH, Automaton, Letters, Shape, Shared, letters_of, shared
from tabledesign.keys.composite import Composite, Part
from tabledesign.keys.spaces import KeySpace
from tabledesign.keys.template import Template, Variable
from tabledesign.keys.unify import texts_at, unify

__all__ = ["KeySpace", "Witness", "overlap"]

_TRIALS: Final = 400
"""How many values of fields that stand twice are tried, where a template is involved."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One key that both owners make, and the values with which each of them makes it.

    Where ``exact`` is False, a common key was neither made nor ruled out: the texts are a guess.
    """

    partition: str
    sort: str
    values_a: Mapping[str, object]
    values_b: Mapping[str, object]
    exact: bool = True


def overlap(a: KeySpace, b: KeySpace) -> Witness | None:
    """A key that both make, or None where that is disproved.

    Composite keys are decided exactly. So are templates, whose fields may hold any text, unless
    a field stands twice or a composite key stands on the other side; then a bounded search may
    end without a verdict, and the witness says so.

    >>> from tabledesign.keys.template import Template
    >>> user, team = (KeySpace(n, Template(n[0] + "#{id}"), None) for n in ("User", "Unit"))
    >>> overlap(user, team).partition
    'U#x'
    """
    if isinstance(a.partition, Composite) and isinstance(b.partition, Composite):
        keys_a, keys_b = _composites(a), _composites(b)
        if keys_a is not None and keys_b is not None:
            return _unified(keys_a, keys_b)
    return _searched(a, b)


def _composites(space: KeySpace) -> tuple[Composite, ...] | None:
    sort = space.sort or Composite(())
    if isinstance(space.partition, Composite) and isinstance(sort, Composite):
        return space.partition, sort
    return None


def _unified(a: tuple[Composite, ...], b: tuple[Composite, ...]) -> Witness | None:
    found = unify(a, b)
    if found is None:
        return None
    partition, sort = texts_at(found, a)
    return Witness(partition, sort, found.values_a, found.values_b)


def _searched(a: KeySpace, b: KeySpace) -> Witness | None:
    """Widen, decide, then narrow until a common key is really made by both sides."""
    letters = letters_of(*a.halves, *b.halves)
    guess = _shared(a, b, letters, {}, {})
    if guess is None:
        return None
    witness = _verified(a, b, guess) or _narrowed(a, b, letters, {}, {})
    if witness is not None:
        return witness
    twice_a, twice_b = _repeated(a), _repeated(b)
    values = [_candidates(a, b, name, guess, letters, first=True) for name in twice_a]
    values += [_candidates(b, a, name, guess, letters, first=False) for name in twice_b]
    for trial in islice(product(*values), _TRIALS) if values else ():
        fixed_a = dict(zip(twice_a, trial, strict=False))
        fixed_b = dict(zip(twice_b, trial[len(twice_a) :], strict=True))
        witness = _narrowed(a, b, letters, fixed_a, fixed_b)
        if witness is not None:
            return witness
    partition, sort = guess
    values_a, values_b = _values(a, guess, first=True), _values(b, guess, first=False)
    return Witness(partition.text, sort.text, values_a, values_b, exact=False)


def _narrowed(
    a: KeySpace,
    b: KeySpace,
    letters: Letters,
    fixed_a: Mapping[str, object],
    fixed_b: Mapping[str, object],
) -> Witness | None:
    for sampled in (False, True):
        try:
            found = _shared(a, b, letters, fixed_a, fixed_b, sampled=sampled)
        except InputError:
            return None
        witness = None if found is None else _verified(a, b, found)
        if witness is not None:
            return witness
    return None


def _shared(
    a: KeySpace,
    b: KeySpace,
    letters: Letters,
    fixed_a: Mapping[str, object],
    fixed_b: Mapping[str, object],
    *,
    sampled: bool = False,
) -> tuple[Shared, Shared] | None:
    """A common partition key and a common sort key, each found for itself."""
    found: list[Shared] = []
    for half_a, half_b in zip(a.halves, b.halves, strict=True):
        side_a = Automaton(letters, sampled, fixed_a).add(half_a)
        side_b = Automaton(letters, sampled, fixed_b).add(half_b)
        common = shared(side_a, side_b)
        if common is None:
            return None
        found.append(common)
    return found[0], found[1]


def _verified(a: KeySpace, b: KeySpace, found: tuple[Shared, Shared]) -> Witness | None:
    """The witness, if both sides really render its texts from its values."""
    texts = [half.text for half in found]
    values: list[dict[str, object]] = []
    for space, first in ((a, True), (b, False)):
        values.append(_values(space, found, first=first))
        try:
            made = ["" if half is None else half.render(values[-1]) for half in space.halves]
        except InputError:
            return None
        if made != texts:
            return None
    return Witness(texts[0], texts[1], values[0], values[1])


def _values(space: KeySpace, found: tuple[Shared, Shared], *, first: bool) -> dict[str, object]:
    """The values that the spans stand for; a span that cannot be read is left as text."""
    values: dict[str, object] = {}
    for half, common in zip(space.halves, found, strict=True):
        for name, span in common.spans_a if first else common.spans_b:
            values[name] = _read(half, name, span)
    return values


def _read(half: Shape, name: str, span: str) -> object:
    try:
        if isinstance(half, Template):
            pieces = [p for p in half.pieces if isinstance(p, Variable) and p.field == name]
            return pieces[0].read(span)
        parts = half.components if half is not None else ()
        return next(p for p in parts if isinstance(p, Part) and p.field == name).read(span)
    except ValueError:
        return span


def _repeated(space: KeySpace) -> list[str]:
    """The fields that stand more than once in the two keys together."""
    count = Counter(name for half in space.halves for name in _names(half))
    return [name for name, times in count.items() if times > 1]


def _names(half: Shape) -> list[str]:
    if isinstance(half, Template):
        return [piece.field for piece in half.pieces if isinstance(piece, Variable)]
    return [] if half is None else list(half.fields)


def _candidates(
    space: KeySpace,
    other: KeySpace,
    name: str,
    guess: tuple[Shared, Shared],
    letters: Letters,
    *,
    first: bool,
) -> list[object]:
    """Values to try for a field that stands twice: what was met, then all short texts."""
    scalar = next((p.scalar for p in _parts(space) if p.field == name), None)
    if scalar is not None and scalar.kind != "text":
        return [scalar.decode(text) for text in scalar.texts or (scalar.sample,)]
    spans = (common.spans_a if first else common.spans_b for common in guess)
    met = [text for found in spans for field, text in found if field == name]
    samples = [part.scalar.sample for part in _parts(other)]
    plain = sorted(_plain_letters(space, other, letters), reverse=True)
    short = ("".join(pair) for size in (1, 2, 3) for pair in product(plain, repeat=size))
    widths = {p.width for p in _variables(space) if p.field == name and p.width}
    if widths:
        return list(range(100))
    return list(dict.fromkeys(chain(met, samples, islice(short, 150))))


def _plain_letters(a: KeySpace, b: KeySpace, letters: Letters) -> Letters:
    """The letters of the templates' own texts, and the one that stands for all others."""
    texts = [
        piece
        for half in (*a.halves, *b.halves)
        if isinstance(half, Template)
        for piece in half.pieces
        if isinstance(piece, str)
    ]
    return letters & frozenset("".join(texts) + FRESH)


def _parts(space: KeySpace) -> Iterator[Part]:
    for half in space.halves:
        if isinstance(half, Composite):
            yield from (part for part in half.components if isinstance(part, Part))


def _variables(space: KeySpace) -> Iterator[Variable]:
    for half in space.halves:
        if isinstance(half, Template):
            yield from (piece for piece in half.pieces if isinstance(piece, Variable))
