"""Every command, in the order in which help lists them."""

from __future__ import annotations

from tabledesign.cli import ask, catalogue, check, explain, todo
from tabledesign.cli.app import app
from tabledesign.cli.table import create, diff

__all__ = ["app", "ask", "catalogue", "check", "create", "diff", "explain", "todo"]
