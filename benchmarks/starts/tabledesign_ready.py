"""Ours, ready to be asked: entity, repository, and an engine that has made no client."""

from __future__ import annotations

from benchmarks.starts.tabledesign_model import Tasks
from tabledesign.engine.lanes.direct import DirectEngine

__all__ = ["tasks"]

tasks = Tasks(DirectEngine())
