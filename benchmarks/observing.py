"""``python -m benchmarks.observing``: what a request's line costs, warm.

The same route over a table that answers from memory, without a line and with one; and one line by
itself, by ours and by Powertools' metrics with the same content. CPU time of this process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from benchmarks.harness import by_name, paired
from tabledesign import Entity, Key, Query, Repository, Table, access_pattern
from tabledesign.api import adapters
from tabledesign.api.inputs import Served
from tabledesign.api.principal import Claims
from tabledesign.api.routing import listing
from tabledesign.observing import Observer, Seen, trace
from tabledesign.observing.line import line_of
from tabledesign.observing.seen import Spent
from tabledesign.wire import Request, Response

__all__ = ["main"]

shelf = Table("shelf", tenants=True)


class Book(Entity, table=shelf):
    owner: str
    book_id: str
    by_owner = Key(partition="owner", sort="book_id")


class Shelf(Repository, table=shelf):
    @access_pattern
    def of_owner(self, owner: str) -> Query[Book]:
        """An owner's books."""
        return Book.by_owner.query(owner=owner)


class Memory:
    """Answers every query alike."""

    def __init__(self) -> None:
        self.rows = [
            {
                "pk": {"S": "acme#Book#ann#"},
                "sk": {"S": f"Book#{number}#"},
                "entity": {"S": "Book"},
                "owner": {"S": "ann"},
                "book_id": {"S": str(number)},
            }
            for number in range(25)
        ]
        self.answer = {
            "Items": self.rows,
            "Count": 25,
            "ScannedCount": 25,
            "ConsumedCapacity": {"TableName": "shelf", "CapacityUnits": 0.5},
        }

    def send(self, _request: Request) -> Response:
        return self.answer


class Unwatched(Observer):
    """Writes nothing, and sees nothing."""

    @contextmanager
    def watching(self, request_id: str) -> Generator[Seen]:
        yield Seen(request_id=request_id)


class Context:
    aws_request_id = "1"

    def get_remaining_time_in_millis(self) -> int:
        return 3_000


EVENT: dict[str, Any] = {
    "rawPath": "/v1/books",
    "rawQueryString": "",
    "requestContext": {
        "requestId": "r1",
        "stage": "$default",
        "http": {"method": "GET", "path": "/v1/books"},
        "authorizer": {
            "jwt": {"claims": {"sub": "ann", "custom:tenant": "acme", "token_use": "id"}}
        },
    },
}


def handler(observer: Observer, *, traced: bool) -> Any:
    """A page of 25 items over HTTP."""
    books = Shelf(Memory(), tenant="acme", trace=trace if traced else None)
    route = listing(
        "/v1/books",
        [Served(Shelf.of_owner.plan, frozenset({"owner"}))],
        repository=lambda call: books.scoped(call.principal.tenant).within(call.deadline),
        bound=lambda call: {"owner": call.principal.subject},
        permit=lambda call, arguments: None,
        present=lambda book: book.model_dump(mode="json"),
    )
    return adapters.http_api([route], Claims().from_http, observer=observer)


def ours() -> str:
    seen = Seen(request_id="r1", about="GET /v1/books", method="GET", status=200)
    seen.patterns["of_owner"] = Spent(1, 0.5, 25)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return line_of(seen, service="shelf", namespace="tabledesign", at=at, milliseconds=1.5)


def powertools() -> str:
    metrics: Any = EphemeralMetrics(namespace="tabledesign", service="shelf")
    metrics.add_dimension(name="route", value="GET /v1/books")
    for name in ("faults", "capacity", "throttles", "conflicts", "of_owner.capacity"):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=0.5)
    metrics.add_metric(name="latency", unit=MetricUnit.Milliseconds, value=1.5)
    for name, value in {
        "request_id": "r1",
        "method": "GET",
        "status": 200,
        "level": "INFO",
    }.items():
        metrics.add_metadata(key=name, value=value)
    metrics.add_metadata(key="patterns", value={"of_owner": {"requests": 1, "rows": 25}})
    return json.dumps(metrics.serialize_metric_set())


def main() -> None:
    """Print both comparisons."""
    written: list[str] = []

    def keep(line: str) -> None:
        written[:] = [line]

    context = Context()
    bare = handler(Unwatched(), traced=False)
    lined = handler(Observer(write=keep), traced=False)
    watched = handler(Observer(write=keep), traced=True)
    print("a page of 25 items, answered from memory")
    calls: dict[str, Callable[[], object]] = {
        "without a line": lambda: bare(EVENT, context),
        "with a line": lambda: lined(EVENT, context),
        "with what it asked in it": lambda: watched(EVENT, context),
    }
    for found in paired(by_name(calls), calls=200):
        print(f"  {found.name:28} {found.least_us:8.1f} us  x{found.ratio:.3f}")
    print(f"  the line has {len(written[0])} bytes")
    print("a line by itself")
    for found in paired(by_name({"ours": ours, "Powertools' metrics": powertools}), calls=500):
        print(f"  {found.name:28} {found.least_us:8.1f} us  x{found.ratio:.3f}")


if __name__ == "__main__":
    main()
