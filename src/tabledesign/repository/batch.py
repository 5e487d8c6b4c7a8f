"""Writing many items: batches of 25, drained with backoff until a deadline, nothing dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from tabledesign.dataclass import dataclass
from tabledesign.engine.effects import Operation, allowed, fraction, now, send_many, sleep
from tabledesign.engine.retry import is_safe
from tabledesign.errors import InputError, RequestError, TabledesignError
from tabledesign.limits import BATCH_WRITE_ITEMS
from tabledesign.patterns.writes import stamped
from tabledesign.patterns.written import address_of, written_item, written_key
from tabledesign.repository.context import Context
from tabledesign.repository.writing import own
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity
from tabledesign.wire import CAPACITY, Item, Rendered, Request, consumed_units, json_text

if TYPE_CHECKING:
    from tabledesign.codec.text import Address

__all__ = ["FIRST_PAUSE", "LONGEST_PAUSE", "BatchResult", "delete_many", "put_many", "room_left"]

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
CONCURRENCY = 4

W_co = TypeVar("W_co", covariant=True)
Left: TypeAlias = "dict[Address, tuple[str, Any]]"
"""What waits, by primary key: the write as JSON, and what was handed in for it."""


@dataclass(frozen=True, slots=True)
class BatchResult(Generic[W_co]):
    """What became of a batch: in = done + left over, exactly.

    ``left`` holds what was not acknowledged when the deadline came, with the last error if there
    was one; ``requests`` and ``capacity`` say what it took.
    """

    done: int
    left: tuple[W_co, ...]
    requests: int
    capacity: float | None
    error: TabledesignError | None = None


@dataclass(slots=True)
class _Drain:
    """What is still waiting, and what it took so far."""

    waiting: Left
    requests: int = 0
    capacity: float | None = None
    error: RequestError | None = None


def put_many(
    context: Context, entities: Sequence[Entity], *, deadline: timedelta
) -> Operation[BatchResult[Entity]]:
    """Put all entities, replacing what is there; of equal primary keys the last one counts.

    Throttled and unprocessed items are sent again after a random pause below a ceiling that
    doubles, until the deadline; any other error ends the batch with what is left. Raises
    `InputError` ``batch.rules`` for entities that no batch may write.
    """
    waiting: Left = {}
    instant = yield from now()
    dated: dict[type[Entity], bool] = {}
    for entity in entities:
        kind, new = type(entity), entity
        if kind not in dated:
            _check(context, kind)
            dated[kind] = kind.__settings__.dates
        if dated[kind]:
            new = stamped(entity, instant, version=None, keep_created=True)
        address, item = written_item(new, context.tenant)
        waiting[address] = (f'{{"PutRequest":{{"Item":{item}}}}}', entity)
    return (yield from _drain(context, _Drain(waiting), len(entities), deadline))


def delete_many(
    context: Context, identities: Sequence[Identity[Any]], *, deadline: timedelta
) -> Operation[BatchResult[Identity[Any]]]:
    """Delete all these items, whether they are there or not; otherwise as `put_many`."""
    waiting: Left = {}
    for identity in identities:
        _check(context, identity.entity)
        address, key = written_key(identity.entity, identity.values, context.tenant)
        waiting[address] = (f'{{"DeleteRequest":{{"Key":{key}}}}}', identity)
    return (yield from _drain(context, _Drain(waiting), len(identities), deadline))


def _check(context: Context, entity: type[Entity]) -> None:
    own(context, entity)
    version = entity.__settings__.version
    if not entity.__rules__ and version is None:
        return
    kept = ", ".join(f"{rule.kind} {name}" for name, rule in entity.__rules__.items())
    kept = kept or f"version {version}"
    raise InputError(
        f"{entity.__name__} has a rule ({kept}) and a batch takes no conditions; write it by "
        "transactions: put_all(), commit(), or create(), put() and delete() one at a time",
        code="batch.rules",
    )


def _drain(
    context: Context, drain: _Drain, total: int, deadline: timedelta
) -> Operation[BatchResult[Any]]:
    started = yield from now()
    ceiling = FIRST_PAUSE
    while drain.waiting:
        yield from _round(context, drain)
        hopeless = drain.error is not None and not is_safe(drain.error)
        room = yield from room_left(started, deadline)
        # Full jitter; a pause that would end after the deadline is the end.
        pause = (yield from fraction()) * ceiling
        if not drain.waiting or hopeless or pause >= room:
            break
        yield from sleep(pause)
        ceiling = min(ceiling * 2, LONGEST_PAUSE)
    return BatchResult(
        done=total - len(drain.waiting),
        left=tuple(handed for _, handed in drain.waiting.values()),
        requests=drain.requests,
        capacity=drain.capacity,
        error=drain.error if drain.waiting else None,
    )


def _round(context: Context, drain: _Drain) -> Operation[None]:
    """Send everything that waits once, and keep what was not taken."""
    addresses = list(drain.waiting)
    chunks = [
        addresses[start : start + BATCH_WRITE_ITEMS]
        for start in range(0, len(addresses), BATCH_WRITE_ITEMS)
    ]
    requests = tuple(_request(context, chunk, drain.waiting) for chunk in chunks)
    outcomes = yield from send_many(requests, limit=CONCURRENCY)
    drain.requests += len(requests)
    drain.error = None
    left: Left = {}
    for chunk, outcome in zip(chunks, outcomes, strict=True):
        if isinstance(outcome, RequestError):
            if drain.error is None or drain.error.retry == "safe":  # what ends the batch counts
                drain.error = outcome
            unprocessed = chunk
        else:
            left_over: Mapping[str, Any] = outcome.get("UnprocessedItems") or {}
            writes = left_over.get(context.table_name, ())
            unprocessed = [address_of(context.table, _written(write)) for write in writes]
            units = consumed_units(outcome)
            drain.capacity = drain.capacity if units is None else (drain.capacity or 0.0) + units
        for address in unprocessed:
            left[address] = drain.waiting[address]
    drain.waiting = left


def room_left(started: datetime, deadline: timedelta) -> Operation[float]:
    """Seconds until the deadline, or until the engine's own if that comes first."""
    instant = yield from now()
    own = (yield from allowed()).retries.deadline
    room = (deadline - (instant - started)).total_seconds()
    return room if own is None else min(room, own.left(instant))


def _written(write: Mapping[str, Any]) -> Item:
    item: Item = write["PutRequest"]["Item"] if "PutRequest" in write else {}
    return item or write["DeleteRequest"]["Key"]


def _request(context: Context, chunk: Sequence[Address], waiting: Left) -> Request:
    """One BatchWriteItem for the writes at these addresses."""
    writes = ",".join([waiting[address][0] for address in chunk])
    text = f'{{"RequestItems":{{{json_text(context.table_name)}:[{writes}]}}}}'
    return Request("BatchWriteItem", Rendered(text, {"RequestItems": None}) | CAPACITY)
