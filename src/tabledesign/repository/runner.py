"""What a repository lends a question: each verb carried out by the driver of its engine."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from tabledesign.dataclass import dataclass, replace
from tabledesign.engine.effects import Operation
from tabledesign.engine.protocol import AsyncEngine, Engine, is_async
from tabledesign.errors import InputError, NotFound, NotUnique
from tabledesign.patterns.explain import explain
from tabledesign.patterns.plan import BoundPlan, Plan
from tabledesign.patterns.reads import first_request
from tabledesign.patterns.written import rendered_key
from tabledesign.repository.context import Context
from tabledesign.repository.paging import page
from tabledesign.repository.reading import Limits, count, fetch, fetch_many, gather
from tabledesign.repository.rows import RowReader
from tabledesign.repository.trace import aask, ask
from tabledesign.schema.page import Unreadable, UnreadableWarning
from tabledesign.wire import AttributeValue, Item

__all__ = ["PlanRunner"]


@dataclass(frozen=True, slots=True)
class PlanRunner:
    """Runs one bound plan; a verb that starts with an a gives an awaitable."""

    bound: BoundPlan
    context: Context
    engine: Engine | AsyncEngine

    def run(self, verb: str, options: Mapping[str, object]) -> Any:
        """Carry out the verb, or explain or show the request without sending anything."""
        if verb == "explain":
            return explain(self.plan, self.bound)
        if verb == "request":
            request = first_request(self.bound, self.context.table_name)
            return {} if request is None else dict(request.parameters)
        if verb == "reversed":
            turned = replace(self.plan, descending=not self.plan.descending)
            return replace(self, bound=replace(self.bound, plan=turned))
        if verb == "iterate":
            return self._iterate()
        if verb == "aiterate":
            return self._aiterate()
        waits = verb.startswith("a") and verb != "all"
        operation = self._operation(verb[1:] if waits else verb, options)
        run = aask if waits else ask
        return run(self.plan.name, operation, self.engine)

    @property
    def plan(self) -> Plan:
        return self.bound.plan

    def _operation(self, verb: str, options: Mapping[str, Any]) -> Operation[Any]:
        if verb == "page":
            limits = Limits(options["limit"], options["evaluate"], options["requests"])
            return page(
                self.bound, self.context, limits, options["cursor"], sealed=options["sealed"]
            )
        if verb == "count":
            return count(self.bound, self.context)
        if verb == "all":
            return fetch_many(self.bound, self.context)
        if self.plan.operation == "GetItem":
            return self._one(required=verb == "one")
        return self._first(required=verb == "one")

    def _one(self, *, required: bool) -> Operation[Any]:
        reader = RowReader(self.context.table, self.plan.keys, self.plan.view, True)
        found = yield from fetch(reader, self.context, self._key(), consistent=self.plan.consistent)
        if found is None and required:
            raise _not_found(self.plan)
        return found

    def _first(self, *, required: bool) -> Operation[Any]:
        gathered = yield from gather(
            self.bound, self.context, Limits(rows=2 if required else 1), None
        )
        _warn_of(gathered.unreadable, self.plan)
        if required and not gathered.items:
            raise _not_found(self.plan)
        if required and len(gathered.items) > 1:
            raise NotUnique(
                f"{self.plan.name} found several items; ask .first(), or iterate",
                code="query.not_unique",
            )
        return gathered.items[0] if gathered.items else None

    def _key(self) -> Mapping[str, AttributeValue]:
        bound = self.bound
        return rendered_key(self.plan.key.entity, bound.values, bound.tenant)

    def _iterate(self) -> Iterator[Any]:
        if is_async(self.engine):
            raise InputError(
                "the engine is asynchronous; write 'async for'", code="engine.is_async"
            )
        return self._rows(self.engine)

    def _rows(self, engine: Engine) -> Iterator[Any]:
        start: Item | None = None
        while True:
            reading = gather(self.bound, self.context, Limits(requests=1), start)
            gathered = ask(self.plan.name, reading, engine)
            _warn_of(gathered.unreadable, self.plan)
            yield from gathered.items
            start = gathered.last
            if start is None:
                return

    async def _aiterate(self) -> AsyncIterator[Any]:
        if not is_async(self.engine):
            raise InputError(
                "the engine is synchronous; write 'for', or give the repository an asynchronous "
                "engine",
                code="engine.is_sync",
            )
        start: Item | None = None
        while True:
            reading = gather(self.bound, self.context, Limits(requests=1), start)
            gathered = await aask(self.plan.name, reading, self.engine)
            _warn_of(gathered.unreadable, self.plan)
            for item in gathered.items:
                yield item
            start = gathered.last
            if start is None:
                return


def _warn_of(unreadable: Sequence[Unreadable], plan: Plan) -> None:
    """Say that rows were left out, where the answer has no place to list them."""
    if unreadable:
        warnings.warn(
            f"{plan.name} left out {len(unreadable)} stored items that cannot be read, the first "
            f"because {unreadable[0].reason}; read it with .page() to have them listed",
            UnreadableWarning,
            stacklevel=3,
        )


def _not_found(plan: Plan) -> NotFound:
    return NotFound(
        f"{plan.name} found no item; ask .first() where it may be absent", code="query.not_found"
    )
