"""The reading operations: generators that yield effects and return what was found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from tabledesign.dataclass import dataclass
from tabledesign.engine.effects import Operation, now, sleep
from tabledesign.engine.retry import send, send_many
from tabledesign.errors import RequestError, Throttled
from tabledesign.patterns.expiring import ttl_field
from tabledesign.patterns.plan import BoundPlan
from tabledesign.patterns.reads import batch_keys, batch_requests, get_request, query_request
from tabledesign.repository.answers import (
    Answered,
    key_texts_of,
    read_batch,
    read_item,
    read_page,
)
from tabledesign.repository.context import Context
from tabledesign.repository.rows import EXPIRED, RowReader
from tabledesign.schema.page import Unreadable
from tabledesign.wire import AttributeValue, Item, Request, Response, consumed_units

__all__ = ["Gathered", "Limits", "count", "fetch", "fetch_many", "gather"]

BATCH_CONCURRENCY = 4
DRAIN_ROUNDS = 10
FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows wanted, rows evaluated by each request, requests made; None is no limit."""

    rows: int | None = None
    evaluated: int | None = None
    requests: int | None = None


@dataclass(slots=True)
class Gathered:
    """What a read has found so far, and the row it can be continued after.

    ``last`` is the primary and index key of that row. ``last_was_handed`` tells whether the
    caller holds the row; DynamoDB may stop after a row that was filtered away or expired.
    """

    items: list[Any]
    unreadable: list[Unreadable]
    expired: int = 0
    evaluated: int = 0
    requests: int = 0
    capacity: float | None = None
    last: Item | None = None
    last_was_handed: bool = True

    def count_response(self, response: Response) -> None:
        """Add one answer's figures."""
        self.requests += 1
        self.evaluated += int(response.get("ScannedCount", 0))
        units = consumed_units(response)
        if units is not None:
            self.capacity = (self.capacity or 0.0) + units


def gather(
    bound: BoundPlan, context: Context, limits: Limits, start: Item | None
) -> Operation[Gathered]:
    """Read rows from ``start`` until enough are found, the interval ends or a limit is reached."""
    gathered = Gathered([], [])
    if bound.interval is None:
        return gathered
    instant = (yield from now()) if context.table.ttl is not None else None
    plan = bound.plan
    reader = RowReader(context.table, plan.keys, plan.view, context.strict)
    keys = () if plan.condition is None else _position_names(bound)
    while True:
        wanted = None if limits.rows is None else limits.rows - len(gathered.items)
        # Under a filter the rows wanted say nothing about the rows to evaluate.
        evaluate = limits.evaluated or (wanted if plan.condition is None else None)
        request = query_request(bound, context.table_name, limit=evaluate, start=start)
        response = yield from send(request)
        answer, rows = read_page(reader, response, instant, keys=keys)
        gathered.count_response(answer)
        start = answer.get("LastEvaluatedKey")
        left, last = _take(gathered, rows, wanted)
        if last is None:
            handed = None
        elif plan.condition is None and rows.clean and last == len(rows.rows) - 1:
            # Without a filter DynamoDB stops after the last row that it gives.
            handed = start
        else:
            handed = rows.key(last, _position_names(bound))
        if wanted is not None and len(gathered.items) >= (limits.rows or 0):
            ended = start is None and not left
            gathered.last = None if ended else handed
            gathered.last_was_handed = True
            return gathered
        gathered.last = start
        if start is None:
            return gathered
        # DynamoDB may stop after a row that the filter dropped: the caller never saw that one.
        gathered.last_was_handed = handed == start
        if limits.requests is not None and gathered.requests >= limits.requests:
            return gathered


def _take(gathered: Gathered, rows: Answered, wanted: int | None) -> tuple[int, int | None]:
    """Add rows until as many as wanted are there.

    Gives how many rows are left, and the number of the last one that the caller is handed or
    told of, if there is one.
    """
    total = len(rows.rows)
    if rows.clean and (wanted is None or total <= wanted):
        gathered.items += rows.rows
        return 0, total - 1 if total else None
    items = len(gathered.items)
    last: int | None = None
    for number in range(total):
        found = rows[number]
        last = number
        if found is EXPIRED:
            gathered.expired += 1
            last = None
        elif isinstance(found, Unreadable):
            gathered.unreadable.append(found)
        else:
            gathered.items.append(found)
            if wanted is not None and len(gathered.items) - items >= wanted:
                return total - number - 1, number
    return 0, last


def _position_names(bound: BoundPlan) -> tuple[str, ...]:
    """The attributes that say where a row stands in the table and in the index that is read."""
    table, place = bound.plan.table, bound.plan.place
    names = (table.partition_key, table.sort_key, place.partition_attribute, place.sort_attribute)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def count(bound: BoundPlan, context: Context) -> Operation[int]:
    """How many rows the interval holds; expired rows are not counted."""
    expiring = any(ttl_field(entity) is not None for entity in bound.plan.entities)
    total, start = 0, None
    if expiring or bound.plan.view is not None:
        while True:
            gathered = yield from gather(bound, context, Limits(requests=1), start)
            total += len(gathered.items) + len(gathered.unreadable)
            start = gathered.last
            if start is None:
                return total
    while bound.interval is not None:
        request = query_request(bound, context.table_name, start=start, counting=True)
        response = yield from send(request)
        total += int(response["Count"])
        start = response.get("LastEvaluatedKey")
        if start is None:
            break
    return total


def fetch(
    reader: RowReader, context: Context, key: Mapping[str, AttributeValue], *, consistent: bool
) -> Operation[Any | None]:
    """One item by its primary key, or None; an unreadable one raises `UnreadableItem`."""
    instant = (yield from now()) if context.table.ttl is not None else None
    response = yield from send(get_request(context.table_name, key, consistent=consistent))
    return read_item(reader, response, instant)


def fetch_many(bound: BoundPlan, context: Context) -> Operation[list[Any | None]]:
    """One entry for each key asked for, in that order; None where nothing is stored."""
    plan = bound.plan
    keys = batch_keys(bound)
    reader = RowReader(context.table, plan.keys, plan.view, True)
    requests = tuple(batch_requests(context.table_name, keys, consistent=plan.consistent))
    instant = (yield from now()) if context.table.ttl is not None else None
    found: dict[Hashable, Any] = {}
    pause = FIRST_PAUSE
    for _ in range(DRAIN_ROUNDS):
        if not requests:
            break
        outcomes = yield from send_many(requests, limit=BATCH_CONCURRENCY)
        left: list[Request] = []
        for outcome in outcomes:
            if isinstance(outcome, RequestError):
                raise outcome
            found.update(read_batch(reader, outcome, instant, context.table_name))
            if outcome.get("UnprocessedKeys"):
                left.append(_again(outcome["UnprocessedKeys"]))
        requests = tuple(left)
        if requests:
            yield from sleep(pause)
            pause *= 2
    if requests:
        raise Throttled(
            f"the table left keys unread after {DRAIN_ROUNDS} rounds; ask for fewer items, or "
            "raise the table's read capacity",
            code="request.throttled",
        )
    entities = (found.get(key_texts_of(context.table, key)) for key in keys)
    return [None if entity is EXPIRED else entity for entity in entities]


def _again(unprocessed: Any) -> Request:
    return Request("BatchGetItem", {"RequestItems": unprocessed, "ReturnConsumedCapacity": "TOTAL"})
