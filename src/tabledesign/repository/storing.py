"""Storing many entities of any kind: batches where a batch will do, transactions where not.

An entity with rules or a version is refused by batches, which take no conditions. Here as many
of them as fit are put in one transaction, with their claims and counts; all others go in batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count

from tabledesign.engine.effects import Operation, fraction, now, sleep
from tabledesign.engine.retry import is_safe
from tabledesign.errors import InputError, RequestError, TabledesignError
from tabledesign.limits import (
    PARTITION_KEY_BYTES,
    SORT_KEY_BYTES,
    TRANSACTION_BYTES,
    TRANSACTION_ITEMS,
)
from tabledesign.patterns.budget import write_items
from tabledesign.patterns.reads import primary_key
from tabledesign.patterns.step import Step, step_of
from tabledesign.patterns.written import written_item
from tabledesign.repository.batch import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    BatchResult,
    put_many,
    room_left,
)
from tabledesign.repository.committing import commit
from tabledesign.repository.context import Context
from tabledesign.repository.writing import own
from tabledesign.schema.entity import Entity

__all__ = ["put_all"]

# A claim holds its own key and its owner's; a count holds less.
KEPT_BYTES = 2 * (PARTITION_KEY_BYTES + SORT_KEY_BYTES)


def put_all(
    context: Context, entities: Sequence[Entity], *, deadline: timedelta
) -> Operation[BatchResult[Entity]]:
    """Put all entities; of equal primary keys the last one counts, and in = done + left over.

    Throttling and conflicts are waited for until the deadline. What a transaction refuses
    (`UniqueTaken`, `StaleVersion`, two entities with one unique value) ends the work as
    ``error``, with the entities of that transaction and all later ones as ``left``. Raises
    `InputError` for entities that cannot be stored, before anything is sent.
    """
    started = yield from now()
    ruled = [entity for entity in entities if _has_rules(own(context, type(entity)))]
    plain = [entity for entity in entities if not _has_rules(type(entity))]
    waiting = list({_identity(entity): entity for entity in ruled}.values())
    groups = list(_groups(waiting, context.tenant))
    for entity in plain if groups else ():
        written_item(entity, context.tenant)  # what cannot be stored is refused before all else
    left, requests, error = len(waiting), 0, None
    for steps in groups:
        if (yield from room_left(started, deadline)) <= 0:
            break
        sent, error = yield from _stored(context, steps, started, deadline)
        requests += sent
        if error is not None:
            break
        left -= len(steps)
    over = tuple(waiting[len(waiting) - left :])
    if over:
        return BatchResult(len(ruled) - left, (*over, *plain), requests, None, error)
    room = deadline - ((yield from now()) - started)
    result = yield from put_many(context, plain, deadline=max(room, timedelta(0)))
    return BatchResult(
        len(ruled) + result.done,
        result.left,
        requests + result.requests,
        result.capacity,
        result.error,
    )


def _stored(
    context: Context, steps: Sequence[Step], started: datetime, deadline: timedelta
) -> Operation[tuple[int, TabledesignError | None]]:
    """Commit the steps, as often as it takes and time allows; gives the tries and the error."""
    ceiling = FIRST_PAUSE
    for tries in count(1):
        try:
            yield from commit(context, steps)
        except (InputError, RequestError) as error:
            pause = (yield from fraction()) * ceiling
            room = yield from room_left(started, deadline)
            if isinstance(error, InputError) or not is_safe(error) or pause >= room:
                return tries, error
            yield from sleep(pause)
            ceiling = min(ceiling * 2, LONGEST_PAUSE)
        else:
            return tries, None
    raise AssertionError("counting has no end")


def _has_rules(entity: type[Entity]) -> bool:
    return bool(entity.__rules__) or entity.__settings__.version is not None


def _groups(entities: Sequence[Entity], tenant: str | None) -> Iterator[list[Step]]:
    """Steps for as many entities at a time as a transaction takes with what keeps their rules."""
    group: list[Step] = []
    items = size = 0
    for number, entity in enumerate(entities):
        cost = write_items(type(entity))["put"]
        # An item is never larger than its text.
        _, text = written_item(entity, tenant)
        written = len(text) + (cost - 1) * KEPT_BYTES
        full = items + cost > TRANSACTION_ITEMS or size + written > TRANSACTION_BYTES
        if group and full:
            yield group
            group, items, size = [], 0, 0
        group.append(step_of("put", entity, name=f"entity {number}"))
        items, size = items + cost, size + written
    if group:
        yield group


def _identity(entity: Entity) -> tuple[object, ...]:
    names = primary_key(type(entity)).fields
    return (type(entity), *(getattr(entity, name) for name in names))
