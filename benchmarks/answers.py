"""A query of 100 rows through a boto3 client whose requests are answered before they are sent."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.awsrequest import AWSResponse

from benchmarks.codec import TASK
from tabledesign.codec import codec_of
from tabledesign.todo import Task, TodoRepository

__all__ = ["querying"]

_maker: Any = boto3


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._body


PARAMETERS: dict[str, Any] = {
    "TableName": "todo",
    "IndexName": "gsi3",
    "KeyConditionExpression": "gsi3pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "acme#user#ann#"}},
}


def querying() -> dict[str, Callable[[], object]]:
    """The same client, the same bytes: wire dicts out, entities by hand, entities by us."""
    client = _answered(_page())
    todo = TodoRepository(client, tenant="acme")
    plain = TypeDeserializer()

    def wire() -> object:
        return client.query(**PARAMETERS)["Items"]

    def by_hand() -> object:
        return [
            Task.model_validate(
                {
                    name: plain.deserialize(value)
                    for name, value in row.items()
                    if name in Task.model_fields
                }
            )
            for row in client.query(**PARAMETERS)["Items"]
        ]

    def ours() -> object:
        return todo.tasks_of_user("ann").page(limit=100).items

    return {
        "boto3, wire dicts": wire,
        "+ TypeDeserializer + pydantic": by_hand,
        "tabledesign": ours,
    }


def _page() -> bytes:
    row = {
        "pk": {"S": "acme#Task#0123456789abcdef#"},
        "sk": {"S": "Task#"},
        "gsi3pk": {"S": "acme#user#ann#"},
        "gsi3sk": {"S": "Task#2026-11-24#0123456789abcdef#"},
        "entity": {"S": "Task"},
        **codec_of(Task).encode(TASK),
    }
    return json.dumps({"Count": 100, "Items": [row] * 100, "ScannedCount": 100}).encode()


def _answered(body: bytes) -> Any:
    """A client that gives this answer to whatever it is asked, and sends nothing."""
    client = _maker.client(
        "dynamodb",
        region_name="eu-central-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        endpoint_url="http://127.0.0.1:1",
    )

    def answer(request: Any, **_: object) -> AWSResponse:
        headers: Any = {"x-amz-crc32": str(zlib.crc32(body)), "content-length": str(len(body))}
        raw: Any = _Body(body)
        return AWSResponse(request.url, 200, headers, raw)

    client.meta.events.register("before-send.dynamodb", answer)
    return client
