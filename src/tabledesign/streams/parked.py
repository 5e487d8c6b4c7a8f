"""A record set aside, as an item of the table it came from."""

from __future__ import annotations

import json
from typing import Self

from pydantic import AwareDatetime

from tabledesign.schema.entity import Entity
from tabledesign.schema.key import Key
from tabledesign.streams.record import Poison, Reason

__all__ = ["Parked"]


class Parked(Entity):
    """Subclass it with ``table=`` for a place where poison waits; add a TTL field if it may go.

    ``record`` is the whole record as JSON: handed to the `Streams` once more, as the only one of
    an event, it is handled again. What is too large to be an item is not parked.
    """

    event_id: str
    sequence_number: str
    at: AwareDatetime
    entity_name: str | None
    reason: Reason
    fault: str
    attempts: int
    record: str

    # Poison is rare, and is looked at in the order in which it came.
    by_time = Key(label="parked", partition=(), sort=("at", "event_id"))

    @classmethod
    def of(cls, poison: Poison, **more: object) -> Self:
        """The item of a poison; ``more`` are fields of the subclass's own."""
        values: dict[str, object] = {
            "event_id": poison.event_id,
            "sequence_number": poison.sequence_number,
            "at": poison.at,
            "entity_name": poison.entity,
            "reason": poison.reason,
            "fault": poison.fault,
            "attempts": poison.attempts,
            "record": json.dumps(poison.record, ensure_ascii=False, default=str),
        }
        return cls.model_validate({**values, **more})
