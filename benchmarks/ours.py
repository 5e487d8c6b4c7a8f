"""Ours: the item as an entity, and a repository of it on each lane."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from benchmarks.canned import FIRST
from benchmarks.item import PROJECT, TABLE, values
from benchmarks.sdk import client_of
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Side
from tabledesign import Entity, Key, Query, Repository, Table, access_pattern, collection
from tabledesign.engine import AsyncClientEngine

__all__ = ["LANES", "Note", "Step", "Task", "Tasks", "compatible_only", "side", "task"]

table = Table(TABLE, global_indexes=("gsi1",))


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


class Step(Entity, table=table):
    project: str
    number: int
    status: Status
    cost: Decimal
    created: datetime
    done: bool
    labels: list[str]

    by_id = Key(label="project", partition="project", sort="number")
    by_status = Key("gsi1", partition="status", sort=("created", "number"))


class Note(Entity, table=table):
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

    @access_pattern
    def all_of_project(self, project: str) -> Query[Task | Step | Note]:
        """Everything of a project."""
        return collection(Task.by_id, Step.by_id, Note.by_id).query(project=project)


def task(number: int) -> Task:
    """The task with this number."""
    return Task.model_validate(values(number))


@contextmanager
def compatible_only() -> Generator[None]:
    """Engines made meanwhile leave signing and sending to botocore."""
    before = os.environ.get("TABLEDESIGN_TRANSPORT")
    os.environ["TABLEDESIGN_TRANSPORT"] = "botocore"
    try:
        yield
    finally:
        del os.environ["TABLEDESIGN_TRANSPORT"]
        if before is not None:
            os.environ["TABLEDESIGN_TRANSPORT"] = before


Made = Callable[[str], Tasks]
"""A repository of the table with this name."""


def compatible(endpoint: Endpoint) -> Made:
    with compatible_only():
        engine = Tasks(client_of(endpoint)).engine
    return lambda name: Tasks(engine, table_name=name)


def fast(endpoint: Endpoint) -> Made:
    engine = Tasks(client_of(endpoint)).engine
    return lambda name: Tasks(engine, table_name=name)


LANES: dict[str, tuple[str, Callable[[Endpoint], Made]]] = {
    "tabledesign, compatible": ("compatible", compatible),
    "tabledesign, fast": ("fast", fast),
}


def side(name: str, endpoint: Endpoint) -> Side:
    """A side by its name; raises `LookupError` where requests do not take that lane."""
    lane, make = LANES[name]
    made = make(endpoint)
    repository = made(TABLE)
    if repository.transport.lane not in {lane, "engine" if lane == "compatible" else lane}:
        raise LookupError(f"{name}: its requests go {repository.transport}")
    return Side(name, "ours", _synchronous(made))


def _synchronous(made: Made) -> dict[Any, Callable[[], Any]]:
    tasks, rows, page = (made(OPERATIONS[name].table) for name in ("get", "query", "page"))
    models = [task(number) for number in MODELS]
    return {
        "get": lambda: tasks.get(Task.by_id(project=PROJECT, number=FIRST)),
        "put": lambda: tasks.put(models[0]),
        "query": lambda: rows.of_project(PROJECT).page(limit=100).items,
        "page": lambda: page.of_project(PROJECT).page(limit=2500).items,
        "batch": lambda: tasks.put_many(models),
    }


def asynchronous(endpoint: Endpoint) -> dict[Any, Callable[[], Any]]:
    """The operations awaited, over an engine for asyncio."""
    engine = AsyncClientEngine(client_of(endpoint))

    tasks, rows, page = (
        Tasks(engine, table_name=OPERATIONS[name].table) for name in ("get", "query", "page")
    )
    models = [task(number) for number in MODELS]

    async def query() -> Any:
        return (await rows.of_project(PROJECT).apage(limit=100)).items

    async def whole() -> Any:
        return (await page.of_project(PROJECT).apage(limit=2500)).items

    return {
        "get": lambda: tasks.aget(Task.by_id(project=PROJECT, number=FIRST)),
        "put": lambda: tasks.aput(models[0]),
        "query": query,
        "page": whole,
        "batch": lambda: tasks.aput_many(models),
    }
