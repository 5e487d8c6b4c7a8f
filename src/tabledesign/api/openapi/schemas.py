"""JSON schemas of models, as components that everything else refers to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, cast

from pydantic import BaseModel
from pydantic.json_schema import (
    GenerateJsonSchema,
    JsonSchemaValue,
    JsonSchemaWarningKind,
    models_json_schema,
)
from pydantic_core import core_schema

from tabledesign.api.bodies import MERGE_PATCH
from tabledesign.api.operation import Operation

__all__ = ["CURSOR", "Json", "Schemas", "bounded", "reference"]

Json = dict[str, object]
_Mode = Literal["validation", "serialization"]

CURSOR: Final[Json] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 12 * 1024,
    "pattern": "^[A-Za-z0-9_-]+$",
}
"""What a cursor looks like; nothing in it is for a client to read."""


_LENGTHS: Final = {"date": 10, "date-time": 40, "uuid": 36}


class _Generator(GenerateJsonSchema):
    # A default that JSON cannot say is left out of the schema, and nobody need be warned.
    ignored_warning_kinds: set[JsonSchemaWarningKind] = {  # noqa: RUF012 - as the base has it
        "skipped-choice",
        "non-serializable-default",
    }

    # A set takes what is sent twice for one, so a body may well repeat a member.
    def set_schema(self, schema: core_schema.SetSchema) -> JsonSchemaValue:
        return self._repeated(super().set_schema(schema))

    def frozenset_schema(self, schema: core_schema.FrozenSetSchema) -> JsonSchemaValue:
        return self._repeated(super().frozenset_schema(schema))

    def _repeated(self, told: JsonSchemaValue) -> JsonSchemaValue:
        if self.mode == "validation":
            told.pop("uniqueItems", None)
        return told


class Schemas:
    """The schemas of all operations: ``components`` by name, and a reference to each model."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        wanted = list(dict.fromkeys(_wanted(operations)))
        references, shared = models_json_schema(
            wanted, ref_template="#/components/schemas/{model}", schema_generator=_Generator
        )
        self._references = cast("dict[tuple[type[BaseModel], _Mode], Json]", references)
        self.components: dict[str, Json] = {
            name: _told(cast("Json", schema)) for name, schema in shared.get("$defs", {}).items()
        }
        for operation in operations:
            if operation.body is not None and operation.body_types == MERGE_PATCH:
                self._without_defaults(operation.body)
            if operation.paged:
                self._add_page(operation)

    def body(self, model: type[BaseModel]) -> Json:
        """What may be sent as the model."""
        return self._references[model, "validation"]

    def answer(self, operation: Operation, model: type[BaseModel]) -> Json:
        """What is answered as the model, or as a page of it."""
        if not operation.paged:
            return self._references[model, "serialization"]
        return reference(self._page_name(model))

    def _page_name(self, model: type[BaseModel]) -> str:
        return f"{_name(self._references[model, 'serialization'])}Page"

    def _add_page(self, operation: Operation) -> None:
        for model in filter(None, operation.answers.values()):
            items = {"type": "array", "items": self._references[model, "serialization"]}
            self.components[self._page_name(model)] = {
                "type": "object",
                "title": self._page_name(model),
                "description": "One page. How much there is in all is not counted.",
                "required": ["items", "next_cursor"],
                "properties": {
                    "items": items,
                    "next_cursor": {
                        "description": "Continues after this page; null on the last one.",
                        "anyOf": [CURSOR, {"type": "null"}],
                    },
                },
            }

    def _without_defaults(self, model: type[BaseModel]) -> None:
        """Of a merge patch: what is not sent stays as it is, whatever the model has for it."""
        schema = self.components[_name(self.body(model))]
        for member in cast("dict[str, Json]", schema.get("properties", {})).values():
            member.pop("default", None)


def reference(name: str) -> Json:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def _wanted(operations: Iterable[Operation]) -> Iterable[tuple[type[BaseModel], _Mode]]:
    for operation in operations:
        if operation.body is not None:
            yield operation.body, "validation"
        for model in operation.answers.values():
            if model is not None:
                yield model, "serialization"


def _name(schema: Json) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def bounded(schema: Json) -> Json:
    """The schema with the lengths that its formats have, for readers that know no formats."""
    longest = _LENGTHS.get(str(schema.get("format", "")))
    if longest is not None and schema.get("type") == "string":
        schema.setdefault("maxLength", longest)
    for held in (*_members(schema), *cast("list[Json]", schema.get("anyOf", []))):
        bounded(held)
    return schema


def _members(schema: Json) -> Iterable[Json]:
    yield from cast("dict[str, Json]", schema.get("properties", {})).values()
    if isinstance(schema.get("items"), dict):
        yield cast("Json", schema["items"])


def _told(schema: Json) -> Json:
    """The schema without the titles that pydantic makes of the names of fields."""
    for member in _members(schema):
        member.pop("title", None)
    return bounded(schema)
