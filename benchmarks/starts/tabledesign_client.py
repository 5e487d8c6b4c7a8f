"""Ours with a boto3 client that the library makes."""

from __future__ import annotations

from benchmarks.starts.tabledesign_model import Tasks
from tabledesign.engine.connect import connect

__all__ = ["tasks"]

opened = connect(engine="aws")
tasks = Tasks(opened.__enter__())
