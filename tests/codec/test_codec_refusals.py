"""Everything that keeps a model from being stored is said when it is compiled, all at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, Flag
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pydantic
import pytest
from pydantic import (
    AliasPath,
    BaseModel,
    ConfigDict,
    Discriminator,
    EncodedBytes,
    Field,
    FutureDate,
    Json,
    NaiveDatetime,
    RootModel,
    SecretStr,
    Tag,
    create_model,
)
from pydantic.types import Base64Encoder
from typing_extensions import TypeAliasType, TypedDict

from tabledesign.codec import AsNumber, EpochSeconds, Stored, compile_codec, refusals_of
from tabledesign.errors import DesignError

T = TypeVar("T")


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class RenamedDog(BaseModel):
    kind: Annotated[Literal["renamed"], Stored("k")]


class Numbers(Enum):
    HALF = 0.5


class Options(Flag):
    A = 1


class Root(RootModel[int]):
    pass


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Box(BaseModel, Generic[T]):
    content: T


class Place(NamedTuple):
    x: int


class Shape(TypedDict):
    x: int


@dataclass
class Point:
    x: int


def model_of(annotation: Any) -> type[BaseModel]:
    model: type[BaseModel] = create_model("Model", field=(annotation, ...))
    return model


def kind_of(value: object) -> str:
    return str(value)


TREE = TypeAliasType("TREE", "dict[str, TREE]")
TAGGED = Annotated[Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")], Discriminator(kind_of)]

ONE_FIELD: list[tuple[object, str, str]] = [
    (float, "codec.float", "Model.field"),
    (list[float], "codec.float", "Model.field[]"),
    (tuple[int, float], "codec.float", "Model.field[1]"),
    (dict[str, float], "codec.float", "Model.field[]"),
    (Any, "codec.unsupported_type", "Model.field"),
    (object, "codec.unsupported_type", "Model.field"),
    (time, "codec.unsupported_type", "Model.field"),
    (timedelta, "codec.unsupported_type", "Model.field"),
    (Callable[[], int], "codec.unsupported_type", "Model.field"),
    (list, "codec.unsupported_type", "Model.field"),
    (dict, "codec.unsupported_type", "Model.field"),
    (set, "codec.unsupported_type", "Model.field"),
    (frozenset, "codec.unsupported_type", "Model.field"),
    (tuple, "codec.unsupported_type", "Model.field"),
    (Sequence[int], "codec.unsupported_type", "Model.field"),
    (Mapping[str, int], "codec.unsupported_type", "Model.field"),
    (complex, "codec.unsupported_type", "Model.field"),
    (SecretStr, "codec.unsupported_type", "Model.field"),
    (Place, "codec.unsupported_type", "Model.field"),
    (Point, "codec.unsupported_type", "Model.field"),
    (Shape, "codec.unsupported_type", "Model.field"),
    (Numbers, "codec.unsupported_type", "Model.field"),
    (Options, "codec.unsupported_type", "Model.field"),
    (Literal[b"x"], "codec.unsupported_type", "Model.field"),
    (NaiveDatetime, "codec.unsupported_type", "Model.field"),
    (Root, "codec.unsupported_type", "Model.field"),
    (Box, "codec.unsupported_type", "Model.field.content"),
    (Box[float], "codec.float", "Model.field.content"),
    (set[bool], "codec.unsupported_type", "Model.field"),
    (set[int | None], "codec.unsupported_type", "Model.field"),
    (set[tuple[int, ...]], "codec.unsupported_type", "Model.field"),
    (set[Literal["a", 1]], "codec.unsupported_type", "Model.field"),
    (dict[int, str], "codec.unsupported_type", "Model.field"),
    (dict[Literal["a", None], str], "codec.unsupported_type", "Model.field"),
    (TREE, "codec.unsupported_type", "Model.field"),
    (
        Annotated[Cat | RenamedDog, Field(discriminator="kind")],
        "codec.unsupported_type",
        "Model.field",
    ),
    (int | str, "codec.untagged_union", "Model.field"),
    (Cat | Dog, "codec.untagged_union", "Model.field"),
    (TAGGED, "codec.untagged_union", "Model.field"),
    (set[str] | None, "codec.optional_set", "Model.field"),
    (list[frozenset[int] | None], "codec.optional_set", "Model.field[]"),
    (FutureDate, "codec.clock_bound", "Model.field"),
    (Annotated[bytes, EncodedBytes(encoder=Base64Encoder)], "codec.transformed", "Model.field"),
    (Json[int], "codec.transformed", "Model.field"),
    (Annotated[int, AsNumber()], "codec.marker", "Model.field"),
    (Annotated[list[int], AsNumber()], "codec.marker", "Model.field"),
    (Annotated[date, EpochSeconds()], "codec.marker", "Model.field"),
    (list[Annotated[str, Stored("s")]], "codec.marker", "Model.field[]"),
    (Open, "codec.extra_allowed", "Model.field"),
    (Annotated[str, Stored("")], "codec.stored_name", "Model.field"),
    (Annotated[str, Stored("entity_version")], "codec.stored_clash", "Model.field"),
]


@pytest.mark.parametrize(("annotation", "code", "where"), ONE_FIELD)
def test_a_field_that_cannot_be_stored_is_refused(annotation: Any, code: str, where: str) -> None:
    model = model_of(annotation)
    (refusal,) = refusals_of(model)
    assert (code, where) == (refusal.code, refusal.where)
    assert refusal.fault
    assert refusal.remedy
    assert not refusal.remedy.endswith(".") or refusal.remedy.endswith("...")


def test_a_type_bound_to_the_clock_is_named() -> None:
    (refusal,) = refusals_of(model_of(FutureDate))
    assert refusal.fault.startswith("a stored FutureDate stops being one as time goes by")


def test_all_refusals_of_a_model_come_at_once_and_in_order() -> None:
    class Inner(BaseModel):
        depth: float

    class Bad(BaseModel):
        a: Any
        fine: int
        b: list[Inner]
        c: set[str] | None
        again: Inner

    found = refusals_of(Bad, version=0, upcasters={1: dict})
    assert [
        ("codec.unsupported_type", "Bad.a"),
        ("codec.float", "Bad.b[].depth"),
        ("codec.optional_set", "Bad.c"),
        ("codec.version", "Bad"),
        ("codec.upcaster", "Bad"),
    ] == [(refusal.code, refusal.where) for refusal in found]
    with pytest.raises(DesignError) as caught:
        compile_codec(Bad, version=0, upcasters={1: dict})
    assert found == caught.value.refusals


def test_a_good_model_has_no_refusals() -> None:
    assert () == refusals_of(Cat)


def test_two_fields_under_one_stored_name_are_refused() -> None:
    class Bad(BaseModel):
        a: int
        b: Annotated[int, Stored("a")]

    assert ["codec.stored_clash"] == [refusal.code for refusal in refusals_of(Bad)]


def test_a_field_on_a_reserved_attribute_is_refused() -> None:
    class Bad(BaseModel):
        pk: int

    (refusal,) = refusals_of(Bad, reserved={"pk", "sk"})
    assert ("codec.stored_clash", "Bad.pk") == (refusal.code, refusal.where)


def test_a_field_that_is_only_validated_from_inside_another_is_refused() -> None:
    class Bad(BaseModel):
        city: str = Field(validation_alias=AliasPath("address", "city"))

    assert ["codec.alias_path"] == [refusal.code for refusal in refusals_of(Bad)]


def test_a_model_that_names_an_undefined_type_is_refused() -> None:
    model = model_of("Nowhere")
    assert ["codec.undefined"] == [refusal.code for refusal in refusals_of(model)]


def test_a_type_that_always_nests_too_deeply_is_refused() -> None:
    annotation: Any = int
    for _ in range(31):
        annotation = list.__class_getitem__(annotation)
    assert () == refusals_of(model_of(annotation))
    (refusal,) = refusals_of(model_of(list.__class_getitem__(annotation)))
    assert ("codec.too_deep", "Model.field") == (refusal.code, refusal.where)


@pytest.mark.parametrize(("version", "old"), [(1, 1), (2, 2), (2, 0), (3, -1)])
def test_an_upcaster_from_a_version_that_never_was_is_refused(version: int, old: int) -> None:
    found = refusals_of(Cat, version=version, upcasters={old: dict})
    assert ["codec.upcaster"] == [refusal.code for refusal in found]


def test_a_refusal_names_the_place_the_fault_and_the_remedy() -> None:
    class Weight(BaseModel):
        kilos: float

    assert (
        "codec.float at Weight.kilos: a float is binary and DynamoDB's numbers are decimal. "
        "Use Decimal, or say that its exact digits may be stored: Annotated[float, AsNumber()]."
    ) == str(refusals_of(Weight)[0])


def test_a_naive_datetime_type_is_told_apart_from_an_aware_one() -> None:
    assert () == refusals_of(model_of(datetime))


@pytest.mark.skipif(
    sys.version_info < (3, 12) or pydantic.VERSION.startswith("2.9."),
    reason="the type statement came with Python 3.12, and pydantic takes it since 2.10",
)
def test_a_type_alias_that_holds_itself_is_refused() -> None:
    names: dict[str, Any] = {}
    exec("type Tree = dict[str, Tree]", names)
    model = model_of(names["Tree"])
    assert ["codec.unsupported_type"] == [refusal.code for refusal in refusals_of(model)]
