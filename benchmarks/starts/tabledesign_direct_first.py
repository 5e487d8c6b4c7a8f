"""Ours on the direct lane, and its first entity; its codec is built for it."""

from __future__ import annotations

from benchmarks.starts.tabledesign_model import Task
from benchmarks.starts.tabledesign_ready import tasks

__all__ = ["task"]

task = tasks.get(Task.by_id(project="a", number=1))
assert task is not None, "the stub has it"
