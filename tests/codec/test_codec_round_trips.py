"""What is written reads back the same, and means to boto3 what it means to us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tabledesign.codec import Codec, compile_codec, item_size, plain, tagged

from .generated import Seeded, generate_model

INSTANCES = 100
DESERIALIZER = TypeDeserializer()


def meaning(item: dict[str, Any]) -> dict[str, Any]:
    deserialize = cast("Any", DESERIALIZER).deserialize
    return {name: deserialize(value) for name, value in item.items()}


def null_fields(value: object) -> Iterator[tuple[str, bool]]:
    if isinstance(value, BaseModel):
        for name, inner in value.__dict__.items():
            if inner is None:
                yield name, name in value.model_fields_set
            yield from null_fields(inner)
    elif isinstance(value, list | tuple):
        for inner in cast("list[object]", value):
            yield from null_fields(inner)
    elif isinstance(value, dict):
        for inner in cast("dict[str, object]", value).values():
            yield from null_fields(inner)


def check(codec: Codec[Any], instance: BaseModel, expected: dict[str, Any]) -> int:
    """The size of the item."""
    item = codec.encode(instance)
    back = codec.decode(item)
    assert instance == back
    assert type(instance) is type(back)
    assert list(null_fields(instance)) == list(null_fields(back))
    assert expected == meaning(item)
    assert item == tagged(plain(item))
    assert item == codec.encode(back)
    return item_size(item)


@pytest.mark.parametrize("models", [60, pytest.param(500, marks=pytest.mark.full)])
def test_generated_values_read_back_as_they_were_written(models: int) -> None:
    seen = 0
    largest = 0
    for seed in range(models):
        source = Seeded(seed)
        model, make = generate_model(source, depth=3)
        codec = compile_codec(model)
        for _ in range(INSTANCES):
            instance, expected = make(source)
            largest = max(largest, check(codec, instance, expected))
            seen += 1
    assert seen == models * INSTANCES
    assert largest > 500


class Drawn:
    """Choices of hypothesis."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def integer(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_any_model_reads_back_what_it_wrote(data: st.DataObject) -> None:
    source = Drawn(data)
    model, make = generate_model(source, depth=2)
    instance, expected = make(source)
    check(compile_codec(model), instance, expected)
