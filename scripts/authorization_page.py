"""Write docs/authorization.md from the policies, or compare it with them.

scripts/authorization_page.py --write
scripts/authorization_page.py --check     exits 1 where the page is not what they say
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tabledesign.todo.policies.page import authorization_page

__all__ = ["PAGE", "main"]

PAGE = Path(__file__).resolve().parent.parent / "docs/authorization.md"


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true")
    choice.add_argument("--check", action="store_true")
    text = authorization_page()
    if parser.parse_args(arguments).write:
        PAGE.write_text(text, encoding="utf-8", newline="\n")
        print(f"{PAGE.name} is written")
        return 0
    if not PAGE.is_file() or PAGE.read_bytes() != text.encode():
        print(
            f"{PAGE.name} is not what the policies say; run scripts/authorization_page.py --write"
        )
        return 1
    print(f"{PAGE.name} is as the policies say")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
