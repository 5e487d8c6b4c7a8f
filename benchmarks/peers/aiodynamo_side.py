"""aiodynamo over aiohttp: plain dicts, awaited; there are no models to validate."""

# pyright: basic, reportMissingImports=false, reportCallIssue=false, reportGeneralTypeIssues=false

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import aiohttp
from aiodynamo.client import Client
from aiodynamo.credentials import Key, StaticCredentials
from aiodynamo.expressions import HashKey, RangeKey
from aiodynamo.http.aiohttp import AIOHTTP
from aiodynamo.models import BatchWriteRequest
from yarl import URL

from benchmarks.environment import REGION
from benchmarks.peers.fields import PARTITION, SORT, attributes
from benchmarks.side import MODELS, OPERATIONS, Endpoint, Operation, Side

__all__ = ["sides"]


def _plain(number: int) -> dict[str, Any]:
    item = attributes(number)
    return {**item, "status": item["status"].value, "created": item["created"].isoformat()}


def sides(endpoint: Endpoint) -> list[Side]:
    loop = asyncio.new_event_loop()

    async def session() -> Any:
        return aiohttp.ClientSession()

    opened = loop.run_until_complete(session())
    client = Client(
        AIOHTTP(opened),
        StaticCredentials(Key("local", "local")),
        REGION,
        URL(endpoint.url),
        numeric_type=Decimal,
    )
    tasks, rows, page = (client.table(OPERATIONS[each].table) for each in ("get", "query", "page"))
    items = [_plain(number) for number in MODELS]
    condition = HashKey("pk", PARTITION) & RangeKey("sk").begins_with("Task#")

    async def query(table: Any) -> Any:
        return [each async for each in table.query(condition)]

    async def batch() -> None:
        for start in range(0, len(items), 25):
            puts = BatchWriteRequest(items_to_put=items[start : start + 25])
            await client.batch_write({"tasks": puts})

    does: dict[Operation, Any] = {
        "get": lambda: tasks.get_item({"pk": PARTITION, "sk": SORT}),
        "put": lambda: tasks.put_item(items[0]),
        "query": lambda: query(rows),
        "page": lambda: query(page),
        "batch": batch,
    }
    return [Side("aiodynamo + aiohttp (dicts)", "peer", does, loop, opened.close)]
