"""Write docs/problems/ from the problem types of the to-do API, or compare it with them.

scripts/problem_pages.py --write
scripts/problem_pages.py --check     exits 1 where a page is missing, changed or left over
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tabledesign.api.problem_pages import index_markdown, page_markdown
from tabledesign.todo.http.problem_types import TODO_PROBLEM_TYPES

__all__ = ["FOLDER", "main", "problem_files"]

FOLDER = Path(__file__).resolve().parent.parent / "docs/problems"


def problem_files() -> dict[str, str]:
    """Every page by the name of its file."""
    pages = {f"{kind.code}.md": page_markdown(kind) for kind in TODO_PROBLEM_TYPES}
    return {"README.md": index_markdown(TODO_PROBLEM_TYPES), **pages}


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true")
    choice.add_argument("--check", action="store_true")
    wanted = problem_files()
    there = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
    unlike = sorted(name for name in wanted | there if wanted.get(name) != there.get(name))
    if parser.parse_args(arguments).write:
        FOLDER.mkdir(exist_ok=True)
        for name in unlike:
            path = FOLDER / name
            if name in wanted:
                path.write_text(wanted[name], encoding="utf-8", newline="\n")
            else:
                path.unlink()
        print(f"docs/problems: {len(unlike)} of {len(wanted)} pages are written anew")
        return 0
    for name in unlike:
        print(f"docs/problems/{name} is not as the types say; run scripts/problem_pages.py --write")
    if not unlike:
        print("docs/problems is as the types say")
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
