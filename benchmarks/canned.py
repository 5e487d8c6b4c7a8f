"""What the stub answers: whole HTTP answers, made before anybody asks.

The table's name says how long a page is: a query of ``rows-100`` gives 100 rows of one type,
``mixed-99`` as many of three types in turn. Any other table has one row. A batch is always taken.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from benchmarks.item import KINDS, row

__all__ = ["FIRST", "answer", "body", "page"]

FIRST = 1000
"""The number of a page's first row; with four digits each an item has 470 bytes."""

_SIZED = re.compile(r"\A(rows|mixed)-(\d+)\Z")
_HEAD = (
    "HTTP/1.1 {status}\r\n"
    "Server: Server\r\n"
    "Date: Fri, 27 Nov 2026 20:00:00 GMT\r\n"
    "Content-Type: application/x-amz-json-1.0\r\n"
    "Content-Length: {length}\r\n"
    "Connection: keep-alive\r\n"
    "x-amzn-RequestId: 7V0QK4B1S2PPN1T2V9V2J3Q8ERVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
    "x-amz-crc32: {checksum}\r\n"
    "\r\n"
)


@cache
def answer(operation: str, table: str, *, capacity: bool = False) -> bytes:
    """Head and body of the answer; ``capacity`` where the request asks what it consumes."""
    try:
        found, status = body(operation, table, capacity=capacity), "200 OK"
    except KeyError:
        found = json.dumps({"__type": "com.amazon.coral.service#UnknownOperationException"})
        status = "400 Bad Request"
    data = found.encode("ascii")
    head = _HEAD.format(status=status, length=len(data), checksum=zlib.crc32(data))
    return head.encode("ascii") + data


@cache
def body(operation: str, table: str, *, capacity: bool = False) -> str:
    """The body of the answer as DynamoDB writes it: JSON without spaces. Raises `KeyError`."""
    made = _ANSWERS[operation](table)
    if capacity:
        consumed = {"TableName": table, "CapacityUnits": 0.5}
        made["ConsumedCapacity"] = [consumed] if operation.startswith("Batch") else consumed
    return json.dumps(made, separators=(",", ":"))


def page(table: str) -> list[dict[str, Any]]:
    """The rows of a query of this table."""
    sized = _SIZED.match(table)
    if sized is None:
        return [row(FIRST)]
    kinds = KINDS if sized[1] == "mixed" else KINDS[:1]
    count = int(sized[2])
    # A query gives its rows in the order of the sort key: one type after the other.
    ordered = [kind for kind in sorted(kinds) for _ in range(count // len(kinds))]
    return [row(FIRST + number, kind) for number, kind in enumerate(ordered)]


def _query(table: str) -> dict[str, Any]:
    rows = page(table)
    return {"Count": len(rows), "Items": rows, "ScannedCount": len(rows)}


def _described(table: str) -> dict[str, Any]:
    names = ("pk", "sk", "gsi1pk", "gsi1sk")
    schemas = [
        [
            {"AttributeName": hash_key, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ]
        for hash_key, sort in (names[:2], names[2:])
    ]
    index = {
        "IndexName": "gsi1",
        "KeySchema": schemas[1],
        "Projection": {"ProjectionType": "ALL"},
        "IndexStatus": "ACTIVE",
    }
    return {
        "Table": {
            "TableName": table,
            "TableStatus": "ACTIVE",
            "KeySchema": schemas[0],
            "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in names],
            "GlobalSecondaryIndexes": [index],
        }
    }


_ANSWERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "BatchGetItem": lambda table: {"Responses": {table: page(table)}, "UnprocessedKeys": {}},
    "BatchWriteItem": lambda _: {"UnprocessedItems": {}},
    "DeleteItem": lambda _: {},
    "DescribeTable": _described,
    "GetItem": lambda _: {"Item": row(FIRST)},
    "PutItem": lambda _: {},
    "Query": _query,
    "TransactGetItems": lambda _: {"Responses": [{"Item": row(FIRST)}]},
    "TransactWriteItems": lambda _: {},
    "UpdateItem": lambda _: {"Attributes": row(FIRST)},
}
