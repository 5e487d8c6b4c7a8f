"""An engine that leaves part of each batch unprocessed, as a table short of capacity does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from tabledesign.engine.protocol import (
    Capabilities,
    Clock,
    Engine,
    capabilities_of,
    clock_of,
    name_of,
)
from tabledesign.testing.source import Source, chance
from tabledesign.wire import Request, Response

__all__ = ["PartialBatches"]


class PartialBatches:
    """Carries so many of a hundred items of a batch, and hands the others back.

    At 0 nothing is ever taken: a drain must then end by its own deadline.
    """

    def __init__(self, engine: Engine, source: Source, *, percent: int = 50) -> None:
        self.engine = engine
        self.source = source
        self.percent = percent
        self.name = name_of(engine)
        self.thread_safe = False

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return capabilities_of(self.engine)

    @property
    def clock(self) -> Clock:
        """The clock of the engine behind it."""
        return clock_of(self.engine)

    def send(self, request: Request) -> Response:
        """Carry the request, or a part of it."""
        if request.operation not in ("BatchWriteItem", "BatchGetItem"):
            return self.engine.send(request)
        writes = request.operation == "BatchWriteItem"
        taken: dict[str, Any] = {}
        left: dict[str, Any] = {}
        asked: Mapping[str, Any] = request.parameters["RequestItems"]
        for table, part in asked.items():
            items: list[Any] = part if writes else part["Keys"]
            decided = [(item, chance(self.source, self.percent)) for item in items]
            for into, wanted in ((taken, True), (left, False)):
                chosen = [item for item, is_taken in decided if is_taken is wanted]
                if chosen:
                    into[table] = chosen if writes else {**part, "Keys": chosen}
        answer: dict[str, Any] = {} if writes else {"Responses": {}}
        if taken:
            parameters = {**request.parameters, "RequestItems": taken}
            answer = dict(self.engine.send(Request(request.operation, parameters)))
        name = "UnprocessedItems" if writes else "UnprocessedKeys"
        # What the engine itself left is sent again at once, so that it and ours never mix.
        while theirs := answer.get(name):
            more = self.engine.send(Request(request.operation, {"RequestItems": theirs}))
            answer = {**_joined(answer, more), name: more.get(name)}
        return {**answer, name: left}


def _joined(first: Response, second: Response) -> dict[str, Any]:
    responses: dict[str, list[Any]] = {}
    for answer in (first, second):
        for table, items in cast("dict[str, list[Any]]", answer.get("Responses", {})).items():
            responses.setdefault(table, []).extend(items)
    return {**first, "Responses": responses} if responses else dict(first)
