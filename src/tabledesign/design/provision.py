"""Making a table be there as designed: operations that describe, create and wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from tabledesign.dataclass import dataclass
from tabledesign.design.definition import table_definition, ttl_specification
from tabledesign.design.difference import Difference, differences
from tabledesign.engine.effects import Operation, send, sleep
from tabledesign.errors import RequestError, RequestRefused, TableMissing
from tabledesign.schema.table import Table
from tabledesign.wire import Request

__all__ = ["Provisioned", "compare", "provision"]

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
MOST_POLLS = 130
"""With these pauses about ten minutes: an index on an empty table is there in a few."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What became of the wish for a table; ``differences`` where it is there and differs."""

    outcome: Literal["created", "identical", "different"]
    differences: tuple[Difference, ...] = ()


def provision(table: Table, *, table_name: str | None = None) -> Operation[Provisioned]:
    """Create the table unless it is there; never change one that is.

    Returns once table and indexes are ACTIVE. Raises `RequestError`.
    """
    definition = table_definition(table, table_name=table_name)
    name = str(definition["TableName"])
    described = yield from _describe(name)
    created = False
    if described is None:
        yield from send(Request("CreateTable", definition))
        created = True
    yield from _until_active(name)
    if created:
        ttl = ttl_specification(table)
        if ttl is not None:
            parameters = {"TableName": name, "TimeToLiveSpecification": ttl}
            yield from send(Request("UpdateTimeToLive", parameters))
        return Provisioned("created")
    found = yield from compare(table, table_name=table_name)
    return Provisioned("different" if found else "identical", tuple(found))


def compare(table: Table, *, table_name: str | None = None) -> Operation[list[Difference]]:
    """The differences of the live table from the design; see `differences`."""
    name = table_name or table.name
    described = yield from _describe(name)
    ttl: Mapping[str, Any] | None = None
    if described is not None:
        answer = yield from send(Request("DescribeTimeToLive", {"TableName": name}))
        ttl = answer.get("TimeToLiveDescription")
    return differences(table, described, ttl)


def _describe(name: str) -> Operation[Mapping[str, Any] | None]:
    try:
        answer = yield from send(Request("DescribeTable", {"TableName": name}))
    except TableMissing:
        return None
    described: Mapping[str, Any] = answer["Table"]
    return described


def _until_active(name: str) -> Operation[None]:
    pause = FIRST_PAUSE
    for _ in range(MOST_POLLS):
        described = yield from _describe(name)
        if described is not None and _is_active(described):
            return
        yield from sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    raise _still_waiting(name)


def _is_active(described: Mapping[str, Any]) -> bool:
    indexes = described.get("GlobalSecondaryIndexes") or ()
    return described.get("TableStatus", "ACTIVE") == "ACTIVE" and all(
        index.get("IndexStatus", "ACTIVE") == "ACTIVE" for index in indexes
    )


def _still_waiting(name: str) -> RequestError:
    return RequestRefused(
        f"table {name!r} is not ACTIVE after ten minutes; look at it again later with "
        "`tabledesign table diff`",
        code="table.not_active",
        details={"table": name},
    )
