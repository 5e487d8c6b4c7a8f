"""``tabledesign todo``: the to-do backend from the shell; each command registers in its file."""

from __future__ import annotations

import typer

from tabledesign.cli.app import app, ending

__all__ = ["todo_app"]

todo_app = typer.Typer(
    help="Load, read and show the to-do design.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=ending("explain tabledesign.todo:table"),
)
app.add_typer(todo_app, name="todo")


@todo_app.callback()
def _todo() -> None:
    """Load, read and show the to-do design."""
