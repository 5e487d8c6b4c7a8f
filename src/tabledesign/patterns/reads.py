"""From a bound plan to the requests that answer it: Query, GetItem and BatchGetItem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Interval, Slot
from tabledesign.limits import BATCH_GET_ITEMS
from tabledesign.patterns.plan import BoundPlan
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey
from tabledesign.wire import AttributeValue, Item, Request

__all__ = [
    "batch_keys",
    "batch_requests",
    "first_request",
    "get_request",
    "key_item",
    "primary_key",
    "query_request",
]


def query_request(
    bound: BoundPlan,
    table_name: str,
    *,
    limit: int | None = None,
    start: Item | None = None,
    counting: bool = False,
) -> Request:
    """The Query that reads the question's interval from ``start`` on.

    ``limit`` bounds the rows evaluated. ``counting`` asks for the number of rows alone.
    """
    plan, interval = bound.plan, bound.interval
    if interval is None:
        raise InputError("an empty range needs no request; do not send one", code="query.empty")
    names, values = {"#pk": plan.place.partition_attribute}, {":pk": {"S": bound.partition}}
    text = "#pk = :pk"
    if plan.place.sort_attribute is not None:
        names["#sk"] = plan.place.sort_attribute
        text += " AND " + _sort_condition(interval, values)
    parameters: dict[str, Any] = {"TableName": table_name}
    if plan.place.name is not None:
        parameters["IndexName"] = plan.place.name
    parameters["KeyConditionExpression"] = text
    _add_filter(parameters, bound, names, values)
    parameters["ExpressionAttributeNames"] = names
    parameters["ExpressionAttributeValues"] = values
    if plan.descending:
        parameters["ScanIndexForward"] = False
    if plan.consistent:
        parameters["ConsistentRead"] = True
    if counting:
        parameters["Select"] = "COUNT"
    if limit is not None:
        parameters["Limit"] = limit
    if start is not None:
        parameters["ExclusiveStartKey"] = start
    parameters["ReturnConsumedCapacity"] = "TOTAL"
    return Request("Query", parameters)


def _sort_condition(interval: Interval, values: dict[str, AttributeValue]) -> str:
    # DynamoDB takes one condition on the sort key; its BETWEEN includes both ends.
    if interval.prefix is not None:
        values[":sk"] = {"S": interval.prefix}
        return "begins_with(#sk, :sk)"
    if interval.low == interval.high:
        values[":sk"] = {"S": interval.low}
        return "#sk = :sk"
    values[":low"], values[":high"] = {"S": interval.low}, {"S": interval.high}
    return "#sk BETWEEN :low AND :high"


def _add_filter(
    parameters: dict[str, Any],
    bound: BoundPlan,
    names: dict[str, str],
    values: dict[str, AttributeValue],
) -> None:
    condition = bound.plan.condition
    if condition is not None:
        parameters["FilterExpression"] = condition.text
        names.update(condition.names)
        values.update(condition.encoded(bound.plan.key, bound.arguments))


def key_item(key: BoundKey[Any], values: Mapping[str, object]) -> Item:
    """The primary key of an item as DynamoDB wants it; ``values`` holds the tenant too.

    Raises `InputError` for a part that is None.
    """
    texts = key.render(values)
    if not texts:
        missing = [name for name in key.fields if values.get(name) is None]
        raise InputError(
            f"{' and '.join(missing)} of {key} may not be None; give a value",
            code="key.absent_part",
            field=missing[0] if missing else None,
        )
    return {name: {"S": text} for name, text in texts.items()}


def primary_key(entity: type[Entity]) -> BoundKey[Any]:
    """The entity's key on the table itself."""
    return next(key for key in entity.__keys__.values() if key.place.kind == "primary")


def get_request(
    table_name: str, key: Item, *, consistent: bool, projection: Sequence[str] = ()
) -> Request:
    """The GetItem of one primary key."""
    parameters: dict[str, Any] = {"TableName": table_name, "Key": key}
    if consistent:
        parameters["ConsistentRead"] = True
    if projection:
        names = {f"#p{number}": name for number, name in enumerate(projection)}
        parameters["ProjectionExpression"] = ", ".join(names)
        parameters["ExpressionAttributeNames"] = names
    parameters["ReturnConsumedCapacity"] = "TOTAL"
    return Request("GetItem", parameters)


def batch_keys(bound: BoundPlan) -> list[Item]:
    """The primary key of every item a batch get asks for, in the order of its values."""
    plan = bound.plan
    varied = plan.varied or ""
    wanted = bound.values[varied]
    if not isinstance(wanted, Sequence) or isinstance(wanted, str | bytes):
        slot = plan.equal[varied]
        name = slot.name if isinstance(slot, Slot) else varied
        raise InputError(
            f"{plan.name}: {name!r} is a {type(wanted).__name__}; give a list of values",
            code="pattern.not_a_sequence",
            field=name,
        )
    values = cast("Sequence[object]", wanted)
    with plan.naming_arguments():
        return [key_item(plan.key, {**bound.values, varied: value}) for value in values]


def batch_requests(table_name: str, keys: Sequence[Item], *, consistent: bool) -> Iterator[Request]:
    """BatchGetItem requests for these keys, each key once, 100 keys a request."""
    distinct = list(
        {tuple(sorted((n, v["S"]) for n, v in key.items())): key for key in keys}.values()
    )
    for start in range(0, len(distinct), BATCH_GET_ITEMS):
        asked: dict[str, Any] = {"Keys": distinct[start : start + BATCH_GET_ITEMS]}
        if consistent:
            asked["ConsistentRead"] = True
        yield Request(
            "BatchGetItem",
            {"RequestItems": {table_name: asked}, "ReturnConsumedCapacity": "TOTAL"},
        )


def first_request(bound: BoundPlan, table_name: str) -> Request | None:
    """The first request of a bound plan, or None for an empty range."""
    plan = bound.plan
    if plan.operation == "GetItem":
        key = key_item(plan.key, bound.values)
        return get_request(table_name, key, consistent=plan.consistent)
    if plan.operation == "BatchGetItem":
        keys = batch_keys(bound)
        return next(batch_requests(table_name, keys, consistent=plan.consistent), None)
    return None if bound.interval is None else query_request(bound, table_name)
