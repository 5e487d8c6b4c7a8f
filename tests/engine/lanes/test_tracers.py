"""Tracers that wrap what every call goes through see each call, its parameters and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aws_xray_sdk.core import patcher, xray_recorder
from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tabledesign.engine import ClientEngine
from tabledesign.errors import ConditionFailed
from tabledesign.wire import Request

from .standing import CONDITION, PUT, Service, by_botocore, client_of

QUERY = Request(
    "Query",
    {
        "TableName": "todo",
        "IndexName": "gsi1",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}},
    },
)
PAGE = b'{"Count":1,"ScannedCount":1,"Items":[{"pk":{"S":"a"}}]}'


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    make: Any = BotocoreInstrumentor
    instrumentor = make()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


class Kept:
    """Keeps segments instead of sending them to a daemon."""

    def __init__(self) -> None:
        self.segments: list[Any] = []

    def send_entity(self, entity: Any) -> None:
        self.segments.append(entity)


@pytest.fixture
def xray() -> Iterator[Kept]:
    kept = Kept()
    first: Any = xray_recorder.emitter
    first._socket.close()  # it opens one when it is imported
    recorder: Any = xray_recorder
    recorder.configure(sampling=False, emitter=kept, context_missing="LOG_ERROR")
    patching: Any = patcher
    patching.patch(["botocore"])
    yield kept
    from botocore.client import BaseClient
    from botocore.endpoint import Endpoint

    for owner, name in ((BaseClient, "_make_api_call"), (Endpoint, "prepare_request")):
        wrapped: Any = vars(owner)[name]
        setattr(owner, name, wrapped.__wrapped__)
    patching._PATCHED_MODULES.discard("botocore")


def test_opentelemetry_sees_table_and_index(spans: InMemorySpanExporter) -> None:
    client = client_of()
    service = Service(client)
    service.body = PAGE
    engine = ClientEngine(client)
    engine.send(QUERY)
    engine.send(QUERY)
    names = [span.name for span in spans.get_finished_spans()]
    seen: Any = spans.get_finished_spans()[-1].attributes

    assert ["DynamoDB.Query"] * 2 == names
    assert ("todo",) == tuple(seen["aws.dynamodb.table_names"])
    assert "gsi1" == seen["aws.dynamodb.index_name"]
    assert 200 == seen["http.status_code"]
    assert [False, False] == [by_botocore(request) for request in service.sent]


def test_opentelemetry_sees_a_refusal(spans: InMemorySpanExporter) -> None:
    client = client_of()
    service = Service(client)
    service.status, service.body = 400, CONDITION
    with pytest.raises(ConditionFailed):
        ClientEngine(client).send(PUT)
    seen = spans.get_finished_spans()[0]

    assert "ERROR" == seen.status.status_code.name


def test_xray_sees_table_operation_and_answer(xray: Kept) -> None:
    client = client_of()
    service = Service(client)
    service.body = PAGE
    engine = ClientEngine(client)
    segment: Any = xray_recorder.begin_segment("test")
    engine.send(QUERY)
    xray_recorder.end_segment()
    seen = segment.subsegments[0]

    assert "dynamodb" == seen.name
    assert ("Query", "todo", "gsi1") == (
        seen.aws["operation"],
        seen.aws["table_name"],
        seen.aws["index_name"],
    )
    assert 200 == seen.http["response"]["status"]
    assert [False] == [by_botocore(request) for request in service.sent]
