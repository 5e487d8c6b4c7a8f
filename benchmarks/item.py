"""The item that every contender reads and writes: 12 attributes, 470 bytes of wire JSON.

Composite keys, one index, a discriminator, and seven fields: text, a whole number, an enum, a
decimal, a moment, a boolean, a list of two texts. It is written here as it is stored, without any
library, so that the stub needs none; `tests/benchmarks` holds it against what ours stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["KINDS", "PROJECT", "TABLE", "key", "row", "values"]

TABLE = "tasks"
PROJECT = "renovation-of-the-old-house-beside-the-harbor"
KINDS = ("Task", "Step", "Note")
_START = datetime(2026, 11, 20, 8, 30, 15, 250_000, tzinfo=UTC)


def values(number: int) -> dict[str, Any]:
    """The seven fields, as Python has them; ``status`` is the text of its enum."""
    return {
        "project": PROJECT,
        "number": number,
        "status": "open",
        "cost": Decimal("12.5"),
        "created": _START + timedelta(seconds=number),
        "done": False,
        "labels": ["garden", "pets"],
    }


def row(number: int, kind: str = "Task") -> dict[str, dict[str, Any]]:
    """The item as it is stored: names to tagged values."""
    moment = _text(_START + timedelta(seconds=number))
    return {
        "project": {"S": PROJECT},
        "number": {"N": str(number)},
        "status": {"S": "open"},
        "cost": {"N": "12.5"},
        "created": {"S": moment},
        "done": {"BOOL": False},
        "labels": {"L": [{"S": "garden"}, {"S": "pets"}]},
        **key(number, kind),
        "gsi1pk": {"S": f"{kind}#open#"},
        "gsi1sk": {"S": f"{kind}#{moment}#{number:019d}#"},
        "entity": {"S": kind},
    }


def key(number: int, kind: str = "Task") -> Mapping[str, dict[str, str]]:
    """The primary key of a row."""
    return {"pk": {"S": f"project#{PROJECT}#"}, "sk": {"S": f"{kind}#{number:019d}#"}}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
