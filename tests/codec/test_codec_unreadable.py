"""Rows that are not what their entity says: every fault listed with its path, none passed over."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from tabledesign.codec import AsNumber, EpochSeconds, Stored, Unreadable, compile_codec


class Colour(Enum):
    RED = "red"
    BLUE = 2


class Card(BaseModel):
    kind: Literal["card"]
    number: Annotated[int, Stored("n")]


class Cash(BaseModel):
    kind: Literal["cash"]
    amount: Annotated[Decimal, Field(gt=0)]


class Line(BaseModel):
    due: Annotated[date, Stored("d")]
    count: Annotated[int, Field(ge=1)] = 1


class Row(BaseModel):
    text: str = ""
    whole: int = 0
    exact: Decimal = Decimal(0)
    binary: Annotated[float, AsNumber()] = 0.0
    flag: bool = False
    data: bytes = b""
    day: date = date(2000, 1, 1)
    moment: datetime | None = None
    expires: Annotated[datetime | None, EpochSeconds()] = None
    key: UUID = UUID(int=0)
    colour: Colour = Colour.RED
    choice: Literal["a", 1, True] = "a"
    nothing: None = None
    tags: set[str] = set()
    counts: set[int] = set()
    blobs: set[bytes] = set()
    items: list[Line] = []
    pair: tuple[int, str] = (0, "")
    labels: dict[str, int] = {}
    line: Line | None = None
    payment: Annotated[Card | Cash, Field(discriminator="kind")] | None = None
    payments: list[Annotated[Card | Cash, Field(discriminator="kind")]] = []


CODEC = compile_codec(Row)

SAMPLES: dict[str, dict[str, Any]] = {
    "S": {"S": "oops"},
    "N": {"N": "7"},
    "B": {"B": b"x"},
    "BOOL": {"BOOL": True},
    "NULL": {"NULL": True},
    "SS": {"SS": ["x"]},
    "NS": {"NS": ["7"]},
    "BS": {"BS": [b"x"]},
    "L": {"L": [{"S": "x"}]},
    "M": {"M": {"x": {"S": "x"}}},
}


@pytest.mark.parametrize("name", list(CODEC.fields))
def test_a_value_under_a_wrong_tag_is_unreadable_and_never_the_default(name: str) -> None:
    kind = CODEC.fields[name].kind
    right = {*kind.tags, *(["NULL"] if kind.nullable else [])}
    wrong = [sample for tag, sample in SAMPLES.items() if tag not in right]
    assert len(wrong) >= 7
    for stored in [*wrong, {}]:
        with pytest.raises(Unreadable) as caught:
            CODEC.decode({name: stored})
        (fault,) = caught.value.faults
        assert (name,) == fault.path
        assert f"is stored as {''.join(stored) or 'nothing'}, not as" in fault.reason


CONTENT: list[tuple[str, dict[str, Any], str]] = [
    ("whole", {"N": "1.5"}, "$.whole is a number with a fraction, not a whole number"),
    ("exact", {"N": "NaN"}, "$.exact is not a number that DynamoDB holds"),
    ("exact", {"N": "1,5"}, "$.exact is not the text of a number"),
    ("binary", {"N": "Infinity"}, "$.binary is not a number that DynamoDB holds"),
    ("flag", {"BOOL": "yes"}, "$.flag is neither true nor false, although stored as BOOL"),
    ("data", {"B": "text"}, "$.data is not binary data, although stored as B"),
    ("day", {"S": "2026-02-30"}, "$.day is not the text of a date"),
    ("moment", {"S": "noon"}, "$.moment is not the text of a moment"),
    (
        "moment",
        {"S": "2026-11-23T12:00:00"},
        "$.moment is the text of a datetime without a time zone, which names no moment",
    ),
    ("expires", {"N": "1.5"}, "$.expires is a number with a fraction, not a whole number"),
    (
        "expires",
        {"N": "1E+100"},
        "$.expires is not a number of seconds inside the years 1 to 9999",
    ),
    ("key", {"S": "x"}, "$.key is not the text of a UUID"),
    ("colour", {"S": "green"}, "$.colour is none of the values of Colour"),
    ("colour", {"N": "3"}, "$.colour is none of the values of Colour"),
    ("choice", {"N": "2"}, "$.choice is none of the values that the field allows"),
    ("choice", {"BOOL": False}, "$.choice is none of the values that the field allows"),
    ("counts", {"NS": ["1", "1.5"]}, "$.counts[1] is a number with a fraction, not a whole number"),
    ("pair", {"L": [{"N": "1"}]}, "$.pair is a list of 1, not of 2"),
    (
        "pair",
        {"L": [{"S": "x"}, {"N": "1"}]},
        "$.pair[0] is stored as S, not as N; $.pair[1] is stored as N, not as S",
    ),
    ("labels", {"M": {"a b": {"S": "x"}}}, "$.labels['a b'] is stored as S, not as N"),
    ("line", {"M": {}}, "$.line.d is missing"),
    (
        "line",
        {"M": {"d": {"S": "2026-11-23"}, "count": {"N": "0"}}},
        "$.line.count is refused: Input should be greater than or equal to 1",
    ),
    ("payment", {"M": {}}, "$.payment has no 'kind', which says which of Card or Cash it is"),
    ("payment", {"M": {"kind": {"S": "gold"}}}, "$.payment.kind names none of Card or Cash"),
    ("payment", {"M": {"kind": {"N": "1"}}}, "$.payment.kind names none of Card or Cash"),
    (
        "payment",
        {"M": {"kind": {"S": "card"}, "n": {"S": "1"}}},
        "$.payment.n is stored as S, not as N",
    ),
    (
        "payments",
        {"L": [{"M": {"kind": {"S": "cash"}, "amount": {"N": "0"}}}]},
        "$.payments[0].amount is refused: Input should be greater than 0",
    ),
    ("payments", {"L": [{"M": {"kind": {"S": "card"}}}]}, "$.payments[0].n is missing"),
]


@pytest.mark.parametrize(("name", "stored", "reason"), CONTENT)
def test_a_content_that_does_not_fit_is_unreadable(
    name: str, stored: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        CODEC.decode({name: stored})
    assert reason == str(caught.value)


def test_all_faults_of_a_row_are_listed_with_their_stored_paths() -> None:
    good = {"M": {"d": {"S": "2026-11-23"}}}
    late = {"M": {"d": {"S": "soon"}, "count": {"S": "many"}}}
    none = {"M": {"d": {"S": "2026-11-23"}, "count": {"N": "0"}}}
    with pytest.raises(Unreadable) as caught:
        CODEC.decode({"items": {"L": [good, good, good, late]}, "whole": {"S": "1"}, "line": none})
    assert {
        "$.items[3].d is not the text of a date",
        "$.items[3].count is stored as S, not as N",
        "$.whole is stored as S, not as N",
        "$.line.count is refused: Input should be greater than or equal to 1",
    } == set(map(str, caught.value.faults))
    assert ("items", 3, "d") in [fault.path for fault in caught.value.faults]


def test_no_reason_shows_the_stored_value() -> None:
    canary = "s3cr3t"
    for stored in ({"S": canary}, {"N": canary}, {"SS": [canary]}, {"M": {"kind": {"S": canary}}}):
        for name in set(CODEC.fields) - {"text", "tags"}:
            with pytest.raises(Unreadable) as caught:
                CODEC.decode({name: stored})
            assert canary not in str(caught.value)


def test_the_models_own_validators_decide_too() -> None:
    class Period(BaseModel):
        first: int
        last: int

        @field_validator("last")
        @classmethod
        def _even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("must be even")
            return value

        @model_validator(mode="after")
        def _ordered(self) -> Period:
            if self.last < self.first:
                raise ValueError("must not end before it starts")
            return self

    codec = compile_codec(Period)
    with pytest.raises(Unreadable) as field:
        codec.decode({"first": {"N": "1"}, "last": {"N": "3"}})
    assert "$.last is refused: Value error, must be even" == str(field.value)
    with pytest.raises(Unreadable) as whole:
        codec.decode({"first": {"N": "5"}, "last": {"N": "2"}})
    assert "$ is refused: Value error, must not end before it starts" == str(whole.value)


def test_a_refused_value_inside_a_tuple_is_told_by_its_stored_names() -> None:
    class Weight(BaseModel):
        grams: Annotated[int, Stored("g"), Field(gt=0)]

    class Parcel(BaseModel):
        parts: tuple[str, Weight]
        more: dict[str, tuple[Weight, int]] = {}

    codec = compile_codec(Parcel)
    light: dict[str, Any] = {"M": {"g": {"N": "0"}}}
    row: dict[str, Any] = {
        "parts": {"L": [{"S": "x"}, light]},
        "more": {"M": {"a": {"L": [light, {"N": "1"}]}}},
    }
    with pytest.raises(Unreadable) as caught:
        codec.decode(row)
    refused = "is refused: Input should be greater than 0"
    assert f"$.parts[1].g {refused}; $.more.a[0].g {refused}" == str(caught.value)


def test_a_validator_that_stumbles_over_missing_fields_does_not_hide_the_faults() -> None:
    class Careless(BaseModel):
        first: int
        last: int

        @field_validator("last")
        @classmethod
        def _later(cls, value: int, info: ValidationInfo) -> int:
            assert value >= info.data["first"]
            return value

    with pytest.raises(Unreadable) as caught:
        compile_codec(Careless).decode({"first": {"S": "x"}, "last": {"N": "3"}})
    assert "$.first is stored as S, not as N" == str(caught.value)


def test_a_partial_row_gives_the_fields_that_were_asked_for() -> None:
    row: dict[str, Any] = {
        "whole": {"N": "5"},
        "line": {"M": {"d": {"S": "2026-11-23"}}},
        "pk": {"S": "x"},
    }
    assert {
        "whole": 5,
        "line": Line(due=date(2026, 11, 23)),
        "tags": set(),
        "text": "",
    } == CODEC.decode_partial(row, ["whole", "line", "tags", "text"])


def test_a_partial_row_lists_all_its_faults() -> None:
    codec = compile_codec(Line)
    with pytest.raises(Unreadable) as caught:
        codec.decode_partial({"count": {"N": "0"}}, ["due", "count"])
    assert (
        "$.d is missing; $.count is refused: Input should be greater than or equal to 1"
    ) == str(caught.value)


def test_a_partial_row_reads_unions_and_markers_as_a_whole_row_does() -> None:
    row: dict[str, Any] = {
        "payment": {"M": {"kind": {"S": "card"}, "n": {"N": "1"}}},
        "payments": {"L": [{"M": {"kind": {"S": "cash"}, "amount": {"N": "0"}}}]},
    }
    assert {"payment": Card(kind="card", number=1)} == CODEC.decode_partial(row, ["payment"])
    with pytest.raises(Unreadable, match=r"^\$\.payments\[0\]\.amount is refused"):
        CODEC.decode_partial(row, ["payments"])
