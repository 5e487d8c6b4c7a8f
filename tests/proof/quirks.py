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


QUIRKS = ()


def has_quirk(engine: str, difference: Difference) -> bool:
    """Whether the difference is known of the engine."""
    return any((each.engine, each.difference) == (engine, difference) for each in QUIRKS)
