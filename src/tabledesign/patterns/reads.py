"""From a bound plan to the requests that answer it: Query, GetItem and BatchGetItem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final, cast

from tabledesign.errors import InputError
from tabledesign.keys.bounds import Interval, Slot
from tabledesign.limits import BATCH_GET_ITEMS
from tabledesign.patterns.plan import BoundPlan
from tabledesign.patterns.templates import Bounds, template_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey
from tabledesign.wire import CAPACITY, AttributeValue, Item, Rendered, Request, json_text

__all__ = [
    "batch_keys",
    "batch_requests",
    "first_request",
    "get_request",
    "key_item",
    "primary_key",
    "query_request",
]

CONSISTENT: Final = Rendered.of({"ConsistentRead": True}) | CAPACITY


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
    bounds, values = _bounds(bound, interval)
    template = template_of(plan, table_name, bounds=bounds, counting=counting)
    if plan.condition is not None:
        filtered = plan.condition.encoded(plan.key, bound.arguments)
        if filtered:
            values += f",{json_text(filtered)[1:-1]}"
    more: dict[str, Any] = {}
    if limit is not None:
        more["Limit"] = limit
    if start is not None:
        more["ExclusiveStartKey"] = start
    return Request("Query", template.filled(values, more))


def _bounds(bound: BoundPlan, interval: Interval) -> tuple[Bounds, str]:
    """How the sort key is bounded, and the values of the key condition as members of an object."""
    values = f'":pk":{{"S":{quoted(bound.partition)}}}'
    if bound.plan.place.sort_attribute is None:
        return "none", values
    # DynamoDB takes one condition on the sort key; its BETWEEN includes both ends.
    if interval.prefix is not None:
        return "prefix", f'{values},":sk":{{"S":{quoted(interval.prefix)}}}'
    low = quoted(interval.low)
    if interval.low == interval.high:
        return "point", f'{values},":sk":{{"S":{low}}}'
    return "between", f'{values},":low":{{"S":{low}}},":high":{{"S":{quoted(interval.high)}}}'


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
    for key in entity.__keys__.values():
        if key.place.kind == "primary":
            return key
    raise LookupError(f"{entity.__name__} has no primary key")


def get_request(
    table_name: str,
    key: Mapping[str, AttributeValue],
    *,
    consistent: bool,
    projection: Sequence[str] = (),
) -> Request:
    """The GetItem of one primary key."""
    rest = CONSISTENT if consistent else CAPACITY
    if projection:
        names = {f"#p{number}": name for number, name in enumerate(projection)}
        rest |= {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    text = f'{{"TableName":{quoted(table_name)},"Key":{json_text(key)}}}'
    known = key if isinstance(key, dict) else None
    return Request("GetItem", Rendered(text, {"TableName": table_name, "Key": known}) | rest)


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
