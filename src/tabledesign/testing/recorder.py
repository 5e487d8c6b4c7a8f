"""A table's stream without DynamoDB: what was written, as records for the function that reads it.

The item is read before and after each write, so any engine will do.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from tabledesign.engine.protocol import Engine, clock_of
from tabledesign.schema.table import Table
from tabledesign.wire import Item, Request, Response

__all__ = ["Recorder"]

_SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
_FIRST = 4_421_584_500_000_000_017_450_439_000


class Recorder:
    """An engine that carries requests to another and keeps a record of each item they changed.

    ``table_name`` is the deployed table's. The records are as Lambda hands them to a function,
    both images in them; `event` makes an event of those that were not taken yet.
    """

    def __init__(self, engine: Engine, table: Table, *, table_name: str | None = None) -> None:
        self.engine = engine
        self.table = table
        self.table_name = table_name or table.name
        self.records: list[dict[str, Any]] = []
        self._taken = self._numbered = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def send(self, request: Request) -> Response:
        """Carry the request; what it changed is recorded, also where its answer is lost."""
        before = {repr(key): (key, self._stored(key)) for key in self._keys(request)}
        try:
            return self.engine.send(request)
        finally:
            for key, old in before.values():
                self._record(key, old, self._stored(key))

    def event(self) -> dict[str, Any]:
        """The event of all records since the last one."""
        records = self.records[self._taken :]
        self._taken = len(self.records)
        return {"Records": records}

    def forget(self) -> None:
        """Drop the records, taken or not; those to come are numbered on."""
        self.records.clear()
        self._taken = 0

    def expire(self) -> None:
        """Remove what is past its TTL by the engine's clock, as DynamoDB does in its own time."""
        now = clock_of(self.engine).now().timestamp()
        scan = Request("Scan", {"TableName": self.table_name, "ConsistentRead": True})
        for item in self.engine.send(scan)["Items"]:
            until = None if self.table.ttl is None else item.get(self.table.ttl, {}).get("N")
            if until is not None and float(until) <= now:
                key = self._key(item)
                parameters = {"TableName": self.table_name, "Key": key}
                self.engine.send(Request("DeleteItem", parameters))
                self._record(key, item, None, by=_SERVICE)

    def _record(
        self, key: Item, old: Item | None, new: Item | None, *, by: Mapping[str, str] | None = None
    ) -> None:
        if old == new:
            return  # DynamoDB records no write that changes nothing
        self._numbered += 1
        number = self._numbered
        images = {"OldImage": old, "NewImage": new}
        told: dict[str, Any] = {
            "ApproximateCreationDateTime": int(clock_of(self.engine).now().timestamp()),
            "Keys": _json(key),
            **{name: _json(image) for name, image in images.items() if image is not None},
            "SequenceNumber": str(_FIRST + number),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        record = {"eventID": f"{number:032x}", "eventName": name, "dynamodb": told}
        record |= {"eventSource": "aws:dynamodb", "eventVersion": "1.1"}
        self.records.append(record if by is None else {**record, "userIdentity": dict(by)})

    def _stored(self, key: Item) -> Item | None:
        parameters = {"TableName": self.table_name, "Key": key, "ConsistentRead": True}
        found: Item | None = self.engine.send(Request("GetItem", parameters)).get("Item")
        return found

    def _key(self, item: Item) -> Item:
        names = (self.table.partition_key, self.table.sort_key)
        return {name: item[name] for name in names if name is not None}

    def _keys(self, request: Request) -> Iterator[Item]:
        """The keys of the items that the request may write."""
        parameters = request.parameters
        if request.operation in ("PutItem", "UpdateItem", "DeleteItem"):
            yield from self._written(parameters)
        for step in parameters.get("TransactItems", ()):
            for action, inner in step.items():
                if action in ("Put", "Update", "Delete"):
                    yield from self._written(inner)
        if request.operation == "BatchWriteItem":
            for write in parameters["RequestItems"].get(self.table_name, ()):
                for inner in write.values():
                    yield self._key(inner.get("Item") or inner["Key"])

    def _written(self, parameters: Mapping[str, Any]) -> Iterator[Item]:
        if parameters["TableName"] == self.table_name:
            yield self._key(parameters.get("Item") or parameters["Key"])


def _json(value: Any) -> Any:
    """As an event holds it: binary values in base64."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return {name: _json(each) for name, each in members.items()}
    if isinstance(value, list):
        return list(map(_json, cast("Iterable[Any]", value)))
    return value
