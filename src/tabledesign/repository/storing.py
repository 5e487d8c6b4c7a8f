"""Storing many entities of any kind: batches where a batch will do, transactions where not.

An entity with rules or a version is refused by batches, which take no conditions. Here as many
of them as fit are put in one transaction, with their claims and counts; all others go in batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from tabledesign.engine.effects import Operation, now
from tabledesign.errors import RequestError
from tabledesign.limits import TRANSACTION_ITEMS
from tabledesign.patterns.budget import write_items
from tabledesign.patterns.reads import primary_key
from tabledesign.patterns.step import Step, step_of
from tabledesign.repository.batch import BatchResult, put_many
from tabledesign.repository.committing import commit
from tabledesign.repository.context import Context
from tabledesign.repository.writing import own
from tabledesign.schema.entity import Entity

__all__ = ["put_all"]


def put_all(
    context: Context, entities: Sequence[Entity], *, deadline: timedelta
) -> Operation[BatchResult[Entity]]:
    """Put all entities; of equal primary keys the last one counts, and in = done + left over.

    What a transaction refuses (`UniqueTaken`, `StaleVersion`) ends the work as ``error``, with
    the entities of that transaction and all later ones as ``left``.
    """
    started = yield from now()
    ruled = [entity for entity in entities if _has_rules(own(context, type(entity)))]
    plain = [entity for entity in entities if not _has_rules(type(entity))]
    waiting = list({_identity(entity): entity for entity in ruled}.values())
    left, requests, error = len(waiting), 0, None
    for steps in _groups(waiting):
        if (yield from now()) - started >= deadline:
            break
        try:
            yield from commit(context, steps)
        except RequestError as raised:
            error = raised
            break
        left, requests = left - len(steps), requests + 1
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


def _has_rules(entity: type[Entity]) -> bool:
    return bool(entity.__rules__) or entity.__settings__.version is not None


def _groups(entities: Sequence[Entity]) -> Iterator[list[Step]]:
    """Steps for as many entities at a time as a transaction takes with what keeps their rules."""
    group: list[Step] = []
    items = 0
    for number, entity in enumerate(entities):
        cost = write_items(type(entity))["put"]
        if group and items + cost > TRANSACTION_ITEMS:
            yield group
            group, items = [], 0
        group.append(step_of("put", entity, name=f"entity {number}"))
        items += cost
    if group:
        yield group


def _identity(entity: Entity) -> tuple[object, ...]:
    names = primary_key(type(entity)).fields
    return (type(entity), *(getattr(entity, name) for name in names))
