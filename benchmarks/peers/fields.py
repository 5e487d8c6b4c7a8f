"""The twelve attributes as Python values, for peers whose models hold the keys as fields."""

# pyright: basic

from __future__ import annotations

from enum import Enum
from typing import Any

from benchmarks.canned import FIRST
from benchmarks.item import row, values

__all__ = ["PARTITION", "SORT", "Status", "attributes"]

KEYS = ("pk", "sk", "gsi1pk", "gsi1sk", "entity")
PARTITION: str = row(FIRST)["pk"]["S"]
SORT: str = row(FIRST)["sk"]["S"]


class Status(Enum):
    OPEN = "open"
    DONE = "done"


def attributes(number: int) -> dict[str, Any]:
    """Fields and keys."""
    stored = row(number)
    keys = {name: stored[name]["S"] for name in KEYS}
    return {**values(number), **keys, "status": Status.OPEN}
