"""How Lambda is to read the stream: the properties of an event source mapping."""

from __future__ import annotations

import json
from typing import Any

from tabledesign.streams.dispatcher import Streams

__all__ = ["event_source_mapping"]


def event_source_mapping(
    streams: Streams, *, batch: int = 100, retries: int = 20, failed: str | None = None
) -> dict[str, Any]:
    """What ``AWS::Lambda::EventSourceMapping`` needs beside the function and the stream.

    Records of entities without a handler are filtered out, so that they cost no call; so are
    those of unknown entities. ``failed`` is the ARN of a queue or topic which is told where in
    the stream the records stand that failed ``retries`` times, halved in search of the culprit.

    >>> from tabledesign import Entity, Key, Table
    >>> from tabledesign.streams import On
    >>> notes = Table("notes")
    >>> class Note(Entity, table=notes):
    ...     note_id: str
    ...     by_id = Key(partition="note_id")
    >>> found = event_source_mapping(Streams(notes, [On(Note, print)]))
    >>> found["FilterCriteria"]["Filters"][0]["Pattern"]
    '{"dynamodb": {"NewImage": {"entity": {"S": ["Note"]}}}}'
    """
    names = sorted(entity.__entity_name__ for entity in streams.entities)
    named = {streams.table.entity_attribute: {"S": names}}
    filters = [
        {"Pattern": json.dumps({"dynamodb": {image: named}})} for image in ("NewImage", "OldImage")
    ]
    properties: dict[str, Any] = {
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": batch,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": retries,
        "FilterCriteria": {"Filters": filters},
    }
    if failed is not None:
        properties["DestinationConfig"] = {"OnFailure": {"Destination": failed}}
    return properties
