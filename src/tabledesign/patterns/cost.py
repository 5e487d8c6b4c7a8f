"""What a read costs, from DynamoDB's published rules; an estimate is never sent.

Source: *Developer Guide*, "DynamoDB read and write operations": one read unit is one strongly
consistent read of 4 KB, or two eventually consistent ones; a Query rounds up the sum of its
rows, a GetItem each item.
"""

from __future__ import annotations

from math import ceil

from tabledesign.dataclass import dataclass
from tabledesign.limits import (
    PAGE_BYTES,
    PARTITION_READ_UNITS,
    PARTITION_WRITE_UNITS,
    READ_UNIT_BYTES,
)
from tabledesign.patterns.plan import Plan

__all__ = ["Cost", "cost_of"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Read units: ``unit`` for each 4 KB read, and notes on what bounds the pattern.

    >>> Cost(unit=0.5, per_item=False).read_units(rows=100, row_bytes=300)
    4.0
    """

    unit: float
    per_item: bool
    notes: tuple[str, ...] = ()

    def read_units(self, *, rows: int, row_bytes: int) -> float:
        """The units for reading so many rows of that size on one page.

        A query that finds nothing still costs one unit's step.
        """
        if self.per_item:
            return rows * self.unit * max(1, ceil(row_bytes / READ_UNIT_BYTES))
        return self.unit * max(1, ceil(rows * row_bytes / READ_UNIT_BYTES))

    @property
    def summary(self) -> str:
        """The rule in words."""
        if self.per_item:
            return f"{self.unit:g} read units per 4 KB of each item"
        full = self.unit * PAGE_BYTES / READ_UNIT_BYTES
        return f"{self.unit:g} read units per 4 KB of rows together; a full page (1 MB) {full:g}"


def cost_of(plan: Plan) -> Cost:
    """The cost of one request of this pattern."""
    notes: list[str] = []
    if not plan.key.partition_fields and plan.operation == "Query":
        tenant = " of a tenant" if plan.table.tenants else ""
        notes.append(
            f"one partition holds all rows{tenant}: it sustains {PARTITION_WRITE_UNITS:,} write "
            f"units and {PARTITION_READ_UNITS:,} read units a second"
        )
    if plan.condition is not None:
        notes.append("the filter drops rows after they were read and paid for")
    return Cost(
        unit=1.0 if plan.consistent else 0.5,
        per_item=plan.operation != "Query",
        notes=tuple(notes),
    )
