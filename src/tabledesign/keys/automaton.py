"""Key texts as automata: a shortest text that two shapes share, or that there is none."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from tabledesign.dataclass import dataclass, field
from tabledesign.keys.composite import Composite, Label, Part
from tabledesign.keys.shapes import SHAPES, signs
from tabledesign.keys.template import Template, Variable

__all__ = ["FRESH", "Automaton", "Letters", "Shape", "Shared", "letters_of", "shared"]

Shape = Composite | Template | None
Letters = frozenset[str]
Step = tuple[Letters, int, int]  # the letters, the state after them, the field's number or -1

FRESH: Final = "xyzuvw"
_DIGITS: Final = "0123456789"
_HEX: Final = "0123456789abcdef"
_COMPONENT_LETTERS: Final = "#%!~" + _DIGITS + "abcdefABCDEF-:.TZ<=>"


@dataclass(frozen=True, slots=True)
class Shared:
    """A text both shapes make, and the part of it that each field of either side takes."""

    text: str
    spans_a: tuple[tuple[str, str], ...]
    spans_b: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Automaton:
    """The key texts of one shape; state 0 is the start, ``final`` the end.

    ``sampled`` takes one text for every kind that is not text, instead of a few too many.
    ``fixed`` sets fields to one value each.
    """

    letters: Letters
    sampled: bool = False
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    fields: list[str] = field(default_factory=list[str])
    steps: list[list[Step]] = field(default_factory=lambda: [[]])
    final: int = 0

    def add(self, shape: Shape) -> Automaton:
        """Append a whole key; raises `InputError` where a fixed value cannot stand in it."""
        if isinstance(shape, Template):
            for piece in shape.pieces:
                self.final = self._piece(piece)
        elif shape is not None:
            for component in shape.components:
                self.final = self._closed(self._component(component))
        return self

    def _piece(self, piece: str | Variable) -> int:
        if isinstance(piece, str):
            return self._path(self.final, piece, -1)
        tag = self._tag(piece.field)
        if piece.field in self.fixed:
            return self._path(self.final, piece.write(self.fixed[piece.field]), tag)
        if piece.width is not None:
            return self._shaped(self.final, [["d"]] * piece.width, tag)
        end = self._step(self.final, self.letters, tag)
        self.steps[end].append((self.letters, end, tag))
        return end

    def _component(self, component: Part | Label) -> list[int]:
        """The states in which the component may end, before its terminator."""
        start = self.final
        if isinstance(component, Label):
            return [self._path(start, component.written, -1)]
        tag = self._tag(component.field)
        if component.field in self.fixed:
            text = component.write(self.fixed[component.field])
            return [] if text is None else [self._path(start, text, tag)]
        scalar = component.scalar
        ends = [] if component.mark is None else [self._path(start, component.mark, tag)]
        if scalar.kind == "text":
            return [*ends, self._escaped(start, tag)]
        texts = scalar.texts or ((scalar.sample,) if self.sampled else ())
        if texts:
            return [*ends, *(self._path(start, text, tag) for text in texts)]
        if scalar.kind == "bytes":
            return [*ends, self._pairs(start, tag)]
        return [*ends, self._shaped(start, SHAPES[scalar.kind], tag)]

    def _closed(self, ends: list[int]) -> int:
        self.steps.append([])
        closed = len(self.steps) - 1
        for end in ends:
            self.steps[end].append((frozenset("#"), closed, -1))
        return closed

    def _escaped(self, start: int, tag: int) -> int:
        """One or more of: a plain letter, or ``%XX`` for a code point up to ``%``."""
        plain = frozenset(letter for letter in self.letters if letter > "%")
        end = self._step(start, plain, tag)
        self.steps[end].append((plain, end, tag))
        for state in (start, end):
            sign = self._step(state, frozenset("%"), tag)
            low = self._step(sign, frozenset("01"), tag)
            self.steps[low].append((frozenset(_HEX.upper()), end, tag))
            two = self._step(sign, frozenset("2"), tag)
            self.steps[two].append((frozenset("012345"), end, tag))
        return end

    def _shaped(self, start: int, groups: Iterable[Sequence[str]], tag: int) -> int:
        """One group after the other, any of its alternatives each time."""
        for group in groups:
            self.steps.append([])
            end = len(self.steps) - 1
            for alternative in group:
                state = start
                *first, (last, _) = signs(alternative)
                for letters, repeats in first:
                    state = self._step(state, letters, tag)
                    if repeats:
                        self.steps[state].append((letters, state, tag))
                self.steps[state].append((last, end, tag))
            start = end
        return start

    def _pairs(self, start: int, tag: int) -> int:
        """Bytes: hexadecimal digits, two by two."""
        half = self._step(start, frozenset(_HEX), tag)
        end = self._step(half, frozenset(_HEX), tag)
        self.steps[end].append((frozenset(_HEX), half, tag))
        return end

    def _path(self, start: int, text: str, tag: int) -> int:
        state = start
        for letter in text:
            state = self._step(state, frozenset(letter), tag)
        return state

    def _step(self, state: int, letters: Letters, tag: int) -> int:
        self.steps.append([])
        self.steps[state].append((letters, len(self.steps) - 1, tag))
        return len(self.steps) - 1

    def _tag(self, name: str) -> int:
        self.fields.append(name)
        return len(self.fields) - 1


def letters_of(*shapes: Shape) -> Letters:
    """The letters that tell texts of these shapes apart, and one that stands for all others."""
    known = set(chain.from_iterable(_letters(shape) for shape in shapes))
    fresh = next(
        letter for letter in chain(FRESH, map(chr, range(0x100, 0x8000))) if letter not in known
    )
    return frozenset(known | {fresh})


def _letters(shape: Shape) -> Iterator[str]:
    if isinstance(shape, Template):
        for piece in shape.pieces:
            yield from _DIGITS if isinstance(piece, Variable) and piece.width else ""
            yield from piece if isinstance(piece, str) else ""
    elif shape is not None:
        yield from _COMPONENT_LETTERS
        for component in shape.components:
            if isinstance(component, Label):
                yield from component.written
            else:
                yield from "".join(component.scalar.texts or ())


Pair = tuple[int, int]
Came = tuple[Pair, str, int, int]  # from which pair, by which letter, in which field of each side


def shared(a: Automaton, b: Automaton) -> Shared | None:
    """A shortest text that both accept, by breadth-first search of their product."""
    start, goal = (0, 0), (a.final, b.final)
    came: dict[Pair, Came | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came:
        pair = waiting.popleft()
        for after, arrival in _moves(a, b, pair):
            if after not in came:
                came[after] = arrival
                waiting.append(after)
    return _retraced(a, b, came, goal) if goal in came else None


def _moves(a: Automaton, b: Automaton, pair: Pair) -> Iterator[tuple[Pair, Came]]:
    for on_a, to_a, tag_a in a.steps[pair[0]]:
        for on_b, to_b, tag_b in b.steps[pair[1]]:
            common = on_a & on_b
            if common:
                yield (to_a, to_b), (pair, _readable(common), tag_a, tag_b)


def _readable(letters: Letters) -> str:
    """One of the letters, an ordinary one where there is a choice.

    Among digits it is a one: a number, date or moment of ones is one that exists.
    """
    return next((letter for letter in FRESH + "1" if letter in letters), None) or min(letters)


def _retraced(a: Automaton, b: Automaton, came: Mapping[Pair, Came | None], goal: Pair) -> Shared:
    text: list[str] = []
    spans: tuple[dict[int, str], dict[int, str]] = ({}, {})
    arrival = came[goal]
    while arrival is not None:
        pair, letter, *tags = arrival
        text.append(letter)
        for span, tag in zip(spans, tags, strict=True):
            span[tag] = letter + span.get(tag, "")
        arrival = came[pair]
    return Shared("".join(reversed(text)), _named(a, spans[0]), _named(b, spans[1]))


def _named(side: Automaton, spans: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, spans[tag]) for tag, name in enumerate(side.fields))
