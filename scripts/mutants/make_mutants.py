"""Writes every mutant of the six subjects to standard output, one JSON object a line.

Runs in an environment of its own, which has mutmut and libcst and not this package.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.mutants.making import changes_of
from scripts.mutants.mutant import named
from scripts.mutants.subjects import SUBJECTS

__all__ = ["main"]


def main() -> None:
    """Subject by subject, file by file, in order."""
    for subject in SUBJECTS:
        for pattern in subject.sources:
            for path in sorted(Path().glob(pattern)):
                text = path.read_text(encoding="utf-8")
                for mutant in named(subject.name, text, changes_of(path.as_posix(), text)):
                    sys.stdout.write(mutant.as_json() + "\n")


if __name__ == "__main__":
    main()
