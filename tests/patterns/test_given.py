"""Old values that are given become conditions that hold for every form they may be stored in."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import Field

from tabledesign import Entity, Key, Table
from tabledesign.expressions import render
from tabledesign.patterns.held import given_as

table = Table("given")


class Task(Entity, table=table):
    task_id: str
    due: date | None = None
    rank: int = 1
    tags: set[str] = Field(default_factory=set[str])

    by_id = Key(partition="task_id")


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ({"rank": 2}, ["#n0 = :v0"]),
        ({"rank": 1}, ["attribute_not_exists(#n0) OR #n0 = :v0"]),
        ({"due": date(2026, 11, 27)}, ["#n0 = :v0"]),
        ({"due": None}, ["attribute_not_exists(#n0) OR #n0 = :v0"]),
        ({"tags": {"a"}}, ["#n0 = :v0"]),
        ({"tags": set[str]()}, ["attribute_not_exists(#n0)"]),
        ({"tags": {"a"}, "rank": 2}, ["#n0 = :v0", "#n0 = :v0"]),
    ],
)
def test_only_a_default_may_be_stored_as_nothing(
    given: dict[str, object], texts: list[str]
) -> None:
    conditions = given_as(Task, given)

    assert texts == [render(condition).text for condition in conditions]


def test_the_conditions_are_on_the_fields_that_are_given() -> None:
    [rank, tags] = given_as(Task, {"tags": {"a"}, "rank": 2})

    assert ["rank", "tags"] == [
        name for condition in (rank, tags) for name in render(condition).names.values()
    ]
