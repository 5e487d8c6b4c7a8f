"""A live table that differs in one property is reported with exactly that one."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from tests.design.designs import table

from tabledesign.design.definition import table_definition
from tabledesign.design.difference import differences

Described = dict[str, Any]
Change = Callable[[Described], object]

TTL: Described = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def described() -> Described:
    """The answer of DescribeTable for a table as designed."""
    answer = deepcopy(table_definition(table))
    answer["TableStatus"] = "ACTIVE"
    answer["GlobalSecondaryIndexes"].reverse()  # DynamoDB keeps no order
    for index in answer["GlobalSecondaryIndexes"]:
        index["IndexStatus"] = "ACTIVE"
        index["Projection"].get("NonKeyAttributes", []).reverse()
    return answer


def test_a_table_as_designed_has_no_differences() -> None:
    assert [] == differences(table, described(), TTL)


def test_an_absent_table_is_one_difference() -> None:
    (only,) = differences(table, None)

    assert ("table", "not there") == (only.where, only.found)


def index(answer: Described, name: str) -> Described:
    both = answer["GlobalSecondaryIndexes"] + answer["LocalSecondaryIndexes"]
    return next(one for one in both if one["IndexName"] == name)


def extra(answer: Described, member: str) -> None:
    answer[member].append({**deepcopy(answer[member][0]), "IndexName": "extra"})


def without(answer: Described, member: str, name: str) -> None:
    answer[member] = [one for one in answer[member] if one["IndexName"] != name]


G, L = "GlobalSecondaryIndexes", "LocalSecondaryIndexes"
CHANGES: dict[str, tuple[str, str, Change]] = {
    "status": ("table", "the status", lambda a: a.update(TableStatus="UPDATING")),
    "partition key": (
        "primary key",
        "the partition key",
        lambda a: a["KeySchema"][0].update(AttributeName="id"),
    ),
    "sort key": ("primary key", "the sort key", lambda a: a["KeySchema"].pop()),
    "global index missing": ("global index 'short'", "the index", lambda a: without(a, G, "short")),
    "local index missing": ("local index 'recent'", "the index", lambda a: without(a, L, "recent")),
    "global index extra": ("global index 'extra'", "the index", lambda a: extra(a, G)),
    "local index extra": ("local index 'extra'", "the index", lambda a: extra(a, L)),
    "all local indexes missing": ("local index 'recent'", "the index", lambda a: a.pop(L)),
    "index creating": (
        "global index 'short'",
        "the status",
        lambda a: index(a, "short").update(IndexStatus="CREATING"),
    ),
    "index backfilling": (
        "global index 'short'",
        "the status",
        lambda a: index(a, "short").update(Backfilling=True),
    ),
    "index partition key": (
        "global index 'by_state'",
        "the partition key",
        lambda a: index(a, "by_state")["KeySchema"][0].update(AttributeName="other"),
    ),
    "index sort key": (
        "global index 'by_state'",
        "the sort key",
        lambda a: index(a, "by_state")["KeySchema"].pop(),
    ),
    "several attributes in a key": (
        "global index 'by_state'",
        "the sort key",
        lambda a: index(a, "by_state")["KeySchema"].append(
            {"AttributeName": "pk", "KeyType": "RANGE"}
        ),
    ),
    "local sort key": (
        "local index 'recent'",
        "the sort key",
        lambda a: index(a, "recent")["KeySchema"][1].update(AttributeName="other"),
    ),
    "projection all": (
        "global index 'by_state'",
        "the projection",
        lambda a: index(a, "by_state").update(Projection={"ProjectionType": "KEYS_ONLY"}),
    ),
    "projection keys": (
        "local index 'recent'",
        "the projection",
        lambda a: index(a, "recent").update(Projection={"ProjectionType": "ALL"}),
    ),
    "projection include": (
        "global index 'short'",
        "the projection",
        lambda a: index(a, "short").update(Projection={"ProjectionType": "ALL"}),
    ),
    "attribute not projected": (
        "global index 'short'",
        "the projected attributes",
        lambda a: index(a, "short")["Projection"]["NonKeyAttributes"].remove("t"),
    ),
    "attribute projected": (
        "global index 'short'",
        "the projected attributes",
        lambda a: index(a, "short")["Projection"]["NonKeyAttributes"].append("day"),
    ),
}
for _position, _entry in enumerate(table_definition(table)["AttributeDefinitions"]):

    def _numeric(answer: Described, position: int = _position) -> None:
        answer["AttributeDefinitions"][position]["AttributeType"] = "N"

    _name = _entry["AttributeName"]
    CHANGES[f"type of {_name}"] = (f"attribute {_name!r}", "the type", _numeric)


@pytest.mark.parametrize("name", CHANGES)
def test_one_changed_property_is_exactly_one_difference(name: str) -> None:
    where, changed, change = CHANGES[name]
    answer = described()
    change(answer)

    found = differences(table, answer, TTL)

    assert [(where, changed)] == [(one.where, one.property) for one in found]


@pytest.mark.parametrize(
    ("ttl", "found"),
    [
        (None, "none"),
        ({"TimeToLiveStatus": "DISABLED"}, "none"),
        ({"TimeToLiveStatus": "DISABLING", "AttributeName": "expires"}, "none"),
        ({"TimeToLiveStatus": "ENABLED", "AttributeName": "other"}, "'other'"),
    ],
)
def test_a_ttl_that_is_not_as_designed_is_one_difference(ttl: Described | None, found: str) -> None:
    (only,) = differences(table, described(), ttl)

    assert ("the TTL attribute", "'expires'", found) == (only.property, only.designed, only.found)


def test_a_ttl_being_enabled_counts_as_enabled() -> None:
    ttl = {"TimeToLiveStatus": "ENABLING", "AttributeName": "expires"}

    assert [] == differences(table, described(), ttl)
