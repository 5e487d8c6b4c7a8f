"""Items to entities and back, against boto3's own serializer with pydantic on top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tabledesign.codec import codec_of
from tabledesign.todo import Priority, Status, Task

__all__ = ["reading", "writing"]

TASK = Task(
    task_id="0123456789abcdef",
    list_id="home",
    user_id="ann",
    title="Water the plants and feed the cat",
    notes="twice",
    tags=frozenset({"garden", "pets"}),
    status=Status.DONE,
    priority=Priority.HIGH,
    due=date(2026, 11, 24),
    created_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    completed_at=datetime(2026, 11, 24, 9, 30, 15, 250_000, tzinfo=UTC),
    assignee="bob",
)


def reading() -> dict[str, Callable[[], object]]:
    """100 stored items to validated entities."""
    rows: list[dict[str, Any]] = [codec_of(Task).encode(TASK) for _ in range(100)]
    codec, plain = codec_of(Task), TypeDeserializer()

    def peer() -> object:
        return [
            Task.model_validate({name: plain.deserialize(value) for name, value in row.items()})
            for row in rows
        ]

    def ours() -> object:
        return [codec.decode(row) for row in rows]

    return {"TypeDeserializer + pydantic": peer, "tabledesign": ours}


def writing() -> dict[str, Callable[[], object]]:
    """100 entities to stored items."""
    codec, plain = codec_of(Task), TypeSerializer()

    def stored(value: object) -> object:
        if isinstance(value, datetime | date):
            return value.isoformat()
        return Decimal(str(value)) if isinstance(value, float) else value

    def peer() -> object:
        return [
            {
                name: plain.serialize(stored(getattr(value, "value", value)))
                for name, value in TASK.model_dump(exclude_unset=True).items()
            }
            for _ in range(100)
        ]

    def ours() -> object:
        return [codec.encode(TASK) for _ in range(100)]

    return {"model_dump + TypeSerializer": peer, "tabledesign": ours}
