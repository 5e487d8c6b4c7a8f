"""Storing what an iterator gives, some at a time: as much memory as one portion takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from tabledesign.dataclass import replace
from tabledesign.engine.effects import Operation, now
from tabledesign.errors import InputError
from tabledesign.repository.batch import BatchResult
from tabledesign.repository.context import Context
from tabledesign.schema.entity import Entity

__all__ = ["PORTION", "Put", "put_portions"]

PORTION: Final = 1_000
"""Entities that are held at a time: forty batches, ten rounds of four."""

Put = Callable[..., Operation[BatchResult[Any]]]


def put_portions(
    put: Put, context: Context, entities: Iterator[Entity], *, deadline: timedelta
) -> Operation[BatchResult[Entity]]:
    """Put a portion at a time, with `put_many` or `put_all`; one deadline holds for all.

    Of equal primary keys the last one counts, here as there. After a portion that was not
    written whole nothing is sent any more: it is left, and so is all that the iterator still
    gives. Raises `InputError` for the first portion with an entity that cannot be stored;
    ``details["done"]`` says how many were stored before.
    """
    started = yield from now()
    total: BatchResult[Entity] = BatchResult(0, (), 0, None)
    while portion := list(islice(entities, PORTION)):
        room = deadline - ((yield from now()) - started)
        try:
            result = yield from put(context, portion, deadline=max(room, timedelta(0)))
        except InputError as error:
            error.details = {**error.details, "done": total.done}
            raise
        total = _sum(total, result)
        if result.left:
            return replace(total, left=(*result.left, *entities))
    return total


def _sum(one: BatchResult[Entity], other: BatchResult[Entity]) -> BatchResult[Entity]:
    units = [each.capacity for each in (one, other) if each.capacity is not None]
    return BatchResult(
        one.done + other.done,
        other.left,
        one.requests + other.requests,
        sum(units) if units else None,
        other.error,
    )
