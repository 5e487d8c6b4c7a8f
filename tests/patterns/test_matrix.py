"""Operator x direction x index kind x prefix length: the exact request of each, reviewed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tabledesign import Entity, Index, Key, Range, StartsWith, Table
from tabledesign.keys.bounds import Slot
from tabledesign.patterns.compile import Draft
from tabledesign.patterns.plan import Parameter
from tabledesign.patterns.reads import query_request
from tabledesign.schema.key import BoundKey

GOLDEN = Path(__file__).parents[1] / "goldens" / "requests.json"

table = Table(
    "shelf",
    global_indexes=("gsi1", Index("inverse", inverted=True)),
    local_indexes=("lsi1",),
)


class Book(Entity, table=table):
    shelf: str
    author: str
    title: str

    by_id = Key(partition="shelf", sort=("author", "title"))
    by_title = Key("gsi1", partition="shelf", sort=("title", "author"))
    local = Key("lsi1", sort=("title", "author"))
    inverse = Key("inverse")


class Loan(Entity, table=table):
    """Inverted, its partition is the sort key and its sort parts are three fields."""

    reader: str
    shelf: str
    author: str
    title: str

    by_id = Key(partition=("shelf", "author", "title"), sort="reader")
    inverse = Key("inverse")


KEYS: dict[str, BoundKey[Any]] = {
    "primary": Book.by_id,
    "global": Book.by_title,
    "local": Book.local,
    "inverted": Loan.inverse,
}
OPERATORS: dict[str, object] = {
    "none": None,
    "between": Range("k", "n"),
    "between, start excluded": Range("k", "n", include_start=False),
    "between, end excluded": Range("k", "n", include_end=False),
    "between, both excluded": Range("k", "n", include_start=False, include_end=False),
    "at least": Range.at_least("k"),
    "after": Range.after("k"),
    "at most": Range.at_most("n"),
    "before": Range.before("n"),
    "open at both ends": Range(),
    "begins with": StartsWith("k n"),
}


def request(key: BoundKey[Any], prefix: int, operator: object, *, latest: bool) -> dict[str, Any]:
    """The parameters that a pattern with these arguments would send."""
    parts = (*key.partition_fields, *key.sort_fields[:prefix])
    arguments: dict[str, object] = {name: f"{name}#1" for name in parts}
    parameters = [Parameter(name, str) for name in parts]
    given: dict[str, object] = {name: Slot(name, str) for name in parts}
    if operator is not None:
        name = key.sort_fields[prefix]
        kind = StartsWith if isinstance(operator, StartsWith) else Range[str]
        arguments["operator"] = operator
        parameters.append(Parameter("operator", kind))
        given[name] = Slot("operator", kind)
    query = key.query(**given)
    draft = Draft(
        "here",
        "asked",
        "What?",
        table,
        tuple(parameters),
        query.latest_first() if latest else query,
    )
    plan = draft.plan()
    assert [] == draft.refusals
    return dict(query_request(plan.bind(arguments, None), "shelf").parameters)


def shown(parameters: Mapping[str, Any]) -> str:
    """A request in one line, its placeholders filled."""
    text: str = parameters["KeyConditionExpression"]
    for placeholder, name in parameters["ExpressionAttributeNames"].items():
        text = text.replace(placeholder, name)
    for placeholder, value in parameters["ExpressionAttributeValues"].items():
        text = text.replace(placeholder, json.dumps(value["S"]))
    rest = {
        name: value
        for name, value in parameters.items()
        if name not in ("KeyConditionExpression", "ReturnConsumedCapacity", "TableName")
        and not name.startswith("Expression")
    }
    return " ".join([text, *(f"{name}={value}" for name, value in rest.items())])


def matrix() -> Iterator[tuple[str, str]]:
    for (kind, key), (operator_name, operator), latest in product(
        KEYS.items(), OPERATORS.items(), (False, True)
    ):
        lengths = len(key.sort_fields) + (operator is None)
        for prefix in range(lengths):
            name = f"{kind}, {prefix} equal, {operator_name}{', latest first' if latest else ''}"
            yield name, shown(request(key, prefix, operator, latest=latest))


def test_every_request_of_the_matrix_is_the_reviewed_one(*, update_goldens: bool) -> None:
    found = dict(matrix())
    if update_goldens:
        GOLDEN.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == found


def test_the_matrix_names_all_its_placeholders() -> None:
    for _, text in matrix():
        assert "#pk" not in text
        assert ":" not in text.replace("='", "")


@pytest.mark.parametrize("kind", KEYS)
def test_the_whole_request_of_one_question(kind: str) -> None:
    place = KEYS[kind].place
    found = request(KEYS[kind], 1, Range("k", "n"), latest=True)
    index = {} if place.name is None else {"IndexName": place.name}

    assert {
        "TableName": "shelf",
        **index,
        "KeyConditionExpression": "#pk = :pk AND #sk BETWEEN :low AND :high",
        "ExpressionAttributeNames": {"#pk": place.partition_attribute, "#sk": place.sort_attribute},
        "ExpressionAttributeValues": found["ExpressionAttributeValues"],
        "ScanIndexForward": False,
        "ReturnConsumedCapacity": "TOTAL",
    } == found
