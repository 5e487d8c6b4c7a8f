"""An answer that is still the bytes it came as: read when somebody asks, and only what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic_core import SchemaValidator, ValidationError
from pydantic_core import core_schema as core

from tabledesign.wire import with_bytes

__all__ = ["HEAD", "Answer", "as_stored", "is_answer"]

HEAD: Final = ("ConsumedCapacity", "Count", "LastEvaluatedKey", "ScannedCount", "UnprocessedKeys")
"""What an answer says about its rows, beside the rows."""

_head: Callable[[bytes], dict[str, Any]] = SchemaValidator(
    core.typed_dict_schema(
        {name: core.typed_dict_field(core.any_schema(), required=False) for name in HEAD}
    )
).validate_json


def is_answer(body: bytes) -> bool:
    """Whether a body is a JSON object, to its end."""
    try:
        _head(body)
    except ValidationError:
        return False
    return True


class Answer(Mapping[str, Any]):
    """A complete answer of DynamoDB, by AWS's names; binary data is bytes, as from botocore.

    >>> answer = Answer(b'{"Count": 1, "Items": [{"photo": {"B": "cG5n"}}]}')
    >>> answer["Count"], answer["Items"]
    (1, [{'photo': {'B': b'png'}}])
    """

    __slots__ = ("_about", "_whole", "body", "metadata")

    def __init__(self, body: bytes, metadata: Mapping[str, Any] | None = None) -> None:
        self.body = body
        self.metadata = metadata
        self._about: Mapping[str, Any] | None = None
        self._whole: Mapping[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        if name not in HEAD or self._whole is not None:
            return self._read()[name]
        about = self._about
        if about is None:
            about = self._about = _head(self.body)
        return about[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return f"Answer({len(self.body)} bytes)"

    def _read(self) -> Mapping[str, Any]:
        whole = self._whole
        if whole is None:
            binary = b'"B"' in self.body or b'"BS"' in self.body
            whole = json.loads(self.body, object_hook=with_bytes if binary else None)
            if self.metadata is not None:
                whole = {**whole, "ResponseMetadata": self.metadata}
            self._whole = whole
        return whole


def as_stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of an answer's JSON with its binary data as bytes."""
    stored: dict[str, Any] = json.loads(json.dumps(row), object_hook=with_bytes)
    return stored
