"""What became of each mutant: one line of JSON each, written at once, so that a run can resume."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.mutants.mutant import Mutant

__all__ = ["Result", "add", "latest", "sample"]


@dataclass(frozen=True, slots=True)
class Result:
    """A mutant was killed by a test, ran out of time, or survived every stage."""

    id: str
    module: str
    outcome: str
    stage: int
    by: str
    seconds: float
    commit: str
    path: str
    line: int
    where: str
    before: str
    after: str


def sample(mutants: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """So many of each module, or all there are; the same ones for the same seed and source.

    They are dealt in turn, so that a run that is cut short has seen every module.
    """
    by_module: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_module[mutant.module].append(mutant)
    drawn = [
        (place, number, mutant)
        for number, (module, found) in enumerate(by_module.items())
        for place, mutant in enumerate(
            random.Random(f"{seed} {module}").sample(  # noqa: S311 - it has to be repeatable
                found, min(size, len(found))
            )
        )
    ]
    return [mutant for _, _, mutant in sorted(drawn, key=lambda one: one[:2])]


def add(path: Path, result: Result) -> None:
    """Append it, and have it on the disk before the next one starts."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def latest(lines: Iterable[str]) -> dict[str, Result]:
    """The last result of each mutant; a line that a kill left half written is not one."""
    found: dict[str, Result] = {}
    for line in lines:
        try:
            fields = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[fields["id"]] = Result(**fields)
    return found
