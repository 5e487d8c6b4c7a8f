"""The command line: one command a file, nothing but words in and words out."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; what the console script ``tabledesign`` calls."""
    try:
        from tabledesign.cli.commands import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("tabledesign: the command line needs more; run `pip install tabledesign[cli]`")
    app(prog_name="tabledesign")
