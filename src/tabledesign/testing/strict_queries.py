"""DynamoDB's rules for a Query: key condition, filter, projection, start."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tabledesign.limits import PARTITION_KEY_BYTES, SORT_KEY_BYTES
from tabledesign.schema.table import Place, Table
from tabledesign.testing.strict_expressions import NAME, less
from tabledesign.testing.strict_items import key_breaches, text_breaches
from tabledesign.wire import Item

__all__ = ["query_breaches"]

# An equality on the partition, and at most one condition on the sort key.
KEY_CONDITION = re.compile(
    r"(#\w+) = (:\w+)"
    r"(?: AND (?:(#\w+) (=|<|<=|>|>=) (:\w+)|(#\w+) BETWEEN (:\w+) AND (:\w+)"
    r"|begins_with\((#\w+), (:\w+)\)))?"
)


def query_breaches(parameters: Mapping[str, Any], table: Table) -> Iterator[str]:
    """What is wrong with a Query beside the texts of its expressions."""
    place = table.place(parameters.get("IndexName"))
    if place is None:
        yield f"the table has no index {parameters.get('IndexName')!r}"
        return
    is_global = place.kind in ("global", "inverted")
    if is_global and parameters.get("ConsistentRead"):
        yield "a global index is read consistently"
    yield from _selected(parameters, place)
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    read = {names.get(n) for n in NAME.findall(str(parameters.get("FilterExpression", "")))}
    keys = {place.partition_attribute, place.sort_attribute} & read
    if keys:
        yield f"the filter reads {', '.join(sorted(map(str, keys)))}, a key of what is queried"
    match = KEY_CONDITION.fullmatch(str(parameters.get("KeyConditionExpression")))
    if match is None:
        yield f"the key condition is none: {parameters.get('KeyConditionExpression')}"
        return
    yield from _key_condition(match, parameters, place)
    if "ExclusiveStartKey" in parameters:
        yield from _start(match, parameters, table, place)


def _selected(parameters: Mapping[str, Any], place: Place) -> Iterator[str]:
    select = parameters.get("Select")
    if "ProjectionExpression" in parameters:
        if select not in (None, "SPECIFIC_ATTRIBUTES"):
            yield f"Select={select} stands beside a projection"
    elif select == "SPECIFIC_ATTRIBUTES":
        yield "Select=SPECIFIC_ATTRIBUTES needs a projection"
    if place.name is None and select == "ALL_PROJECTED_ATTRIBUTES":
        yield "ALL_PROJECTED_ATTRIBUTES is asked of the table itself"
    if place.kind == "global" and select == "ALL_ATTRIBUTES" and place.projection != "all":
        yield f"ALL_ATTRIBUTES is asked of index {place}, which does not hold them"


def _key_condition(
    match: re.Match[str], parameters: Mapping[str, Any], place: Place
) -> Iterator[str]:
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
    if names.get(match[1]) != place.partition_attribute:
        yield f"the key condition asks {names.get(match[1])}, and {place} has another partition key"
    sort = match[3] or match[6] or match[9]
    if sort is not None and names.get(sort) != place.sort_attribute:
        yield f"the key condition asks {names.get(sort)}, and {place} has another sort key"
    if match[2] in values:
        yield from text_breaches(match[2], values[match[2]], PARTITION_KEY_BYTES)
    for placeholder in (match[5], match[7], match[8], match[10]):
        if placeholder in values:
            yield from text_breaches(placeholder, values[placeholder], SORT_KEY_BYTES)


def _start(
    match: re.Match[str], parameters: Mapping[str, Any], table: Table, place: Place
) -> Iterator[str]:
    start: Item = parameters["ExclusiveStartKey"]
    values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
    wrong = list(key_breaches(start, table.primary, place))
    if wrong:
        yield f"the start: {wrong[0]}"
        return
    if start[place.partition_attribute] != values.get(match[2]):
        yield "the start lies in another partition"
    if place.sort_attribute is None:
        return
    at = start[place.sort_attribute]
    if match[10] in values and not str(at["S"]).startswith(str(values[match[10]].get("S"))):
        yield "the start lies outside what begins_with asks for"
    if match[7] in values and match[8] in values:
        low, high = values[match[7]], values[match[8]]
        if less(at, low) or less(high, at):
            yield "the start lies outside what BETWEEN asks for"
