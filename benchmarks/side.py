"""A side: one library with its model of the item, and how it does each operation.

The operations are the same for all: a get of one item, a put of one model, a query of 100, a
query of 2,500 (1.18 MB, about what DynamoDB gives at once), a batch write of 1,000 models.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.canned import FIRST
from benchmarks.harness import Contender, awaited, repeated

__all__ = ["OPERATIONS", "Endpoint", "Operation", "Side", "SideKind"]

Operation = Literal["get", "put", "query", "page", "batch"]
SideKind = Literal["boto3", "peer", "ours"]


@dataclass(frozen=True, slots=True)
class Work:
    """An operation: its title, its table, calls in a turn, requests a call, rows it must find."""

    title: str
    table: str
    calls: int
    requests: int = 1
    rows: int | None = None


OPERATIONS: Mapping[Operation, Work] = {
    "get": Work("GetItem", "tasks", 20),
    "put": Work("PutItem, model in", "tasks", 20),
    "query": Work("Query, 100 items", "rows-100", 20, rows=100),
    "page": Work("Query, 1 MB page", "rows-2500", 1, rows=2500),
    "batch": Work("batch write of 1,000 models", "tasks", 1, requests=40),
}
MODELS = range(FIRST, FIRST + 1000)
"""The numbers of the items of a batch."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where all sides send their requests, with the certificate to trust if it has one.

    ``connections`` is how many may be kept open; ten are boto3's default.
    """

    url: str
    certificate: str | None = None
    connections: int = 10


@dataclass(frozen=True, slots=True)
class Side:
    """Who does what: calls, or coroutine functions where there is a ``loop``."""

    name: str
    kind: SideKind
    does: Mapping[Operation, Callable[[], Any]]
    loop: asyncio.AbstractEventLoop | None = None
    closing: Callable[[], Coroutine[Any, Any, object]] | None = None

    def close(self) -> None:
        """Close the loop and what was opened in it."""
        if self.loop is not None:
            if self.closing is not None:
                self.loop.run_until_complete(self.closing())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()

    def contender(self, operation: Operation) -> Contender:
        """This side at one operation."""
        if self.loop is not None:
            return awaited(self.name, self.loop, self.does[operation])
        return repeated(self.name, self.does[operation])
