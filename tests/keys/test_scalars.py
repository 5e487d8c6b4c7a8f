"""What each type writes into a key, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, Flag, IntEnum, StrEnum
from typing import Annotated, Literal, NewType
from uuid import UUID

import pytest
from pydantic import AwareDatetime, EmailStr, NaiveDatetime, PositiveInt

from tabledesign.errors import InputError
from tabledesign.keys.scalars import Kind, Scalar, scalar_of, why_not

UserId = NewType("UserId", str)


class Name(str):
    __slots__ = ()


class Color(Enum):
    RED = "red"
    BLUE = "bl#ue"


class Shade(StrEnum):
    DARK = "dark"


class Rank(IntEnum):
    LOW = -1
    HIGH = 2


class Mixed(Enum):
    A = "a"
    B = 1


class Blank(Enum):
    A = ""


class Bits(Flag):
    A = 1


def codec(annotation: object) -> Scalar:
    scalar = scalar_of(annotation)
    assert scalar is not None
    return scalar


@pytest.mark.parametrize(
    ("annotation", "kind", "value", "text"),
    [
        (str, "text", "a b%", "a%20b%25"),
        (str, "text", Shade.DARK, "dark"),
        (Name, "text", "ann", "ann"),
        (UserId, "text", UserId("AbC"), "AbC"),
        (EmailStr, "text", "a@b.c", "a@b.c"),
        (Annotated[str, "note"], "text", "x", "x"),
        (int, "integer", 0, "0000000000000000000"),
        (int, "integer", -1, "-9999999999999999998"),
        (int, "integer", 2**63 - 1, "9223372036854775807"),
        (int, "integer", -(2**63), "-0776627963145224191"),
        (int, "integer", Rank.HIGH, "0000000000000000002"),
        (PositiveInt, "integer", 7, "0000000000000000007"),
        (Decimal, "decimal", Decimal("-0"), "="),
        (Decimal, "decimal", Decimal("1.10"), ">130.11"),
        (Decimal, "decimal", Decimal("1.1"), ">130.11"),
        (Decimal, "decimal", Decimal("0.05"), ">128.5"),
        (Decimal, "decimal", Decimal(-100), "<867.8~"),
        (Decimal, "decimal", Decimal("1E+125"), ">255.1"),
        (Decimal, "decimal", Decimal("1E-130"), ">000.1"),
        (Decimal, "decimal", Decimal("9" * 38), ">167." + "9" * 38),
        (bool, "boolean", True, "true"),
        (bool, "boolean", False, "false"),
        (date, "date", date(1, 1, 1), "0001-01-01"),
        (datetime, "datetime", datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
        (
            AwareDatetime,
            "datetime",
            datetime(2026, 1, 1, tzinfo=UTC),
            "2026-01-01T00:00:00.000000Z",
        ),
        (UUID, "uuid", UUID(int=255), "00000000-0000-0000-0000-0000000000ff"),
        (bytes, "bytes", b"\x00#", "0023"),
        (Color, "enum", Color.BLUE, "bl%23ue"),
        (Rank, "enum", Rank.LOW, "-9999999999999999998"),
        (Literal["a", "b#"], "literal", "b#", "b%23"),
        (Literal[1, 2], "literal", 2, "0000000000000000002"),
    ],
)
def test_a_value_has_one_text(annotation: object, kind: Kind, value: object, text: str) -> None:
    scalar = codec(annotation)
    assert (kind, text) == (scalar.kind, scalar.encode(value, field="f"))
    assert text == scalar.encode(scalar.decode(text), field="f")


@pytest.mark.parametrize(
    ("annotation", "value", "wanted", "remedy"),
    [
        (Color, "red", "a member of Color", "pass a Color"),
        (Literal["a"], 1, "a plain str", "pass one of its str values"),
        (Literal[1], "a", "a plain int", "pass one of its int values"),
    ],
)
def test_a_value_of_another_kind_is_told_what_is_wanted(
    annotation: object, value: object, wanted: str, remedy: str
) -> None:
    given = type(value).__name__
    with pytest.raises(InputError) as caught:
        codec(annotation).encode(value, field="f")
    assert (
        f"key field 'f' needs {wanted}, and a {given} was given; {remedy}" == caught.value.message
    )


@pytest.mark.parametrize(
    "annotation", [str, int, Decimal, bool, date, datetime, UUID, bytes, Color, Rank, Literal[1, 2]]
)
def test_the_sample_of_a_type_is_the_text_of_a_value(annotation: object) -> None:
    scalar = codec(annotation)
    assert scalar.sample == scalar.encode(scalar.decode(scalar.sample), field="f")


@pytest.mark.parametrize(
    ("annotation", "value", "code"),
    [
        (str, 1, "key.wrong_kind"),
        (str, "", "key.empty_part"),
        (str, "\ud800", "key.lone_surrogate"),
        (str, "a\udfffb", "key.lone_surrogate"),
        (str, b"a", "key.wrong_kind"),
        (str, Color.RED, "key.wrong_kind"),
        (int, True, "key.wrong_kind"),
        (int, 1.0, "key.wrong_kind"),
        (int, "1", "key.wrong_kind"),
        (int, 2**63, "key.out_of_range"),
        (int, -(2**63) - 1, "key.out_of_range"),
        (Decimal, 1, "key.wrong_kind"),
        (Decimal, 1.5, "key.wrong_kind"),
        (Decimal, Decimal("NaN"), "key.not_finite"),
        (Decimal, Decimal("sNaN"), "key.not_finite"),
        (Decimal, Decimal("-Infinity"), "key.not_finite"),
        (Decimal, Decimal("1." + "0" * 37 + "1"), "key.out_of_range"),
        (Decimal, Decimal("1E+126"), "key.out_of_range"),
        (Decimal, Decimal("9.9E-131"), "key.out_of_range"),
        (bool, 1, "key.wrong_kind"),
        (bool, "true", "key.wrong_kind"),
        (date, datetime(2026, 1, 1, tzinfo=UTC), "key.wrong_kind"),
        (date, "2026-01-01", "key.wrong_kind"),
        (datetime, date(2026, 1, 1), "key.wrong_kind"),
        (datetime, datetime(2026, 1, 1), "key.naive_datetime"),  # noqa: DTZ001 - the fault itself
        (UUID, str(UUID(int=1)), "key.wrong_kind"),
        (bytes, b"", "key.empty_part"),
        (bytes, "ab", "key.wrong_kind"),
        (Color, "red", "key.wrong_kind"),
        (Rank, 2, "key.wrong_kind"),
        (Literal["a"], "b", "key.out_of_range"),
        (Literal["a"], "", "key.out_of_range"),
        (Literal["a"], 1, "key.wrong_kind"),
        (Literal["dark"], Shade.DARK, "key.wrong_kind"),
        (Literal[1], True, "key.wrong_kind"),
        (Literal[1], 2**70, "key.out_of_range"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_field(
    annotation: object, value: object, code: str
) -> None:
    with pytest.raises(InputError, match=r"key field 'due' .*; ") as caught:
        codec(annotation).encode(value, field="due")
    assert (code, "due") == (caught.value.code, caught.value.field)


def test_a_refusal_shows_the_type_and_not_the_value() -> None:
    with pytest.raises(InputError) as caught:
        codec(int).encode("hunter2", field="pin")
    expected = "key field 'pin' needs a whole number, and a str was given; pass an int"
    assert expected == caught.value.message


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (str, ""),
        (str, "a#"),
        (str, "%2"),
        (str, "%41"),
        (str, "%2f"),
        (str, "%26"),
        (str, "!"),
        (str, "\ud800"),
        (int, "1"),
        (int, "-0000000000000000000"),
        (int, "9" * 19),
        (int, "-9999999999999999999"),
        (int, "\u0660" * 19),
        (Decimal, ">130.10"),
        (Decimal, ">130.01"),
        (Decimal, "<869.9~"),
        (Decimal, "<869.8"),
        (Decimal, ">999.1"),
        (Decimal, ">130." + "1" * 39),
        (bool, "True"),
        (date, "20260101"),
        (date, "2026-02-30"),
        (datetime, "2026-01-01T00:00:00Z"),
        (datetime, "2026-01-01T00:00:00.000000+00:00"),
        (datetime, "2026-01-01T00:00:00.000000"),
        (UUID, "{00000000-0000-0000-0000-0000000000ff}"),
        (UUID, "00000000-0000-0000-0000-0000000000FF"),
        (bytes, "0"),
        (bytes, "0F"),
        (bytes, "0 0f"),
        (Color, "bl#ue"),
        (Color, "green"),
        (Literal["a"], "b"),
    ],
)
def test_a_text_that_no_value_wrote_is_refused(annotation: object, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        codec(annotation).decode(text)


@pytest.mark.parametrize(
    ("annotation", "sentence"),
    [
        (float, "use Decimal"),
        (NaiveDatetime, "use AwareDatetime"),
        (list[int], "use str, int, Decimal"),
        (object, "use str, int, Decimal"),
        (str | None, "use str, int, Decimal"),
        (Mixed, "neither all str nor all int"),
        (Blank, "empty"),
        (Bits, "use an Enum, or int"),
        (Enum, "names no value"),
        (Literal["a", 1], "neither all str nor all int"),
        (Literal["a", None], "neither all str nor all int"),
        (Literal[True], "neither all str nor all int"),
        (Literal[Color.RED], "neither all str nor all int"),
    ],
)
def test_an_annotation_without_a_key_text_is_refused_with_a_remedy(
    annotation: object, sentence: str
) -> None:
    assert scalar_of(annotation) is None
    assert sentence in why_not(annotation)


def test_a_subclass_of_str_comes_back_as_itself() -> None:
    assert isinstance(codec(Name).decode("ann"), Name)


def test_two_codecs_of_one_type_are_equal() -> None:
    for annotation in (str, int, Color, Literal["a", "b"]):
        assert codec(annotation) == codec(annotation)
    assert codec(Literal["a"]) != codec(Literal["b"])
    assert codec(Color) != codec(Shade)


@pytest.mark.parametrize("annotation", [str, Literal["a", "~"], Literal["é"]])
def test_a_type_whose_texts_may_start_above_the_mark_says_so(annotation: object) -> None:
    assert codec(annotation).below_tilde is False


@pytest.mark.parametrize("annotation", [int, Decimal, bool, date, datetime, UUID, bytes, Color])
def test_a_type_whose_texts_stay_below_the_mark_says_so(annotation: object) -> None:
    assert codec(annotation).below_tilde is True


def test_canonically_equal_texts_are_different_values() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    assert codec(str).encode(composed, field="f") != codec(str).encode(decomposed, field="f")
