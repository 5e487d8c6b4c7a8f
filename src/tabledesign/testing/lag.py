"""An engine whose global indexes lag: they are answered from an older state, and out of order.

DynamoDB keeps each index apart and brings it up to date after the write was answered. Here each
index read goes to a second table that takes over item by item, each item's changes in their
order, different items' in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tabledesign.engine.protocol import Capabilities, Engine, capabilities_of, name_of
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
        look: object = getattr(engine, "stored", None)
        if look is not None:
            self.stored = look  # how tests look into the table, where the engine lets them
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
        read = {"TableName": table, "Key": key, "ConsistentRead": True}
        image: Item | None = self.engine.send(Request("GetItem", read)).get("Item")
        self._waiting.setdefault((table, repr(sorted(key.items()))), []).append((key, image))

    def _advance(self, percent: int) -> None:
        for at in list(self._waiting):
            changes = self._waiting[at]
            while changes and chance(self.source, percent):
                key, image = changes.pop(0)
                shadow = {"TableName": at[0] + SHADOW}
                if image is None:
                    self.engine.send(Request("DeleteItem", {**shadow, "Key": key}))
                else:
                    self.engine.send(Request("PutItem", {**shadow, "Item": image}))
            if not changes:
                del self._waiting[at]


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
