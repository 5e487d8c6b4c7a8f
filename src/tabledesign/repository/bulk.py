"""The verbs of a repository that store and delete many items at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from tabledesign.engine.effects import Operation
from tabledesign.engine.protocol import AsyncEngine, Engine
from tabledesign.repository.batch import BatchResult, delete_many, put_many
from tabledesign.repository.context import Context
from tabledesign.repository.storing import put_all
from tabledesign.repository.streaming import Put, put_portions
from tabledesign.repository.trace import aask, ask
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity

__all__ = ["Bulk"]


class Bulk:
    """The base of `Repository` for bulk work; nothing that is handed in is dropped."""

    engine: Engine | AsyncEngine
    context: Context

    def put_many(
        self, entities: Iterable[Entity], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult[Entity]:
        """Store many entities in batches, replacing what is there; nothing is dropped.

        What the table did not take before the deadline comes back as ``left``. An iterator is
        taken a thousand at a time, however many it gives; then an `InputError` for what cannot
        be stored says in ``details["done"]`` how many were stored before.
        """
        operation = _putting(put_many, self.context, entities, deadline)
        return ask("put_many", operation, self.engine)

    async def aput_many(
        self, entities: Iterable[Entity], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult[Entity]:
        """`put_many`, awaited."""
        operation = _putting(put_many, self.context, entities, deadline)
        return await aask("put_many", operation, self.engine)

    def put_all(
        self, entities: Iterable[Entity], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult[Entity]:
        """Store many entities of any kind: `put_many`, and transactions for those with rules.

        Unique values, versions and counters hold as with `put`; a transaction they refuse ends
        the work, with its error and all that is left. An iterator is taken as by `put_many`.
        """
        operation = _putting(put_all, self.context, entities, deadline)
        return ask("put_all", operation, self.engine)

    async def aput_all(
        self, entities: Iterable[Entity], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult[Entity]:
        """`put_all`, awaited."""
        operation = _putting(put_all, self.context, entities, deadline)
        return await aask("put_all", operation, self.engine)

    def delete_many(
        self, identities: Sequence[Identity[Any]], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult[Identity[Any]]:
        """Delete many items in batches, whether they are there or not; as `put_many`."""
        return ask(
            "delete_many", delete_many(self.context, identities, deadline=deadline), self.engine
        )

    async def adelete_many(
        self, identities: Sequence[Identity[Any]], *, deadline: timedelta = timedelta(seconds=60)
    ) -> BatchResult[Identity[Any]]:
        """`delete_many`, awaited."""
        return await aask(
            "delete_many", delete_many(self.context, identities, deadline=deadline), self.engine
        )


def _putting(
    put: Put, context: Context, entities: Iterable[Entity], deadline: timedelta
) -> Operation[BatchResult[Entity]]:
    # Of a sequence all is checked before anything is sent; of an iterator that would be to hold it.
    if isinstance(entities, Sequence):
        return put(context, entities, deadline=deadline)
    return put_portions(put, context, iter(entities), deadline=deadline)
