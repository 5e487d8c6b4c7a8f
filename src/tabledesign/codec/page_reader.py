"""The bytes of an answer to finished entities in one pass, by pydantic-core alone.

A reader proves itself when it is made: it reads items made up of every kind as the plain codec
does, or it is not used. A row that it refuses is no verdict: the plain codec reads the whole
answer again and tells what is wrong. So a reader may only be wrong by taking what the plain codec
would not, or by taking it for something else.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, Final, cast

from pydantic import BaseModel
from pydantic_core import SchemaValidator, ValidationError
from pydantic_core import core_schema as core

from tabledesign.codec.answer import HEAD
from tabledesign.codec.codec import Codec
from tabledesign.codec.faults import Unreadable
from tabledesign.codec.kind import Tag
from tabledesign.codec.samples import samples
from tabledesign.codec.wire_schema import Schema, Underivable, wire_schema
from tabledesign.wire import Item

__all__ = ["PageReader"]

_COMPLETE: Final = Lock()


class PageReader:
    """Reads answers whose items are of these entities, told apart by an attribute.

    >>> class Note(BaseModel):
    ...     title: str
    >>> from tabledesign.codec import compile_codec
    >>> reader = PageReader({"Note": compile_codec(Note)}, "entity")
    >>> reader.read(b'{"Items": [{"entity": {"S": "Note"}, "title": {"S": "Rest"}}], "Count": 1}')
    {'Items': [Note(title='Rest')], 'Count': 1}
    """

    def __init__(self, codecs: Mapping[str, Codec[Any]], attribute: str) -> None:
        self._codecs = codecs
        self._attribute = attribute
        self._validate: Any = None
        self._filled: dict[type[Any], frozenset[str]] = {
            codec.model: names for codec in codecs.values() if (names := _filled(codec))
        }
        self.reason: str | None = None
        """Why it is not used; None while it is."""
        try:
            self._build()
            for name, codec in codecs.items():
                self._prove(name, codec)
        except Underivable as reason:
            self._validate, self.reason = None, str(reason)
        except Exception as error:  # noqa: BLE001 - whatever a release of pydantic has changed
            self._validate, self.reason = None, f"{type(error).__name__} while it was built"

    def read(self, body: bytes) -> dict[str, Any] | None:
        """The answer with entities for items; None where the plain codec must read it."""
        if self._validate is None:
            return None
        try:
            answer: dict[str, Any] = self._validate(body)
        except Exception:  # noqa: BLE001 - a row that is refused, by whatever it stumbles over
            return None
        if self._filled:
            for entity in _rows(answer):
                entity.__pydantic_fields_set__.update(self._filled.get(entity.__class__, ()))
        return answer

    def _build(self) -> None:
        choices = {name: _of_version(codec) for name, codec in self._codecs.items()}
        row: Any = _told_apart(choices, self._attribute, "S")
        fields: dict[str, core.TypedDictField] = {
            "Items": core.typed_dict_field(core.list_schema(row), required=False),
            "Item": core.typed_dict_field(row, required=False),
            **dict.fromkeys(HEAD, core.typed_dict_field(core.any_schema(), required=False)),
        }
        self._validate = _validator(core.typed_dict_schema(fields)).validate_json

    def _prove(self, name: str, codec: Codec[Any]) -> None:
        for item in samples(codec.record):
            stored = {**item, self._attribute: {"S": name}, **codec.versions.stamp()}
            body = json.dumps({"Items": [stored]}, default=_base64).encode()
            self._compare(codec, stored, body)

    def _compare(self, codec: Codec[Any], stored: Item, body: bytes) -> None:
        try:
            plain: BaseModel | None = codec.decode(stored)
            faulty: set[object] = set()
        except Unreadable as unreadable:
            plain, faulty = None, {(fault.path or ("",))[0] for fault in unreadable.faults}
        try:
            self._validate(body)
            refused: set[object] = set()
        except ValidationError as error:
            refused = {_field_of(each["loc"]) for each in error.errors()}
        page = self.read(body)
        found: BaseModel | None = None if page is None else page["Items"][0]
        if plain is None and found is None:
            if refused <= faulty:
                return
        elif plain is not None and found is not None and _same(plain, found):
            return
        raise Underivable(f"{codec.model.__name__} is read otherwise than by the plain codec")


def _filled(codec: Codec[Any]) -> frozenset[str]:
    """Fields that absence gives an empty set, which the plain codec hands in as one."""
    return frozenset(
        field.name
        for field in codec.fields.values()
        if field.kind.empty is not None and not field.empty_by_default
    )


def _rows(answer: Mapping[str, Any]) -> Iterator[Any]:
    yield from answer.get("Items", ())
    if "Item" in answer:
        yield answer["Item"]


def _of_version(codec: Codec[Any]) -> Schema:
    """Rows of the current version; older ones are brought up by the plain codec."""
    schema, versions = wire_schema(codec.record), codec.versions
    if versions.current == 1:
        return schema
    return _told_apart({str(versions.current): schema}, versions.attribute, "N")


def _told_apart(choices: Mapping[str, Schema], attribute: str, tag: Tag) -> Schema:
    return {"type": "tagged-union", "choices": choices, "discriminator": [attribute, tag]}


def _validator(schema: Any) -> SchemaValidator:
    """A validator of the schema itself.

    For a class that is complete, pydantic-core takes the validator it has, and none of ours; it
    says nothing.
    """
    try:
        make: Any = SchemaValidator
        return cast("SchemaValidator", make(schema, _use_prebuilt=False))
    except TypeError:
        pass
    models = [choice["cls"] for choice in _models(schema)]
    with _COMPLETE:
        for model in models:
            model.__pydantic_complete__ = False
        try:
            return SchemaValidator(schema)
        finally:
            for model in models:
                model.__pydantic_complete__ = True


def _models(schema: Any) -> list[Schema]:
    found: list[Schema] = []
    if isinstance(schema, dict):
        members = cast("Schema", schema)
        if members.get("type") == "model":
            found.append(members)
        for member in members.values():
            found += _models(member)
    elif isinstance(schema, list | tuple):
        for member in cast("list[Any]", schema):
            found += _models(member)
    return found


def _field_of(location: tuple[int | str, ...]) -> object:
    # ("Items", 0, "Task", "due", "S"): the stored name stands behind the tag of the union.
    return location[3] if len(location) > 3 else ""


def _same(one: BaseModel, other: BaseModel) -> bool:
    return (
        type(one) is type(other)
        and one.model_fields_set == other.model_fields_set
        and one.model_dump() == other.model_dump()
        and one == other
    )


def _base64(value: object) -> str:
    assert isinstance(value, bytes), "a wire value is text, bytes, or a list or dict of them"
    return b64encode(value).decode()
