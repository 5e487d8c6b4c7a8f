"""Writing many items: batches of 25, drained with backoff until a deadline, nothing dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tabledesign.engine.effects import Operation, now, send_many, sleep
from tabledesign.errors import RequestError
from tabledesign.limits import BATCH_WRITE_ITEMS
from tabledesign.patterns.writes import item_of
from tabledesign.repository.context import Context
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Request, consumed_units

__all__ = ["BatchResult", "put_many"]

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch: in = done + left over, exactly.

    ``left`` holds the entities that were not acknowledged when the deadline came, with the
    last error if there was one; ``requests`` and ``capacity`` say what it took.
    """

    done: int
    left: tuple[Entity, ...]
    requests: int
    capacity: float | None
    error: RequestError | None = None


def put_many(
    context: Context, entities: Sequence[Entity], *, deadline: timedelta, concurrency: int = 4
) -> Operation[BatchResult]:
    """Put all entities, replacing what is there; of equal primary keys the last one counts.

    Throttled and unprocessed items are sent again after a pause that doubles, until the
    deadline; any other error ends the batch with what is left.
    """
    waiting = _by_key(context, entities)
    requests = 0
    capacity: float | None = None
    error: RequestError | None = None
    started = yield from now()
    pause = FIRST_PAUSE
    while waiting:
        chunks = _chunks(context, waiting)
        outcomes = yield from send_many(chunks, limit=concurrency)
        requests += len(chunks)
        left: dict[tuple[str, ...], tuple[Item, Entity]] = {}
        error = None
        for chunk, outcome in zip(chunks, outcomes, strict=True):
            if isinstance(outcome, RequestError):
                if error is None or error.retry == "safe":  # the one that ends the batch counts
                    error = outcome
                unprocessed: Any = chunk.parameters["RequestItems"]
            else:
                unprocessed = outcome.get("UnprocessedItems") or {}
                units = consumed_units(outcome)
                capacity = capacity if units is None else (capacity or 0.0) + units
            for put in unprocessed.get(context.table_name, ()):
                key = _key(context, put["PutRequest"]["Item"])
                left[key] = waiting[key]
        waiting = left
        hopeless = error is not None and error.retry != "safe"
        if not waiting or hopeless or (yield from _is_over(started, deadline)):
            break
        yield from sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return BatchResult(
        done=len(entities) - len(waiting),
        left=tuple(entity for _, entity in waiting.values()),
        requests=requests,
        capacity=capacity,
        error=error if waiting else None,
    )


def _is_over(started: datetime, deadline: timedelta) -> Operation[bool]:
    return (yield from now()) - started >= deadline


def _by_key(
    context: Context, entities: Sequence[Entity]
) -> dict[tuple[str, ...], tuple[Item, Entity]]:
    items = ((item_of(entity, context.tenant), entity) for entity in entities)
    return {_key(context, item): (item, entity) for item, entity in items}


def _key(context: Context, item: Item) -> tuple[str, ...]:
    names = (context.table.partition_key, context.table.sort_key)
    return tuple(str(item[name]["S"]) for name in names if name is not None)


def _chunks(
    context: Context, waiting: dict[tuple[str, ...], tuple[Item, Entity]]
) -> tuple[Request, ...]:
    puts = [{"PutRequest": {"Item": item}} for item, _ in waiting.values()]
    return tuple(
        Request(
            "BatchWriteItem",
            {
                "RequestItems": {context.table_name: puts[start : start + BATCH_WRITE_ITEMS]},
                "ReturnConsumedCapacity": "TOTAL",
            },
        )
        for start in range(0, len(puts), BATCH_WRITE_ITEMS)
    )
