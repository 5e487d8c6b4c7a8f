"""A client on which somebody stands where moto stands, answering as it is told."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from tabledesign.wire import Request

__all__ = ["CONDITION", "GET", "KEY", "PUT", "ROW", "Service", "by_botocore", "client_of"]

maker: Any = boto3  # its typed overloads, one a service, are of no use here

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
GET = Request("GetItem", {"TableName": "todo", "Key": KEY})
PUT = Request("PutItem", {"TableName": "todo", "Item": {**KEY, "photo": {"B": b"\xff\x00"}}})
ROW = b'{"Item":{"pk":{"S":"a"}}}'
CONDITION = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",'
    b'"message":"The conditional request failed","Item":{"photo":{"B":"/wA="}}}'
)


class Body:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.body


class Service:
    """Stands where moto stands: keeps what is sent, and answers as it is told."""

    def __init__(self, client: Any) -> None:
        self.sent: list[Any] = []
        self.status, self.body = 200, ROW
        self.headers: dict[str, str] | None = None
        self.error: Exception | None = None
        client.meta.events.register("before-send.dynamodb", self.serve)

    def serve(self, request: Any, **_: object) -> AWSResponse:
        self.sent.append(request)
        if self.error is not None:
            raise self.error
        sum_ = {"x-amz-crc32": str(zlib.crc32(self.body))}
        headers: Any = sum_ if self.headers is None else self.headers
        raw: Any = Body(self.body)
        return AWSResponse(request.url, self.status, headers, raw)


def client_of(**options: Any) -> Any:
    given = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return maker.client("dynamodb", region_name="eu-central-1", **(given | options))


def by_botocore(request: Any) -> bool:
    """botocore counts its attempts in a header that the fast lane leaves out."""
    return "amz-sdk-request" in request.headers
