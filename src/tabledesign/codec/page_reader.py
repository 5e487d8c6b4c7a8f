"""The bytes of an answer to finished entities in one pass, by pydantic-core alone.

A reader proves itself when it is made: it reads items made up of every kind as the plain codec
does, or it is not used. That it refuses a row is no verdict: the plain codec reads the row
again and tells what is wrong. So a reader may only be wrong by taking what the plain codec would
not, or by taking it for something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final, Protocol, cast

from pydantic import BaseModel
from pydantic_core import SchemaValidator, ValidationError
from pydantic_core import core_schema as core

from tabledesign.codec.faults import Unreadable
from tabledesign.codec.forms import Form, answer_schema
from tabledesign.codec.kind import Tag
from tabledesign.codec.record import Record
from tabledesign.codec.samples import samples
from tabledesign.codec.versions import Versions
from tabledesign.codec.wire_schema import Schema, Underivable
from tabledesign.wire import Item, json_text

__all__ = ["PageReader", "Readable", "make_validator"]

_COMPLETE: Final = Lock()
_PAGE: Final = Form()

Validate = Callable[[bytes], dict[str, Any]]
"""Reads the body of an answer of one form; raises `ValidationError`."""


class Readable(Protocol):
    """What a reader derives its schema from, and proves itself against.

    ``filled`` names the fields that the plain codec hands to the model even where a row lacks
    them.
    """

    @property
    def model(self) -> type[BaseModel]: ...
    @property
    def record(self) -> Record: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def filled(self) -> frozenset[str]: ...
    def schema(self) -> Schema:
        """The schema of a row; raises `Underivable`."""
        ...

    def decode(self, item: Item, /) -> BaseModel:
        """The plain way; raises `Unreadable`."""
        ...


class PageReader:
    """Reads answers whose rows are of these entities, told apart by an attribute.

    A row that it refuses stays as it was answered, binary data still as text.

    >>> class Note(BaseModel):
    ...     title: str
    >>> from tabledesign.codec import compile_codec
    >>> reader = PageReader({"Note": compile_codec(Note)}, "entity")
    >>> reader.read(b'{"Items": [{"entity": {"S": "Note"}, "title": {"S": "Rest"}}, {}]}')
    {'Items': [Note(title='Rest'), {}]}
    """

    def __init__(self, codecs: Mapping[str, Readable], attribute: str) -> None:
        self._codecs = codecs
        self._attribute = attribute
        self._filled: dict[type[Any], frozenset[str]] = {
            codec.model: names for codec in codecs.values() if (names := codec.filled)
        }
        self._row: Any = None
        self._validators: dict[Form, Validate] = {}
        self._lenient = True  # some of the samples are made to be refused
        self.reason: str | None = None
        """Why it is not used; None while it is."""
        try:
            choices = {name: _of_version(codec) for name, codec in codecs.items()}
            self._row = _told_apart(choices, attribute, "S")
            for name, codec in codecs.items():
                self._prove(name, codec)
            self._turn(lenient=False)
        except Underivable as reason:
            self.reason = str(reason)
        except Exception as error:  # noqa: BLE001 - whatever a release of pydantic has changed
            self.reason = f"{type(error).__name__} while it was built"

    def read(self, body: bytes, form: Form = _PAGE) -> dict[str, Any] | None:
        """The answer with entities for rows; None where the plain codec must read all of it."""
        if self.reason is not None:
            return None
        validate = self._validators.get(form) or self._validator(form)
        try:
            answer = validate(body)
        except ValidationError:
            if self._lenient:
                return None
            self._turn(lenient=True)
            return self.read(body, form)
        except Exception:  # noqa: BLE001 - what a validator raises is raised by the plain codec
            return None
        if self._filled:
            self._fill(form, answer)
        return answer

    def _validator(self, form: Form) -> Validate:
        # In this order: one that is not lenient is never kept among those that are.
        kept, row = self._validators, self._row
        if self._lenient:
            # A row that is refused must not take the others with it: as stored it is still a row.
            row = core.union_schema([row, core.any_schema()], mode="left_to_right")
        validate = kept[form] = make_validator(answer_schema(form, row)).validate_json
        return validate

    def _turn(self, *, lenient: bool) -> None:
        """Lenient, a reader lets refused rows be; until it meets one it is sooner done without."""
        self._lenient, self._validators = lenient, {}

    def _fill(self, form: Form, answer: Mapping[str, Any]) -> None:
        for row in form.rows(answer):
            names = self._filled.get(row.__class__)
            if names is not None:
                row.__pydantic_fields_set__.update(names)

    def _prove(self, name: str, codec: Readable) -> None:
        for item in samples(codec.record):
            stored = {**item, self._attribute: {"S": name}, **codec.versions.stamp()}
            body = json_text({"Items": [stored]}).encode()
            self._compare(codec, stored, body)

    def _compare(self, codec: Readable, stored: Item, body: bytes) -> None:
        try:
            plain: BaseModel | None = codec.decode(stored)
            faulty: set[object] = set()
        except Unreadable as unreadable:
            plain, faulty = None, {(fault.path or ("",))[0] for fault in unreadable.faults}
        page = self.read(body)
        row: Any = None if page is None else page["Items"][0]
        if plain is None:
            # Both refuse it: for the same reason, or one of them refuses whatever it is given.
            if isinstance(row, dict) and self._refused(stored) <= faulty:
                return
        elif _same(plain, row):
            return
        raise Underivable(f"{codec.model.__name__} is read otherwise than by the plain codec")

    def _refused(self, stored: Item) -> set[object]:
        """The attributes for which a row is refused."""
        try:
            make_validator(self._row).validate_json(json_text(stored))
        except ValidationError as error:
            # The stored name stands behind the tag of the union: ("Task", "due", "S").
            return {each["loc"][1] if len(each["loc"]) > 1 else "" for each in error.errors()}
        return set()


def _of_version(codec: Readable) -> Schema:
    """Rows that are read as they are; those of older versions are brought up by the plain codec."""
    schema, versions = codec.schema(), codec.versions
    if versions.current == 1:
        return schema
    choices = {str(version): schema for version in versions.read_as_they_are()}
    return _told_apart(choices, versions.attribute, "N")


def _told_apart(choices: Mapping[str, Schema], attribute: str, tag: Tag) -> Schema:
    return {"type": "tagged-union", "choices": choices, "discriminator": [attribute, tag]}


def make_validator(schema: Any) -> SchemaValidator:
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


def _same(one: BaseModel, other: Any) -> bool:
    return (
        type(one) is type(other)
        and one.model_fields_set == other.model_fields_set
        and one.model_dump() == other.model_dump()
        and one == other
    )
