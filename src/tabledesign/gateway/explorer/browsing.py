"""Looking at a table or an index: bounded pages of a Scan, of a partition, or around a key.

No access pattern does this, and none should: it is what a person does who wants to see what is
there. So a Scan is right here, a page at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from tabledesign.dataclass import dataclass
from tabledesign.engine.effects import Operation
from tabledesign.engine.retry import send
from tabledesign.keys.text import escape
from tabledesign.schema.table import Place, Table
from tabledesign.wire import Item, Request

__all__ = ["Looked", "Start", "View", "look", "position_of"]

Direction = Literal["later", "earlier"]

NEIGHBOURS: Final = 4
"""Rows beyond the end of an interval, so that its end is seen to be one."""

_REQUESTS: Final = 6
_EVALUATED: Final = 1_000
"""Where few rows of a Scan are the tenant's: so many are looked at, and no more, for one page."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page goes on: after the row with these keys, or before it."""

    keys: Item
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is looked at: a whole place, or one partition of it, so many rows at a time.

    ``at`` is a sort key text that the page begins at, or with ``backwards`` ends at, a few
    neighbours beside it.
    """

    table: Table
    table_name: str
    place: Place
    tenant: str | None
    partition: str | None = None
    at: str | None = None
    backwards: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Looked:
    """Rows in the order of the place, and where the pages before and after them go on."""

    items: Sequence[Item]
    earlier: Start | None
    later: Start | None


def look(view: View, start: Start | None) -> Operation[Looked]:
    """One page of the view."""
    if view.partition is None:
        return (yield from _scan(view, None if start is None else start.keys))
    if view.at is not None and start is None and view.place.sort_attribute is not None:
        return (yield from _around(view, view.at))
    backwards = start is not None and start.direction == "earlier"
    keys = None if start is None else start.keys
    items, last = yield from _read(view, "", {}, keys, backwards=backwards, limit=view.limit)
    if backwards:
        return Looked(items[::-1], _start(last, "earlier"), _beside(view, items[:1], "later"))
    earlier = None if start is None else _beside(view, items[:1], "earlier")
    return Looked(items, earlier, _start(last, "later"))


def position_of(view: View, item: Item) -> Item:
    """The key attributes of an item by which its page goes on: the table's and the place's."""
    table, place = view.table, view.place
    names = {table.partition_key, table.sort_key, place.partition_attribute, place.sort_attribute}
    return {name: item[name] for name in sorted(filter(None, names)) if name in item}


def _scan(view: View, start: Item | None) -> Operation[Looked]:
    parameters: dict[str, Any] = {"TableName": view.table_name, "ReturnConsumedCapacity": "TOTAL"}
    if view.place.name is not None:
        parameters["IndexName"] = view.place.name
    if view.tenant is not None:
        parameters["FilterExpression"] = "begins_with(#pk, :tenant)"
        parameters["ExpressionAttributeNames"] = {"#pk": view.place.partition_attribute}
        parameters["ExpressionAttributeValues"] = {":tenant": {"S": escape(view.tenant) + "#"}}
    items: list[Item] = []
    evaluate = view.limit
    for _ in range(_REQUESTS):
        asked = {**parameters, "Limit": evaluate}
        if start is not None:
            asked["ExclusiveStartKey"] = start
        response = yield from send(Request("Scan", asked))
        items += response["Items"]
        start = response.get("LastEvaluatedKey")
        if start is None or len(items) >= view.limit:
            break
        evaluate = _EVALUATED
    if len(items) > view.limit:
        items = items[: view.limit]
        start = position_of(view, items[-1])
    return Looked(_by_partition(view.place, items), None, _start(start, "later"))


def _by_partition(place: Place, items: Sequence[Item]) -> list[Item]:
    """The same items, each partition's together and in order, as an index of DynamoDB has them.

    The embedded engine scans an index in the order of the table.
    """
    partitions: dict[str, list[Item]] = {}
    for item in items:
        partitions.setdefault(str(item[place.partition_attribute]), []).append(item)
    sort = place.sort_attribute
    if sort is not None:
        for each in partitions.values():
            each.sort(key=lambda item: str(item[sort].get("S")).encode(errors="replace"))
    return [item for each in partitions.values() for item in each]


def _around(view: View, at: str) -> Operation[Looked]:
    """The rows on this side of the key, and a few on the other."""
    values = {":at": {"S": at}}
    here, beyond = ("<=", ">") if view.backwards else (">=", "<")
    items, on = yield from _read(
        view, f"#sk {here} :at", values, None, backwards=view.backwards, limit=view.limit
    )
    others, back = yield from _read(
        view, f"#sk {beyond} :at", values, None, backwards=not view.backwards, limit=NEIGHBOURS
    )
    if view.backwards:
        return Looked([*items[::-1], *others], _start(on, "earlier"), _start(back, "later"))
    return Looked([*others[::-1], *items], _start(back, "earlier"), _start(on, "later"))


def _read(
    view: View,
    condition: str,
    values: Item,
    start: Item | None,
    *,
    backwards: bool,
    limit: int,
) -> Operation[tuple[list[Item], Item | None]]:
    """Rows of the partition in the direction of reading, and the key that more of them follow."""
    names = {"#pk": view.place.partition_attribute}
    if condition and view.place.sort_attribute is not None:
        names["#sk"] = view.place.sort_attribute
    parameters: dict[str, Any] = {
        "TableName": view.table_name,
        "KeyConditionExpression": "#pk = :pk" + (f" AND {condition}" if condition else ""),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {":pk": {"S": view.partition}, **values},
        "ScanIndexForward": not backwards,
        "Limit": limit,
        "ReturnConsumedCapacity": "TOTAL",
    }
    if view.place.name is not None:
        parameters["IndexName"] = view.place.name
    if start is not None:
        parameters["ExclusiveStartKey"] = start
    response = yield from send(Request("Query", parameters))
    return list(response["Items"]), response.get("LastEvaluatedKey")


def _start(keys: Item | None, direction: Direction) -> Start | None:
    return None if keys is None else Start(keys, direction)


def _beside(view: View, first: Sequence[Item], direction: Direction) -> Start | None:
    return Start(position_of(view, first[0]), direction) if first else None
