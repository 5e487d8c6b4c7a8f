"""Which of some entities are in the table already, by their primary keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tabledesign.engine.effects import Operation, send_many, sleep
from tabledesign.errors import RequestError, Throttled
from tabledesign.patterns.reads import batch_requests, key_item, primary_key
from tabledesign.patterns.writes import with_tenant
from tabledesign.repository.context import Context
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Request

__all__ = ["absent_ones"]

_ROUNDS: Final = 10
_FIRST_PAUSE: Final = 0.05
_CONCURRENCY: Final = 4


def absent_ones(context: Context, entities: Sequence[Entity]) -> Operation[list[Entity]]:
    """Those of the entities that the table does not hold, in their order.

    Reads strongly consistently, 100 keys a request. Raises `Throttled` when the table leaves
    keys unread, and whatever the engine raises.
    """
    keys = [
        key_item(primary_key(type(entity)), with_tenant(entity.__dict__, context.tenant))
        for entity in entities
    ]
    requests = tuple(batch_requests(context.table_name, keys, consistent=True))
    found: set[tuple[str, ...]] = set()
    pause = _FIRST_PAUSE
    for _ in range(_ROUNDS):
        outcomes = yield from send_many(requests, limit=_CONCURRENCY)
        left: list[Request] = []
        for outcome in outcomes:
            if isinstance(outcome, RequestError):
                raise outcome
            for row in outcome["Responses"].get(context.table_name, ()):
                found.add(_identity(context, row))
            if outcome.get("UnprocessedKeys"):
                left.append(Request("BatchGetItem", {"RequestItems": outcome["UnprocessedKeys"]}))
        if not left:
            return [e for e, k in zip(entities, keys) if _identity(context, k) not in found]
        requests = tuple(left)
        yield from sleep(pause)
        pause *= 2
    raise Throttled(
        f"the table left keys unread after {_ROUNDS} rounds; raise its read capacity and run the "
        "import again",
        code="request.throttled",
    )


def _identity(context: Context, item: Item) -> tuple[str, ...]:
    names = (context.table.partition_key, context.table.sort_key)
    return tuple(str(item[name]["S"]) for name in names if name is not None)
