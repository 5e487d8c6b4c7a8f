"""An engine whose global indexes lag: they are answered from an older state, and out of order.

DynamoDB keeps each index apart and brings it up to date after the write was answered. Here each
index read goes to a second table that takes over item by item, each item's changes in their
order, different items' in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

from tabledesign.engine.protocol import Capabilities, Engine, capabilities_of, name_of
from tabledesign.limits import BATCH_WRITE_ITEMS
from tabledesign.testing.source import Source, chance
from tabledesign.wire import Item, Request, Response

__all__ = ["IndexLag"]

SHADOW = "-index"


class IndexLag:
    """Answers index reads as they were up to some requests ago; ``settle`` ends all lag.

    Each request lets each waiting change through in so many of a hundred cases. Wrap it around
    the engine before the table is created.
    """

    def __init__(self, engine: Engine, source: Source, *, percent: int = 20) -> None:
        self.engine = engine
        self.source = source
        self.percent = percent
        self.name = name_of(engine)
        self.thread_safe = False
        self._look: Callable[[str], list[Item]] | None = getattr(engine, "stored", None)
        if self._look is not None:
            self.stored = self._look  # how tests look into the table, where the engine lets them
        self._schemas: dict[str, tuple[str, ...]] = {}
        self._local: set[str] = set()
        self._waiting: dict[tuple[str, str], list[tuple[Item, Item | None]]] = {}

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return capabilities_of(self.engine)

    def send(self, request: Request) -> Response:
        """Carry the request; an index read goes to what the index knows by now."""
        parameters = request.parameters
        if request.operation == "CreateTable":
            name = str(parameters["TableName"])
            self._schemas[name] = tuple(key["AttributeName"] for key in parameters["KeySchema"])
            local = parameters.get("LocalSecondaryIndexes", ())
            self._local |= {index["IndexName"] for index in local}
            self.engine.send(Request("CreateTable", {**parameters, "TableName": name + SHADOW}))
        elif request.operation == "DeleteTable":
            shadow = {"TableName": str(parameters["TableName"]) + SHADOW}
            self.engine.send(Request("DeleteTable", shadow))
            self._waiting.clear()
        elif parameters.get("IndexName", "") and parameters["IndexName"] not in self._local:
            self._advance(self.percent)
            shadow = {"TableName": str(parameters["TableName"]) + SHADOW}
            return self.engine.send(Request(request.operation, {**parameters, **shadow}))
        answer = self.engine.send(request)
        for table, key in _written(request, self._schemas):
            self._note(table, key)
        return answer

    def settle(self) -> None:
        """Bring every index up to date."""
        while self._waiting:
            self._advance(100)

    def _note(self, table: str, key: Item) -> None:
        image = self._image(table, key)
        self._waiting.setdefault((table, repr(sorted(key.items()))), []).append((key, image))

    def _image(self, table: str, key: Item) -> Item | None:
        if self._look is not None:
            found = (item for item in self._look(table) if key.items() <= item.items())
            return deepcopy(next(found, None))  # the store may change its own
        read = {"TableName": table, "Key": key, "ConsistentRead": True}
        image: Item | None = self.engine.send(Request("GetItem", read)).get("Item")
        return image

    def _advance(self, percent: int) -> None:
        due: dict[str, list[dict[str, Any]]] = {}
        for at in list(self._waiting):
            changes = self._waiting[at]
            let_through = 0
            while let_through < len(changes) and chance(self.source, percent):
                let_through += 1
            if let_through:
                # Nobody reads in between, so that the last one tells what the others did too.
                key, image = changes[let_through - 1]
                gone, there = {"DeleteRequest": {"Key": key}}, {"PutRequest": {"Item": image}}
                due.setdefault(at[0] + SHADOW, []).append(gone if image is None else there)
            del changes[:let_through]
            if not changes:
                del self._waiting[at]
        for shadow, writes in due.items():
            for first in range(0, len(writes), BATCH_WRITE_ITEMS):
                self._write({shadow: writes[first : first + BATCH_WRITE_ITEMS]})

    def _write(self, writes: Any) -> None:
        while writes:
            answer = self.engine.send(Request("BatchWriteItem", {"RequestItems": writes}))
            writes = answer.get("UnprocessedItems")


def _written(
    request: Request, schemas: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Item]]:
    """Table and primary key of every item the request writes."""
    parameters = request.parameters
    if request.operation in ("PutItem", "UpdateItem", "DeleteItem"):
        yield from _one(parameters, schemas)
    elif request.operation == "TransactWriteItems":
        for step in cast("list[dict[str, Any]]", parameters["TransactItems"]):
            verb, inner = next(iter(step.items()))
            if verb != "ConditionCheck":
                yield from _one(inner, schemas)
    elif request.operation == "BatchWriteItem":
        for table, writes in cast("dict[str, list[Any]]", parameters["RequestItems"]).items():
            for write in writes:
                inner = {"TableName": table, **(write.get("PutRequest") or write["DeleteRequest"])}
                yield from _one(inner, schemas)


def _one(
    parameters: Mapping[str, Any], schemas: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Item]]:
    table = str(parameters["TableName"])
    if table in schemas:
        held: Item = parameters.get("Key") or parameters["Item"]
        yield table, {name: held[name] for name in schemas[table]}
