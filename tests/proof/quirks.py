"""What engines do otherwise than DynamoDB, each with the reason that it is let pass.

`test_quirks` asks every engine anew; an entry that has become untrue fails there, and so does an
engine that shows one of these without an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ENGINES", "EXTRA_SCANNED", "QUIRKS", "Quirk", "has_quirk"]

Difference = Literal[
    "capacity",
    "cursor keys",
    "cursor partition",
    "disorder",
    "end",
    "in list",
    "no page end",
    "peek",
    "unused",
]
ENGINES = ("embedded", "dynoxide", "moto")
EXTRA_SCANNED = 1
"""What the quirk ``peek`` adds to the rows scanned by a request whose page is full."""

GUIDE = "Amazon DynamoDB Developer Guide, "
API = "Amazon DynamoDB API Reference, Query: "


@dataclass(frozen=True, slots=True)
class Quirk:
    """One engine's difference: what it does, why it does no harm here, what DynamoDB says."""

    engine: str
    difference: Difference
    what: str
    why: str
    reference: str


QUIRKS = (
    Quirk(
        "embedded",
        "capacity",
        "reports half a unit, or one, for a read of any size",
        "units are passed on as reported and decide nothing",
        GUIDE + "Read/write capacity: one unit for each 4 KB, rounded up",
    ),
    Quirk(
        "embedded",
        "in list",
        "takes an IN of more than 100 operands",
        "conditions of more are refused before they are sent",
        GUIDE + "Comparison operator reference: up to 100 values",
    ),
    Quirk(
        "dynoxide",
        "cursor partition",
        "takes a start key of another partition",
        "a cursor is bound to its question, so none of another partition is sent",
        API + "ExclusiveStartKey",
    ),
    Quirk(
        "dynoxide",
        "in list",
        "takes an IN of more than 100 operands",
        "conditions of more are refused before they are sent",
        GUIDE + "Comparison operator reference: up to 100 values",
    ),
    Quirk(
        "dynoxide",
        "peek",
        "counts the row that no longer fits into a page of 1 MB as scanned",
        "the row is read again by the next request; the rows themselves are right",
        API + "ScannedCount",
    ),
    Quirk(
        "moto",
        "capacity",
        "reports the same units for a read of any size",
        "units are passed on as reported and decide nothing",
        GUIDE + "Read/write capacity: one unit for each 4 KB, rounded up",
    ),
    Quirk(
        "moto",
        "cursor keys",
        "fails over a start key without the table's own key",
        "a cursor holds both keys of its row",
        API + "ExclusiveStartKey",
    ),
    Quirk(
        "moto",
        "cursor partition",
        "takes a start key of another partition",
        "a cursor is bound to its question, so none of another partition is sent",
        API + "ExclusiveStartKey",
    ),
    Quirk(
        "moto",
        "disorder",
        "takes a BETWEEN whose ends are in the wrong order",
        "a reversed range is refused before it is sent",
        API + "KeyConditionExpression",
    ),
    Quirk(
        "moto",
        "end",
        "ends most answers at a page that is just full, without a key to go on from",
        "the last page that DynamoDB would give is empty",
        API + "LastEvaluatedKey",
    ),
    Quirk(
        "moto",
        "in list",
        "takes an IN of more than 100 operands",
        "conditions of more are refused before they are sent",
        GUIDE + "Comparison operator reference: up to 100 values",
    ),
)


def has_quirk(engine: str, difference: Difference) -> bool:
    """Whether the difference is known of the engine."""
    return any((each.engine, each.difference) == (engine, difference) for each in QUIRKS)
