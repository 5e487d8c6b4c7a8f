"""Numbers at the edges of DynamoDB's range; equal numbers have one text."""

from __future__ import annotations

import math
import random
import sys
from decimal import Decimal
from typing import Annotated, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from pydantic import BaseModel, Field

from tabledesign.codec import AsNumber, Codec, Unreadable, compile_codec
from tabledesign.errors import InputError

NINES = 10**38 - 1


class Sums(BaseModel):
    whole: int = 0
    exact: Decimal = Field(default=Decimal(0), allow_inf_nan=True)
    binary: Annotated[float, AsNumber()] = 0.0
    many: list[Decimal] = []


CODEC: Codec[Sums] = compile_codec(Sums)


def stored(name: str, value: object) -> str:
    return str(CODEC.encode_field(name, value)["N"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0E+5", "0"),
        ("0.000", "0"),
        ("1.10", "1.1"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-1E-3", "-0.001"),
        ("1E+37", "1" + "0" * 37),
        ("1E+38", "1E+38"),
        ("9.9E+125", "9.9E+125"),
        ("1.5E-130", "0." + "0" * 129 + "15"),
        ("1E-130", "0." + "0" * 129 + "1"),
        (str(NINES), str(NINES)),
        (str(NINES) + "000", "9." + "9" * 37 + "E+40"),
        ("0." + "1" * 38, "0." + "1" * 38),
        ("9." + "9" * 37 + "E+125", "9." + "9" * 37 + "E+125"),
    ],
)
def test_a_decimal_number_has_one_text(value: str, text: str) -> None:
    assert text == stored("exact", Decimal(value))
    assert Decimal(value) == CODEC.decode({"exact": {"N": text}}).exact


def test_equal_whole_and_decimal_numbers_have_the_same_text() -> None:
    source = random.Random(7)
    for _ in range(5_000):
        value = source.randint(-NINES, NINES) // 10 ** source.randint(0, 37)
        value *= 10 ** source.randint(0, 80)
        assert stored("whole", value) == stored("exact", Decimal(value))
        assert value == CODEC.decode({"whole": {"N": stored("whole", value)}}).whole


def test_boto3_reads_every_number_that_is_written() -> None:
    deserialize: Any = TypeDeserializer()
    for value in (Decimal("1E+125"), Decimal("-1E-120"), Decimal(NINES).scaleb(80)):
        assert value == deserialize.deserialize(CODEC.encode_field("exact", value))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("exact", Decimal("1." + "1" * 38), "value.too_many_digits"),
        ("exact", Decimal(10**38 + 1), "value.too_many_digits"),
        ("exact", Decimal("1E+126"), "value.out_of_range"),
        ("exact", Decimal("1E-131"), "value.out_of_range"),
        ("exact", Decimal("9.9E-131"), "value.out_of_range"),
        ("exact", Decimal("1E+999999"), "value.out_of_range"),
        ("exact", Decimal("NaN"), "value.not_finite"),
        ("exact", Decimal("sNaN"), "value.not_finite"),
        ("exact", Decimal("-Infinity"), "value.not_finite"),
        ("whole", 10**38 + 1, "value.too_many_digits"),
        ("whole", -(10**126), "value.out_of_range"),
        pytest.param("whole", 10**5_000, "value.out_of_range", id="5,001 digits"),
        ("binary", math.nan, "value.not_finite"),
        ("binary", math.inf, "value.not_finite"),
        ("binary", sys.float_info.max, "value.out_of_range"),
        ("binary", sys.float_info.min, "value.out_of_range"),
    ],
)
def test_a_number_that_would_not_read_back_is_refused(name: str, value: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        CODEC.encode_field(name, value)
    assert (code, name) == (caught.value.code, caught.value.field)


def test_the_refusal_names_the_path_and_never_the_number() -> None:
    with pytest.raises(InputError) as caught:
        CODEC.encode(Sums(many=[Decimal(1), Decimal(12345678901234567890123456789012345678901)]))
    assert (
        "Sums.many[1] has 41 significant digits and DynamoDB keeps 38; "
        "round it, or store it as text"
    ) == caught.value.message


def test_floats_read_back_to_the_last_bit() -> None:
    source = random.Random(11)
    for _ in range(20_000):
        value = source.uniform(-1, 1) * 10.0 ** source.randint(-100, 120)
        assert value == CODEC.decode({"binary": {"N": stored("binary", value)}}).binary


def test_minus_zero_is_stored_as_zero() -> None:
    assert "0" == stored("binary", -0.0)


@pytest.mark.parametrize(("text", "value"), [("5.0", 5), ("1E+3", 1000), ("-0", 0), ("50E-1", 5)])
def test_whole_numbers_that_others_wrote_are_read(text: str, value: int) -> None:
    assert value == CODEC.decode({"whole": {"N": text}}).whole


@pytest.mark.parametrize("text", ["1.5", "x", "", "NaN", "Infinity", "1E+999999999"])
def test_a_text_that_is_no_whole_number_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match=r"\$\.whole "):
        CODEC.decode({"whole": {"N": text}})
