"""The table that conformance cases run on, and short ways to ask it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import Engine
from tabledesign.errors import RequestError
from tabledesign.wire import Item, Operation, Request, Response

__all__ = ["TABLE", "Bench", "item", "refused"]

E = TypeVar("E", bound=RequestError)

TABLE: Final[dict[str, Any]] = {
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gpk", "gsk")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "gsi",
            "KeySchema": [
                {"AttributeName": "gpk", "KeyType": "HASH"},
                {"AttributeName": "gsk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def item(pk: str, sk: str, **attributes: Any) -> Item:
    """An item with these keys; other attributes are given with their tags."""
    return {"pk": {"S": pk}, "sk": {"S": sk}, **attributes}


def refused(error: type[E], call: Callable[[], object]) -> E:
    """The error the call raises; it is an `AssertionError` if it raises none."""
    try:
        call()
    except error as raised:
        return raised
    raise AssertionError(f"the engine let through what must be refused as {error.__name__}")


@dataclass(frozen=True, slots=True)
class Bench:
    """One engine and one fresh table on it."""

    engine: Engine
    table: str

    def send(self, operation: Operation, **parameters: Any) -> Response:
        """One request to the table."""
        return self.engine.send(Request(operation, {"TableName": self.table, **parameters}))

    def put(self, pk: str, sk: str, **attributes: Any) -> None:
        """Store an item."""
        self.send("PutItem", Item=item(pk, sk, **attributes))

    def get(self, pk: str, sk: str) -> Item | None:
        """The item, read consistently."""
        found: Item | None = self.send("GetItem", Key=item(pk, sk), ConsistentRead=True).get("Item")
        return found

    def update(self, pk: str, sk: str, text: str, **parameters: Any) -> Response:
        """Update an item and give its new attributes."""
        given: dict[str, Any] = {"UpdateExpression": text, "ReturnValues": "ALL_NEW", **parameters}
        return self.send("UpdateItem", Key=item(pk, sk), **given)

    def query(self, condition: str, values: dict[str, str], **parameters: Any) -> list[str]:
        """The sort keys that a key condition finds, in order."""
        return [found["sk"]["S"] for found in self.ask(condition, values, **parameters)["Items"]]

    def ask(self, condition: str, values: dict[str, str], **parameters: Any) -> Response:
        """The answer to a Query whose values are texts; more of them may be given as they are."""
        given: dict[str, Any] = {f":{name}": {"S": text} for name, text in values.items()}
        given |= parameters.pop("more", {})
        return self.send(
            "Query",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=given,
            **parameters,
        )
