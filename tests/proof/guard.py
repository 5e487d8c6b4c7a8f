"""An engine that trusts no request: it checks what engines let through, then passes it on.

Every request is held against botocore's own service model, and against facts of DynamoDB that
one emulator or another does not enforce. A breach fails the test that sent the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from tabledesign.engine import Engine
from tabledesign.engine.protocol import Capabilities, Clock, capabilities_of, clock_of
from tabledesign.engine.service_model import model_fault
from tabledesign.limits import (
    BATCH_GET_ITEMS,
    BATCH_WRITE_ITEMS,
    EXPRESSION_BYTES,
    IN_OPERANDS,
    PARTITION_KEY_BYTES,
    SORT_KEY_BYTES,
)
from tabledesign.schema.table import Place, Table
from tabledesign.wire import Item, Request, Response

__all__ = ["Answer", "Guard", "breaches"]

EXPRESSIONS = (
    "KeyConditionExpression",
    "FilterExpression",
    "ConditionExpression",
    "UpdateExpression",
    "ProjectionExpression",
)
NAME, VALUE = re.compile(r"#[A-Za-z0-9_]+"), re.compile(r":[A-Za-z0-9_]+")
BETWEEN = re.compile(r"BETWEEN\s+(:\w+)\s+AND\s+(:\w+)")
IN_LIST = re.compile(r"\bIN\s*\(([^)]*)\)")
# One partition, and a sort condition that is closed at both ends.
KEY_CONDITION = re.compile(
    r"(#\w+) = (:\w+) AND (?:(#\w+) = :\w+|(#\w+) BETWEEN :\w+ AND :\w+"
    r"|begins_with\((#\w+), :\w+\))"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The figures of one answer to a Query; None stands where the answer has none."""

    operation: str
    scanned: int | None
    count: int | None
    rows: int
    continued: bool


class Guard:
    """Checks, records and forwards; ``tenant`` is what each partition key must start with."""

    def __init__(self, engine: Engine, table: Table, *, tenant: str | None) -> None:
        self.engine = engine
        self.table = table
        self.prefix = "" if tenant is None else f"{tenant}#"
        self.answers: list[Answer] = []
        self.requests = 0
        self.name = str(getattr(engine, "name", type(engine).__name__))
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
        """Carry the request if it is right; raises `AssertionError` otherwise."""
        self.requests += 1
        wrong = list(breaches(request, self.table, self.prefix))
        assert wrong == [], f"{request.operation}: {'; '.join(wrong)}"
        response = self.engine.send(request)
        if request.operation == "Query":
            self.answers.append(
                Answer(
                    request.operation,
                    response.get("ScannedCount"),
                    response.get("Count"),
                    len(response.get("Items", ())),
                    "LastEvaluatedKey" in response,
                )
            )
        return response

    def forget(self) -> None:
        """Start counting anew."""
        self.requests = 0
        self.answers.clear()


def breaches(request: Request, table: Table, prefix: str) -> Iterator[str]:
    """What is wrong with a request, in words; nothing where it is right."""
    parameters = request.parameters
    if (fault := model_fault(request)) is not None:
        yield fault
    yield from _expression_breaches(parameters)
    for item in _keys_and_items(request):
        yield from _item_breaches(item, table, prefix)
    if request.operation == "Query":
        yield from _query_breaches(parameters, table, prefix)
    yield from _batch_breaches(parameters.get("RequestItems") or {})


def _expression_breaches(parameters: Mapping[str, Any]) -> Iterator[str]:
    texts = [str(parameters[name]) for name in EXPRESSIONS if name in parameters]
    whole = " ".join(texts)
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
    if set(NAME.findall(whole)) != set(names):
        yield f"names given are {sorted(names)}, names used {sorted(set(NAME.findall(whole)))}"
    if set(VALUE.findall(whole)) != set(values):
        yield f"values given are {sorted(values)}, values used {sorted(set(VALUE.findall(whole)))}"
    for kind in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if kind in parameters and not parameters[kind]:
            yield f"{kind} is empty"
    for text in texts:
        if len(text.encode()) > EXPRESSION_BYTES:
            yield f"an expression of {len(text.encode())} bytes"
    for low, high in BETWEEN.findall(whole):
        if _disordered(values.get(low, {}), values.get(high, {})):
            yield f"{low} and {high} of BETWEEN are in the wrong order"
    for operands in IN_LIST.findall(whole):
        if len(operands.split(",")) > IN_OPERANDS:
            yield f"IN has {len(operands.split(','))} operands"


def _disordered(low: Mapping[str, Any], high: Mapping[str, Any]) -> bool:
    if "S" in low and "S" in high:
        # DynamoDB compares text by its UTF-8 bytes.
        return bool(low["S"].encode() > high["S"].encode())
    return False


def _keys_and_items(request: Request) -> Iterator[Item]:
    parameters = request.parameters
    for name in ("Key", "Item", "ExclusiveStartKey"):
        if name in parameters:
            yield parameters[name]
    asked: Mapping[str, Any] = parameters.get("RequestItems") or {}
    for content in asked.values():
        yield from _batch(content)


def _batch(content: Any) -> list[Item]:
    """The keys or items of one table's part of a batch."""
    if isinstance(content, list):
        return [write["PutRequest"]["Item"] for write in cast("list[dict[str, Any]]", content)]
    keys: list[Item] = content["Keys"]
    return keys


def _item_breaches(item: Item, table: Table, prefix: str) -> Iterator[str]:
    for place in table.places:
        partition = item.get(place.partition_attribute)
        sort = None if place.sort_attribute is None else item.get(place.sort_attribute)
        if place.sort_attribute is not None and (partition is None) != (sort is None):
            yield f"the key on {place} is half written"
        if place.name is None and partition is None:
            yield "the primary key is missing"
        if partition is not None:
            yield from _text_breaches(partition, str(place), PARTITION_KEY_BYTES)
            if not str(partition.get("S")).startswith(prefix):
                yield f"the partition on {place} is another tenant's"
        if sort is not None:
            yield from _text_breaches(sort, str(place), SORT_KEY_BYTES)


def _text_breaches(value: Mapping[str, Any], place: str, limit: int) -> Iterator[str]:
    text = value.get("S")
    if not isinstance(text, str) or not text:
        yield f"a key on {place} is no text, or empty"
    elif len(text.encode()) > limit:
        yield f"a key on {place} has {len(text.encode())} bytes"


def _query_breaches(parameters: Mapping[str, Any], table: Table, prefix: str) -> Iterator[str]:
    place = table.place(parameters.get("IndexName"))
    if place is None:
        yield f"there is no index {parameters.get('IndexName')!r}"
        return
    if place.kind == "global" and parameters.get("ConsistentRead"):
        yield "a global index is read consistently"
    match = KEY_CONDITION.fullmatch(str(parameters.get("KeyConditionExpression")))
    if match is None:
        yield f"the interval is not closed: {parameters.get('KeyConditionExpression')}"
        return
    names = parameters["ExpressionAttributeNames"]
    sort_name = match[3] or match[4] or match[5]
    if (names[match[1]], names[sort_name]) != (place.partition_attribute, place.sort_attribute):
        yield f"the key condition names {names[match[1]]} and {names[sort_name]}"
    partition = str(parameters["ExpressionAttributeValues"][match[2]].get("S"))
    if not partition.startswith(prefix):
        yield "the partition that is read is another tenant's"
    if "ExclusiveStartKey" in parameters:
        yield from _start_breaches(parameters["ExclusiveStartKey"], table, place, partition)


def _start_breaches(start: Item, table: Table, place: Place, partition: str) -> Iterator[str]:
    expected = {
        table.partition_key,
        table.sort_key,
        place.partition_attribute,
        place.sort_attribute,
    }
    if set(start) != expected - {None}:
        yield f"the start key holds {sorted(start)}"
    elif start[place.partition_attribute] != {"S": partition}:
        yield "the start key lies in another partition"


def _batch_breaches(asked: Mapping[str, Any]) -> Iterator[str]:
    for table, content in asked.items():
        each = _batch(content)
        limit = BATCH_WRITE_ITEMS if isinstance(content, list) else BATCH_GET_ITEMS
        keys = {(item["pk"]["S"], item["sk"]["S"]) for item in each}
        if not 0 < len(each) <= limit or len(keys) != len(each):
            yield f"a batch of {len(each)} with {len(keys)} different keys for {table}"
