"""Ours: the item as an entity, and a repository of it on each lane."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from benchmarks.canned import FIRST
from benchmarks.design import Task, Tasks
from benchmarks.environment import given
from benchmarks.gates import ASYNC, COMPATIBLE, DIRECT, FAST
from benchmarks.item import PROJECT, TABLE, values
from benchmarks.sdk import client_of
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Operation, Side
from tabledesign.engine import AsyncClientEngine, engine_of
from tabledesign.engine.lanes.direct import DirectEngine

__all__ = ["LANES", "side", "task"]

TABLES: tuple[Operation, ...] = ("get", "query", "page")


def task(number: int) -> Task:
    """The task with this number."""
    return Task.model_validate(values(number))


Made = Callable[[str], Tasks]
"""A repository of the table with this name."""


def side(name: str, endpoint: Endpoint) -> Side:
    """A side by its name; raises `RuntimeError` where requests do not take that lane."""
    lane, make = LANES[name]
    engine = make(endpoint)

    def made(table: str) -> Tasks:
        return Tasks(engine, table_name=table)

    repository = made(TABLE)
    if repository.transport.lane != lane:
        raise RuntimeError(f"{name}: its requests go {repository.transport}")
    if name != ASYNC:
        return Side(name, "ours", _synchronous(made))
    return Side(name, "ours", _asynchronous(made), asyncio.new_event_loop(), repository.aclose)


def _compatible(endpoint: Endpoint) -> object:
    with given("TABLEDESIGN_TRANSPORT", "botocore"):
        return engine_of(client_of(endpoint))


def _fast(endpoint: Endpoint) -> object:
    return engine_of(client_of(endpoint))


def _direct(endpoint: Endpoint) -> object:
    with given("AWS_CA_BUNDLE", endpoint.certificate) if endpoint.certificate else nullcontext():
        engine = DirectEngine(endpoint_url=endpoint.url, connections=endpoint.connections)
        assert engine.transport.lane == "direct"  # and by now it has read whom to trust
        return engine


def _asyncio(endpoint: Endpoint) -> object:
    return AsyncClientEngine(client_of(endpoint))


LANES: Mapping[str, tuple[str, Callable[[Endpoint], object]]] = {
    COMPATIBLE: ("compatible", _compatible),
    FAST: ("fast", _fast),
    DIRECT: ("direct", _direct),
    ASYNC: ("fast", _asyncio),
}


def _synchronous(made: Made) -> Mapping[Operation, Callable[[], Any]]:
    tasks, rows, page = (made(OPERATIONS[name].table) for name in TABLES)
    models = [task(number) for number in MODELS]
    return {
        "get": lambda: tasks.get(Task.by_id(project=PROJECT, number=FIRST)),
        "put": lambda: tasks.put(models[0]),
        "query": lambda: rows.of_project(PROJECT).page(limit=100).items,
        "page": lambda: page.of_project(PROJECT).page(limit=2500).items,
        "batch": lambda: tasks.put_many(models),
    }


def _asynchronous(made: Made) -> Mapping[Operation, Callable[[], Any]]:
    tasks, rows, page = (made(OPERATIONS[name].table) for name in TABLES)
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
