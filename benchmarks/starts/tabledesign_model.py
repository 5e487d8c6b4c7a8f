"""Ours: one entity with two keys and a repository with one access pattern; no engine yet."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from tabledesign import Entity, Key, Query, Repository, Table, access_pattern

__all__ = ["Task", "Tasks"]

table = Table("tasks", global_indexes=("gsi1",))


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Task(Entity, table=table):
    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]

    by_id = Key(label="project", partition="project", sort="number")
    by_status = Key("gsi1", partition="status", sort=("created", "number"))


class Tasks(Repository, table=table):
    @access_pattern
    def of_project(self, project: str) -> Query[Task]:
        """The tasks of a project."""
        return Task.by_id.query(project=project)
