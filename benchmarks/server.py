"""End to end on dynoxide, a server with a database: the same operations.

Its own time is another process's, and is in the wall time alone, which is mostly that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.canned import page
from benchmarks.harness import paired
from benchmarks.results import Measured
from benchmarks.sdk import client_of
from benchmarks.side import OPERATIONS, Endpoint, Operation, Side
from tabledesign.engine.dynoxide import Dynoxide

__all__ = ["operations", "serving"]


@contextmanager
def serving() -> Generator[Endpoint]:
    """A server on a file of its own, with the tables and rows of every operation."""
    with tempfile.TemporaryDirectory() as folder, Dynoxide(Path(folder, "data.db")) as server:
        endpoint = Endpoint(server.endpoint)
        client = client_of(endpoint)
        for table in sorted({work.table for work in OPERATIONS.values()}):
            _create(client, table)
            _fill(client, table)
        yield endpoint


def operations(sides: Sequence[Side], *, most: int) -> list[Measured]:
    """Every operation but the largest page, ``most`` rounds of it, of the batch a fifth."""
    tables: list[Measured] = []
    order: tuple[Operation, ...] = ("batch", "get", "put", "query")  # others get what it writes
    for operation in order:
        work = OPERATIONS[operation]
        rounds = most if operation != "batch" else max(3, most // 5)
        contenders = [side.contender(operation) for side in sides if operation in side.does]
        lines = paired(contenders, calls=max(1, work.calls // 2), rounds=rounds)
        tables.append(
            Measured(f"server.{operation}", f"{work.title}, on dynoxide", "a call", rounds, lines)
        )
    return tables


def _create(client: Any, table: str) -> None:
    names = ("pk", "sk", "gsi1pk", "gsi1sk")
    client.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_schema(*names[:2]),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "gsi1",
                "KeySchema": _schema(*names[2:]),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _fill(client: Any, table: str) -> None:
    rows = page(table)
    for start in range(0, len(rows), 25):
        puts = [{"PutRequest": {"Item": row}} for row in rows[start : start + 25]]
        client.batch_write_item(RequestItems={table: puts})
