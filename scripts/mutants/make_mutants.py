"""Writes every mutant of the files that are named to standard output, one JSON object a line.

Runs in an environment of its own, which has mutmut and libcst and not this package.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.mutants.making import changes_of
from scripts.mutants.mutant import named

__all__ = ["main"]


def main() -> None:
    """``module path``: the mutants of a source count for that module."""
    module, path = sys.argv[1:]
    text = Path(path).read_text(encoding="utf-8")
    for mutant in named(module, text, changes_of(path, text)):
        sys.stdout.write(mutant.as_json() + "\n")


if __name__ == "__main__":
    main()
