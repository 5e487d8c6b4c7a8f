"""Real tasks written to dynoxide in bulk: a file imported, models put, and boto3's own loop.

The file is the beginning of `examples/data/todo-comments.ndjson.gz`. The import does more than the
others: it reads and checks the file twice, makes the people and lists that its rows name, notes
how far it has come. The loop of boto3's ``batch_writer`` is given ready dicts, with all keys.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from benchmarks.harness import by_name, paired
from benchmarks.results import Measured
from benchmarks.sdk import client_of
from benchmarks.side import Endpoint
from tabledesign.design.provision import provision
from tabledesign.engine import drive, engine_of
from tabledesign.engine.protocol import Engine
from tabledesign.patterns.writes import item_of
from tabledesign.todo.entities import table
from tabledesign.todo.importing import Importer, task_of
from tabledesign.todo.repository import TodoRepository
from tabledesign.todo.row import Row, as_given
from tabledesign.todo.rows import read_rows

__all__ = ["measured"]

ROWS = 1000
FILE = Path(__file__).resolve().parent.parent / "examples/data/todo-comments.ndjson.gz"
_maker: Any = boto3


def measured(endpoint: Endpoint, folder: Path, *, rounds: int) -> Measured:
    """CPU and wall time of a row, with what the server takes in the wall time."""
    client = client_of(endpoint)
    engine: Any = engine_of(client)
    todo = TodoRepository(engine, tenant="acme")
    _provide(engine)
    file = folder / "tasks.ndjson"
    with gzip.open(FILE, "rt", encoding="utf-8") as whole:
        file.write_text("".join(islice(whole, ROWS)), encoding="utf-8")
    tasks = [task_of(as_given(row)) for row in read_rows(file) if isinstance(row, Row)]
    items = [item_of(task, "acme") for task in tasks]
    calls: dict[str, Callable[[], object]] = {
        "boto3 Table, batch_writer of ready dicts": _loop(endpoint, items),
        "tabledesign, put_many of models": lambda: todo.put_many(tasks),
        "tabledesign, the file imported": lambda: Importer(todo, file, again=True).run(),
    }
    lines = paired(by_name(calls), calls=1, rounds=rounds, units=len(tasks))
    return Measured(
        "bulk", f"{len(tasks):,} tasks of a file written to dynoxide", "a row", rounds, lines
    )


def _provide(engine: Engine) -> None:
    drive(provision(table), engine)


def _loop(endpoint: Endpoint, items: list[Any]) -> Callable[[], object]:
    resource = _maker.resource("dynamodb", endpoint_url=endpoint.url)
    plain = TypeDeserializer()
    rows = [{name: plain.deserialize(value) for name, value in item.items()} for item in items]

    def write() -> None:
        with resource.Table(table.name).batch_writer() as writer:
            for row in rows:
                writer.put_item(Item=row)

    return write
