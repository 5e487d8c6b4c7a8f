"""What Lambda hands to a function that reads a stream: AWS's words end in this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError

__all__ = ["BOTH_IMAGES", "Delivered", "View", "records_of"]

View = Literal["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"]
"""What a table's stream holds of an item that was written."""

BOTH_IMAGES: Final = "NEW_AND_OLD_IMAGES"

# Who removes what has expired; a caller who deletes is never named so.
_TTL: Final = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One record as it came: its images undecoded; ``whole`` is all of it."""

    event_id: str
    sequence_number: str
    at: datetime
    keys: object = field(repr=False)
    old: object = field(repr=False)
    new: object = field(repr=False)
    expired: bool
    whole: Mapping[str, Any] = field(repr=False)


def records_of(event: object) -> tuple[Delivered, ...]:
    """The records of an event, in the order in which they were written.

    Raises `InputError` ``streams.event`` for what is no event of a stream, and ``streams.view``
    for a stream that lacks an image: raised by a function, either has Lambda deliver them again.
    """
    records = _member(event, "Records")
    if not isinstance(records, Sequence) or isinstance(records, str):
        raise _no_event("it has no Records")
    delivered = [_delivered(record) for record in cast("Sequence[object]", records)]
    # Lambda takes the lowest number that is reported for the place to go on from, so a record
    # is only passed once all below it are done.
    return tuple(sorted(delivered, key=lambda record: int(record.sequence_number)))


def _delivered(record: object) -> Delivered:
    told = _member(record, "dynamodb")
    number, view = _member(told, "SequenceNumber"), _member(told, "StreamViewType")
    if not isinstance(number, str) or not (number.isascii() and number.isdigit()):
        raise _no_event("a record has no sequence number")
    if view is not None and view != BOTH_IMAGES:
        raise InputError(
            f"the stream holds {view}, of which no entity before and after can be told; "
            f"set the table's StreamViewType to {BOTH_IMAGES}",
            code="streams.view",
        )
    whole = cast("Mapping[str, Any]", record)
    return Delivered(
        event_id=str(whole.get("eventID") or number),
        sequence_number=number,
        at=_instant(_member(told, "ApproximateCreationDateTime")),
        keys=_member(told, "Keys"),
        old=_member(told, "OldImage"),
        new=_member(told, "NewImage"),
        expired=_removed(whole) and _is_ttl(whole.get("userIdentity")),
        whole=whole,
    )


def _member(value: object, name: str) -> object:
    return cast("Mapping[str, object]", value).get(name) if isinstance(value, Mapping) else None


def _removed(record: Mapping[str, Any]) -> bool:
    return record.get("eventName") == "REMOVE"


def _is_ttl(identity: object) -> bool:
    return all(_member(identity, name) == value for name, value in _TTL.items())


def _instant(seconds: object) -> datetime:
    if isinstance(seconds, int | float):
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            pass
    raise _no_event("a record has no time")


def _no_event(fault: str) -> InputError:
    return InputError(
        f"this is no event of a DynamoDB stream: {fault}; connect the function to the table's "
        "stream by an event source mapping",
        code="streams.event",
    )
