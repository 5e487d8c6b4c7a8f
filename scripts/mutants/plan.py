"""Which mutants are run: drawn once, and found again by name when the source has changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.mutants.mutant import Mutant, read_lines
from scripts.mutants.results import sample
from scripts.mutants.subjects import SUBJECTS

__all__ = ["Drawn", "Plan", "found_again"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The names of a sample, the commit of the source it was drawn from, and from how many."""

    seed: int
    size: int
    commit: str
    of: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the source is, where the mutants of each file are kept, and who makes them."""

    root: Path
    build: Path
    maker: str

    def drawn(self, *, size: int, seed: int, commit: str) -> Drawn:
        """A sample: as drawn before, or drawn now from the source of this commit."""
        path = self.build / f"plan-{seed}-{size}.json"
        if not path.exists():
            mutants = self.mutants()
            names = tuple(mutant.id for mutant in sample(mutants, size, seed))
            made = Drawn(seed, size, commit, len(mutants), names)
            path.write_text(json.dumps(asdict(made)), encoding="utf-8")
        fields = json.loads(path.read_text(encoding="utf-8"))
        return Drawn(**(fields | {"names": tuple(fields["names"])}))

    def mutants(self) -> list[Mutant]:
        """All mutants of today's source, file by file."""
        return [
            mutant
            for subject in SUBJECTS
            for pattern in subject.sources
            for path in sorted(self.root.glob(pattern))
            for mutant in self._of(subject.name, path.relative_to(self.root).as_posix())
        ]

    def _of(self, module: str, path: str) -> list[Mutant]:
        """The mutants of a file; kept, because to make them takes a second or two."""
        digest = hashlib.sha256((self.root / path).read_bytes()).hexdigest()[:16]
        kept = self.build / "made" / f"{path.replace('/', '.')}-{digest}.ndjson"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            command = [self.maker, "-m", "scripts.mutants.make_mutants", module, path]
            made = subprocess.run(
                command, cwd=self.root, check=True, capture_output=True, text=True
            ).stdout
            kept.write_text(made, encoding="utf-8")
        return list(read_lines(kept.read_text(encoding="utf-8").splitlines()))


def found_again(names: Sequence[str], mutants: list[Mutant]) -> list[Mutant]:
    """The named mutants that today's source still has, in the order of the names."""
    by_name = {mutant.id: mutant for mutant in mutants}
    return [by_name[name] for name in names if name in by_name]
