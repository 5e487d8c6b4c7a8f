"""The in-memory engine of the writes, which answers queries too: fast enough for every fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

from tests.writes.memory import Memory

from tabledesign.testing.truth import TableReader
from tabledesign.todo import table
from tabledesign.wire import Item, Response

__all__ = ["Queried", "check_truth"]

# What this library asks of a key, once the placeholders stand in it.
_KEY = re.compile(
    r"(?P<pk>#\w+) = (?P<is>:\w+)"
    r"(?: AND (?:(?P<same>#\w+) = (?P<as>:\w+)|begins_with\((?P<begun>#\w+), (?P<stem>:\w+)\)"
    r"|(?P<between>#\w+) BETWEEN (?P<low>:\w+) AND (?P<high>:\w+)))?"
)


class Queried(Memory):
    """Gives every row of a partition in one page, up to ``page`` rows of it."""

    def __init__(self, *, page: int = 1_000) -> None:
        super().__init__()
        self.page = page

    def later(self, **units: float) -> None:
        """Let time pass."""
        self.clock.instant += timedelta(**units)

    def again(self) -> Queried:
        """Another table that holds the same, at the same time."""
        other = Queried(page=self.page)
        other.items, other.clock.instant = deepcopy(self.items), self.clock.instant
        other.clock.ids = self.clock.ids
        return other

    def _Query(self, p: dict[str, Any]) -> Response:
        found = _KEY.fullmatch(p["KeyConditionExpression"])
        assert found, p["KeyConditionExpression"]
        names, values = p["ExpressionAttributeNames"], p["ExpressionAttributeValues"]
        partition, wanted = names[found["pk"]], values[found["is"]]["S"]
        sort = "sk" if "IndexName" not in p else partition.removesuffix("pk") + "sk"
        rows = sorted(
            (row for row in self.items.values() if row.get(partition) == {"S": wanted}),
            key=lambda row: (row[sort]["S"], *self._key(row)),
            reverse=not p.get("ScanIndexForward", True),
        )
        if found["as"]:
            rows = [row for row in rows if row[sort] == values[found["as"]]]
        elif found["stem"]:
            stem = values[found["stem"]]["S"]
            rows = [row for row in rows if row[sort]["S"].startswith(stem)]
        elif found["low"]:
            low, high = (values[found[end]]["S"] for end in ("low", "high"))
            rows = [row for row in rows if low <= row[sort]["S"] <= high]
        if "ExclusiveStartKey" in p:
            # It may have been deleted since: what stands behind its place goes on.
            start = p["ExclusiveStartKey"]
            place = (start[sort]["S"], *self._key(start))
            rows = [row for row in rows if (row[sort]["S"], *self._key(row)) > place]
        limit = min(p.get("Limit", self.page), self.page)
        given = deepcopy(rows[:limit])
        answer: dict[str, Any] = {"Count": len(given), "ScannedCount": len(given)}
        if p.get("Select") != "COUNT":
            answer["Items"] = given
        if len(rows) > limit:
            last = given[-1]
            answer["LastEvaluatedKey"] = {n: last[n] for n in {"pk", "sk", partition, sort}}
        return answer

    def stored(self, _table_name: str) -> Iterator[Item]:
        """Every item, for those who look into a table without a request."""
        return iter(self.items.values())


def check_truth(engine: Queried) -> None:
    """Every index key, claim and count is as the entities make it; raises `Broken`."""
    TableReader(table, table.name, ["acme"]).read(engine, engine.clock.now())
