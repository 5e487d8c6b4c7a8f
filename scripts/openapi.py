"""Write docs/openapi.json from the routes of the to-do API, or compare it with them.

scripts/openapi.py --write
scripts/openapi.py --check     exits 1 where the document is not what the routes say
scripts/openapi.py --release   also what clients rely on from now on (openapi.released.json)
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tabledesign.todo.http.document import todo_document

__all__ = ["DOCUMENT", "RELEASED", "main", "openapi_text"]

DOCUMENT = Path(__file__).resolve().parent.parent / "docs/openapi.json"
RELEASED = DOCUMENT.with_name("openapi.released.json")


def openapi_text() -> str:
    """The document as it is kept: indented, one last line ending."""
    return json.dumps(todo_document(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true")
    choice.add_argument("--check", action="store_true")
    choice.add_argument("--release", action="store_true")
    given = parser.parse_args(arguments)
    text = openapi_text()
    if not given.check:
        for path in (DOCUMENT, RELEASED) if given.release else (DOCUMENT,):
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path.name} is written")
        return 0
    if not DOCUMENT.is_file() or DOCUMENT.read_bytes() != text.encode():
        print(f"{DOCUMENT.name} is not what the routes say; run scripts/openapi.py --write")
        return 1
    print(f"{DOCUMENT.name} is as the routes say")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
