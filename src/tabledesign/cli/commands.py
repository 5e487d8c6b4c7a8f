"""Every command, in the order in which help lists them."""

from __future__ import annotations

from tabledesign.cli import ask, catalogue, check, explain, serve
from tabledesign.cli.app import app
from tabledesign.cli.table import create, diff
from tabledesign.cli.todo import ask as todo_ask
from tabledesign.cli.todo import demo, draining, exporting, importing

__all__ = [
    "app",
    "ask",
    "catalogue",
    "check",
    "create",
    "demo",
    "diff",
    "draining",
    "explain",
    "exporting",
    "importing",
    "serve",
    "todo_ask",
]
