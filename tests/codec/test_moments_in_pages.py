"""Moments and patterns of a page that is read in one pass: as the plain codec takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tabledesign.codec import compile_codec
from tabledesign.codec.page_reader import PageReader
from tabledesign.wire import Item

from .test_page_reader import body_of


class Timed(BaseModel):
    model_config = ConfigDict(regex_engine="python-re")

    at: datetime
    code: Annotated[str, Field(pattern=r"^(?=a)a+$")]  # Python's patterns alone look ahead


@pytest.mark.parametrize(
    "at", ["0", "2026-01-01", "2026-01-01 00:00:00Z", "2026-01-01T00:00Z", "٢026-01-01T00:00:00Z"]
)
def test_a_model_with_patterns_of_pythons_is_read_in_one_pass_and_takes_no_odd_moment(
    at: str,
) -> None:
    reader = PageReader({"It": compile_codec(Timed)}, "entity")
    assert reader.reason is None
    items: list[Item] = [
        {"at": {"S": text}, "code": {"S": "aa"}} for text in ("2026-01-01T00:00:00.5+01:00", at)
    ]
    page = reader.read(body_of(items))
    assert page is not None
    moment = datetime(2025, 12, 31, 23, 0, 0, 500_000, tzinfo=UTC)
    assert page["Items"][0] == Timed(at=moment, code="aa")
    assert isinstance(page["Items"][1], dict)


def test_a_moment_is_read_in_the_utc_of_the_standard_library() -> None:
    reader = PageReader({"It": compile_codec(Timed)}, "entity")
    stored: Item = {"at": {"S": "2026-01-01T00:00:00.000000Z"}, "code": {"S": "a"}}
    page = reader.read(body_of([stored]))
    assert page is not None
    assert page["Items"][0].at.tzinfo is UTC
