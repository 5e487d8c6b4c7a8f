"""A page of 100 from the bytes of the answer: no HTTP, no signature, nothing but reading.

The base is botocore's parser, which makes wire dicts of it. Collections: the same page of one
entity and of three, which are told apart by an attribute.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

from benchmarks import sdk
from benchmarks.canned import body
from benchmarks.design import Note, Step, Task
from benchmarks.harness import by_name, paired
from benchmarks.results import Measured
from tabledesign.codec import reader_of
from tabledesign.codec.page_reader import PageReader

__all__ = ["collections", "decoding"]


def decoding(rounds: int) -> Measured:
    """100 items of one entity."""
    data = body("Query", "rows-100").encode()
    reader, plain = _reader(Task), TypeDeserializer()

    def values() -> list[dict[str, Any]]:
        return [
            {name: plain.deserialize(value) for name, value in item.items()}
            for item in _parsed(data)
        ]

    calls = {
        "botocore's parser, wire dicts": lambda: _parsed(data),
        "the same + TypeDeserializer": values,
        "the same + pydantic": lambda: [sdk.Task.model_validate(each) for each in values()],
        "tabledesign, decoded": lambda: _items(reader, data),
    }
    lines = paired(by_name(calls), calls=10, rounds=rounds, units=100)
    return Measured("decoding", "A page of 100 decoded", "an item", rounds, lines)


def collections(rounds: int) -> Measured:
    """99 items: of one entity, and 33 each of three."""
    one, three = body("Query", "rows-99").encode(), body("Query", "mixed-99").encode()
    reader, mixed = _reader(Task), _reader(Task, Step, Note)
    calls = {
        "one entity type, tabledesign": lambda: _items(reader, one),
        "three entity types, tabledesign": lambda: _items(mixed, three),
    }
    lines = paired(by_name(calls), calls=20, rounds=rounds, units=99)
    return Measured("collection", "A collection decoded", "an item", rounds, lines)


def _reader(*entities: type[Any]) -> PageReader:
    reader = reader_of(entities, "entity")
    if reader.reason is not None:
        raise RuntimeError(f"pages are not read in one pass: {reader.reason}")
    return reader


def _items(reader: PageReader, data: bytes) -> list[Any]:
    answer = reader.read(data)
    assert answer is not None, "the page is read in one pass"
    items: list[Any] = answer["Items"]
    return items


@cache
def _botocore() -> tuple[Any, Any]:
    maker: Any = ServiceModel
    model = maker(Loader().load_service_model("dynamodb", "service-2"), "dynamodb")
    parser: Any = create_parser(model.metadata["protocol"])
    return parser, model.operation_model("Query").output_shape


def _parsed(data: bytes) -> list[dict[str, Any]]:
    parser, shape = _botocore()
    answer = parser.parse({"headers": {}, "body": data, "status_code": 200}, shape)
    items: list[dict[str, Any]] = answer["Items"]
    return items
