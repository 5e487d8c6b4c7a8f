"""Files of rows, and tables of each kind to import them into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tabledesign.design.definition import table_definition
from tabledesign.engine import Engine
from tabledesign.engine.embedded import EmbeddedEngine, embedded
from tabledesign.todo import table
from tabledesign.wire import Item, Request

WriteRows = Callable[..., Path]

GOOD: Mapping[str, object] = {
    "list": "home",
    "user": "ann",
    "title": "Feed the cat",
    "created_at": "2026-11-23T09:30:00+01:00",
}


def create_table(engine: Engine) -> None:
    """Make the to-do table."""
    engine.send(Request("CreateTable", table_definition(table)))


def scan(engine: Engine, *, entity: str | None = None) -> list[Item]:
    """Every stored item as it lies in the table, by primary key, sets in order."""
    found: list[Item] = []
    start: dict[str, Any] = {}
    while True:
        response = engine.send(Request("Scan", {"TableName": table.name, **start}))
        found += response["Items"]
        if "LastEvaluatedKey" not in response:
            break
        start = {"ExclusiveStartKey": response["LastEvaluatedKey"]}
    items = [
        {name: _in_order(value) for name, value in item.items()}
        for item in found
        if entity in (None, item["entity"]["S"])
    ]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def _in_order(value: dict[str, Any]) -> dict[str, Any]:
    return {kind: sorted(held) if kind == "SS" else held for kind, held in value.items()}


@pytest.fixture
def engine() -> Iterator[EmbeddedEngine]:
    with embedded() as made:
        create_table(made)
        yield made


@pytest.fixture
def other() -> Iterator[EmbeddedEngine]:
    """A second, empty table."""
    with embedded() as made:
        create_table(made)
        yield made


@pytest.fixture
def rows(tmp_path: Path) -> WriteRows:
    """Writes a file of good rows, one for each of the changes made to it."""

    def write(*changes: Mapping[str, object], name: str = "tasks.ndjson") -> Path:
        path = tmp_path / name
        given = [{"id": f"t{number}", **change} for number, change in enumerate(changes, start=1)]
        lines = [json.dumps({**GOOD, **change}) + "\n" for change in given]
        path.write_text("".join(lines), encoding="utf-8")
        return path

    return write
