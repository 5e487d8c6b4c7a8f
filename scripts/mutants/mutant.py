"""A mutant: one small change of one source file, named so that the name outlives other edits."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

__all__ = ["Change", "Mutant", "changed", "named", "read_lines"]


@dataclass(frozen=True, slots=True)
class Change:
    """``old`` at character ``start`` of the file at ``path`` becomes ``new``."""

    path: str
    start: int
    old: str
    new: str
    where: str = ""
    """The function or class that holds it, dotted."""

    def applied(self, text: str) -> str:
        """The text of the file with the change made."""
        end = self.start + len(self.old)
        if text[self.start : end] != self.old:
            raise ValueError(f"{self.path} is not the file this mutant was made from")
        return text[: self.start] + self.new + text[end:]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change with its name, the module it counts for, and the lines before and after."""

    id: str
    module: str
    change: Change
    line: int
    before: str
    after: str

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_lines(lines: Iterable[str]) -> Iterator[Mutant]:
    """The mutants that were written by `Mutant.as_json`, one a line."""
    for line in lines:
        fields = json.loads(line)
        yield Mutant(**(fields | {"change": Change(**fields["change"])}))


def changed(path: str, text: str, mutated: str, where: str = "") -> Change:
    """The smallest change that makes one text of the other."""
    shorter = min(len(text), len(mutated))
    start = _common(shorter, lambda size: mutated.startswith(text[:size]))
    rest = shorter - start
    end = _common(rest, lambda size: size == 0 or mutated.endswith(text[-size:]))
    old, new = text[start : len(text) - end], mutated[start : len(mutated) - end]
    return Change(path, start, old, new, where)


def named(module: str, text: str, changes: Iterable[Change]) -> Iterator[Mutant]:
    """The changes of one file as mutants, each once.

    The name is made from what a reader sees, not from line numbers: the function, the line before
    and after, and a count where those are the same. So a review of a mutant stays good while the
    file around it changes.
    """
    alike: Counter[tuple[str, str, str]] = Counter()
    for change in sorted(set(changes), key=lambda one: (one.start, one.old, one.new)):
        before = _lines(text, change.start, len(change.old))
        after = _lines(change.applied(text), change.start, len(change.new))
        if before == after:
            continue
        seen = (change.where, before, after)
        alike[seen] += 1
        name = "\0".join((change.path, *seen, str(alike[seen])))
        digest = hashlib.sha256(name.encode()).hexdigest()[:10]
        yield Mutant(digest, module, change, text.count("\n", 0, change.start) + 1, before, after)


def _common(most: int, holds: Callable[[int], bool]) -> int:
    """The largest size up to ``most`` that holds, where every smaller one does."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if holds(middle) else (least, middle - 1)
    return least


def _lines(text: str, start: int, size: int) -> str:
    """The whole lines that hold a piece of the text, their indents and breaks made blanks."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start + size)
    return " ".join(text[first : last if last >= 0 else len(text)].split())
