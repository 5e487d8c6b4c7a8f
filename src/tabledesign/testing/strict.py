"""An engine that refuses what DynamoDB refuses and emulators let through, then passes on.

Each rule is one of DynamoDB's own (*Amazon DynamoDB Developer Guide*, "Constraints" and
"Expressions", and the API reference), and each is missing in at least one emulator. A breach is a
fault of the program under test, so it fails the test instead of being an error to catch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from tabledesign.engine.protocol import Capabilities, Clock, Engine, capabilities_of, clock_of
from tabledesign.engine.service_model import model_fault
from tabledesign.limits import BATCH_GET_ITEMS, BATCH_WRITE_ITEMS, TRANSACTION_ITEMS
from tabledesign.schema.table import Table
from tabledesign.testing.broken import Broken
from tabledesign.testing.strict_expressions import expression_breaches
from tabledesign.testing.strict_items import item_breaches, key_breaches
from tabledesign.testing.strict_queries import query_breaches
from tabledesign.wire import Item, Request, Response

__all__ = ["Refused", "Strict", "breaches"]

TRANSACTION_BYTES: Final = 4 * 1_024 * 1_024
TOKEN_LENGTH: Final = 36
LEGACY: Final = frozenset(
    {
        "AttributesToGet",
        "AttributeUpdates",
        "ConditionalOperator",
        "Expected",
        "KeyConditions",
        "QueryFilter",
        "ScanFilter",
    }
)
SINGLE: Final = {
    "GetItem": "Get",
    "PutItem": "Put",
    "UpdateItem": "Update",
    "DeleteItem": "Delete",
}


class Refused(Broken):
    """A request that DynamoDB would refuse, whatever the engine behind says."""


class Strict:
    """Checks every request against DynamoDB's rules for this table, then carries it.

    >>> from tabledesign.todo import table
    >>> engine = Strict(Recorder(), table)
    >>> engine.send(Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": ""}}}))
    Traceback (most recent call last):
    tabledesign.testing.strict.Refused: GetItem: the key holds pk, and must hold pk, sk; ...
    """

    def __init__(self, engine: Engine, table: Table) -> None:
        self.engine = engine
        self.table = table
        self.name = str(getattr(engine, "name", type(engine).__name__))
        self.thread_safe = bool(getattr(engine, "thread_safe", False))

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return capabilities_of(self.engine)

    @property
    def clock(self) -> Clock:
        """The clock of the engine behind it."""
        return clock_of(self.engine)

    def send(self, request: Request) -> Response:
        """Carry the request; raises `Refused` where DynamoDB would not."""
        wrong = list(breaches(request, self.table))
        if wrong:
            raise Refused(f"{request.operation}: {'; '.join(wrong)}")
        return self.engine.send(request)


def breaches(request: Request, table: Table) -> Iterator[str]:
    """Everything DynamoDB would refuse in the request, in words; nothing where it is right."""
    fault = model_fault(request)
    if fault is not None:
        yield fault
        return
    parameters = request.parameters
    if request.operation in SINGLE:
        yield from _single(SINGLE[request.operation], parameters, table)
    elif request.operation == "Query":
        yield from _expressions(parameters)
        yield from query_breaches(parameters, table)
    elif request.operation in ("BatchGetItem", "BatchWriteItem"):
        yield from _batch(parameters["RequestItems"], table)
    elif request.operation in ("TransactGetItems", "TransactWriteItems"):
        yield from _transaction(parameters, table)


def _single(verb: str, parameters: Mapping[str, Any], table: Table) -> Iterator[str]:
    yield from _expressions(parameters)
    if verb == "Put":
        yield from item_breaches(parameters["Item"], table)
    else:
        yield from key_breaches(parameters["Key"], table.primary)
    if verb == "Update":
        yield from _assigned(parameters, table)


def _expressions(parameters: Mapping[str, Any]) -> Iterator[str]:
    yield from expression_breaches(parameters)
    legacy = sorted(LEGACY & set(parameters))
    if legacy:
        yield f"{legacy[0]} stands beside an expression, or instead of one"


def _assigned(parameters: Mapping[str, Any], table: Table) -> Iterator[str]:
    """Key attributes that an update writes: the primary key never, others never badly."""
    text = str(parameters.get("UpdateExpression", ""))
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
    used = {name for placeholder, name in names.items() if placeholder in text}
    primary = {table.partition_key, table.sort_key} & used
    if primary:
        yield f"an update writes {', '.join(sorted(map(str, primary)))} of the primary key"
    assigned: Item = {}
    for clause in text.replace("SET ", "").split(","):
        left, _, right = clause.partition("=")
        value = right.strip().split(" ")[0]
        if left.strip() in names and value in values:
            assigned[names[left.strip()]] = values[value]
    yield from item_breaches(assigned, table, whole=False)


def _batch(asked: Mapping[str, Any], table: Table) -> Iterator[str]:
    parts: list[Any] = list(asked.values())
    writes = any(isinstance(part, list) for part in parts)
    count = sum(len(part if writes else part["Keys"]) for part in parts)
    limit = BATCH_WRITE_ITEMS if writes else BATCH_GET_ITEMS
    if not 0 < count <= limit:
        yield f"a batch of {count} items, and DynamoDB takes 1 to {limit}"
    for part in parts:
        keys: list[Item] = []
        if isinstance(part, list):
            for write in cast("list[dict[str, Any]]", part):
                if "PutRequest" in write:
                    item: Item = write["PutRequest"]["Item"]
                    yield from item_breaches(item, table)
                    keys.append(_primary(item, table))
                else:
                    keys.append(write["DeleteRequest"]["Key"])
        else:
            keys = list(part["Keys"])
        for key in keys:
            yield from key_breaches(key, table.primary)
        yield from _twice(keys, "a batch")


def _transaction(parameters: Mapping[str, Any], table: Table) -> Iterator[str]:
    steps = cast("Sequence[Mapping[str, Any]]", parameters["TransactItems"])
    if not 0 < len(steps) <= TRANSACTION_ITEMS:
        yield f"a transaction of {len(steps)} items, and DynamoDB takes 1 to {TRANSACTION_ITEMS}"
    if len(parameters.get("ClientRequestToken", "")) > TOKEN_LENGTH:
        yield f"a ClientRequestToken of more than {TOKEN_LENGTH} characters"
    keys: list[Item] = []
    size = 0
    for step in steps:
        verb, inner = next(iter(step.items()))
        yield from _single(verb, inner, table)
        keys.append(_primary(inner["Item"], table) if verb == "Put" else inner["Key"])
        size += len(repr(inner.get("Item", "")))
    if size > 2 * TRANSACTION_BYTES:
        yield "a transaction of more than 4 MB"
    yield from _twice(keys, "a transaction")


def _primary(item: Item, table: Table) -> Item:
    names = (table.partition_key, table.sort_key)
    return {name: item[name] for name in names if name is not None and name in item}


def _twice(keys: Sequence[Item], where: str) -> Iterator[str]:
    texts = [repr(sorted(key.items())) for key in keys]
    if len(set(texts)) < len(texts):
        yield f"{where} names one item twice"
