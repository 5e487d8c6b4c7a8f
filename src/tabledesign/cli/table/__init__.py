"""``tabledesign table``: a live table made from its design, or compared with it."""

from __future__ import annotations

import typer

from tabledesign.cli.app import app, ending

__all__ = ["table_app"]

table_app = typer.Typer(
    help="Create a table from its design, or compare a live one with it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=ending("table create design.py:table", "table diff design.py:table"),
)
app.add_typer(table_app, name="table")
