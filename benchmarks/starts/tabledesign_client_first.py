"""Ours with a boto3 client that the library makes, and its first entity."""

from __future__ import annotations

from benchmarks.starts.tabledesign_client import tasks
from benchmarks.starts.tabledesign_model import Task

__all__ = ["task"]

task = tasks.get(Task.by_id(project="a", number=1))
assert task is not None, "the stub has it"
