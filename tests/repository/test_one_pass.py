"""Which answers are read in one pass, and which row by row, with what the caller sees alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tabledesign.codec import codec_of
from tabledesign.codec.answer import Answer
from tabledesign.repository.rows import RowReader
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import Key
from tabledesign.schema.table import Table

bar = Table("bar", ttl="ttl")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Drink(Entity, table=bar):
    name: str
    by_name = Key(partition="name")


def answered(name: str, **more: dict[str, Any]) -> Answer:
    drink = Drink(name=name)
    row = {"entity": {"S": "Drink"}, **codec_of(Drink).encode(drink), **more}
    return Answer(json.dumps({"Items": [row], "Count": 1}).encode())


def reader() -> RowReader:
    return RowReader(bar, (Drink.by_name,), None, strict=False)


@pytest.mark.parametrize("name", ["a little water", 'in "ttl" marks'])
def test_a_row_that_cannot_expire_is_read_in_one_pass_whatever_it_says(name: str) -> None:
    read = reader().in_one_pass(answered(name), NOW)

    assert read is not None
    assert [Drink(name=name)] == read["Items"]


def test_rows_that_may_have_expired_and_plain_answers_are_read_row_by_row() -> None:
    assert reader().in_one_pass(answered("tea", ttl={"N": "1"}), NOW) is None
    assert reader().in_one_pass({"Items": []}, NOW) is None
