"""A model's own core schema, rewritten so that pydantic-core reads DynamoDB's JSON with it.

Each field is looked up under its stored name and its tag, ``["due", "S"]``, by pydantic-core.
Where that finds nothing the attribute as a whole is taken, ``["due"]``: a value under another tag
is then refused instead of being taken for absent, and a null is told from absence.

What cannot be read in one pass with the same result as by the plain codec is no schema at all,
and says why.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, get_args

from pydantic_core import core_schema as core

from tabledesign.codec.kind import Kind, Tag
from tabledesign.codec.moments import DAY, EPOCH, INSTANT
from tabledesign.codec.record import FieldCodec, Record

__all__ = ["NULL", "Derivation", "Schema", "Underivable", "wire_schema"]

Schema = dict[str, Any]

_TAGS: Final = frozenset[str](get_args(Tag))


class Underivable(Exception):
    """Why rows of a model are read by the plain codec; the text names the field."""


_IS_NULL: Final = core.typed_dict_schema(
    {"NULL": core.typed_dict_field(core.literal_schema([True]), required=True)},
    extra_behavior="forbid",
)
NULL: Final[Schema] = dict(
    core.chain_schema(
        [_IS_NULL, core.with_default_schema(core.none_schema(), default=None, on_error="default")]
    )
)
"""Takes ``{"NULL": true}``, and nothing else, for None; without a call of Python."""

_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"

# Pydantic takes more for a date or a moment than the codec does: 0 is a day of 1970 to it. Without
# Unicode, which no digit here needs, half of what looking takes is saved.
_FORMS: Final[Mapping[Kind, str]] = {
    DAY: f"(?-u)^{_DATE}$",
    INSTANT: f"(?-u)^{_DATE}T{_TIME}$",
    # Beyond ten digits pydantic takes milliseconds.
    EPOCH: r"(?-u)^-?[0-9]{1,10}$",
}
_READ: Final = {DAY.name: date.fromisoformat, INSTANT.name: datetime.fromisoformat}
_MOMENTS: Final = frozenset({"date", "datetime"})
_LEAVES: Final = frozenset({"str", "int", "decimal", "float", "bool", "uuid"})
_WRAPPERS: Final = frozenset({"default", "function-after"})


def wire_schema(record: Record) -> Schema:
    """The core schema that reads a stored item of the record's model; raises `Underivable`."""
    return Derivation({}).model(record.model.__pydantic_core_schema__, record, nested=False)


class Derivation:
    """One walk along a core schema and the kinds that the codec has for the same values."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = dict(definitions)
        self._open: list[object] = []

    def model(self, schema: Any, record: Record, *, nested: bool) -> Schema:
        """A model's schema, with whatever stands around the model in it."""
        schema = self._resolved(schema)
        if schema["type"] == "function-after":
            return {**_bare(schema), "schema": self.model(schema["schema"], record, nested=nested)}
        if schema["type"] != "model" or schema["schema"]["type"] != "model-fields":
            raise Underivable(f"a validator stands before {record.model.__name__}")
        if schema.get("custom_init"):
            raise Underivable(f"{record.model.__name__} has an __init__ of its own")
        if record in self._open:
            raise Underivable(f"{record.model.__name__} holds itself")
        self._open.append(record)
        fields: Schema = schema["schema"]["fields"]
        read = {name: self.field(fields[name], record.fields[name], nested) for name in fields}
        self._open.pop()
        # A map of another tag would pass for a model whose fields are all absent.
        extra = "forbid" if nested else "ignore"
        config = {key: value for key, value in schema.get("config", {}).items() if key in _KEPT}
        return {
            **_bare(schema),
            "schema": {**_bare(schema["schema"]), "fields": read, "extra_behavior": extra},
            "config": {**config, "extra_fields_behavior": extra},
        }

    def field(self, field: Schema, codec: FieldCodec, nested: bool) -> Schema:
        """A field's schema, looked up under its stored name and tag."""
        kind, paths = codec.kind, self.paths(codec)
        if nested and codec.stored_name in _TAGS:
            raise Underivable(
                f"{codec.name} is stored as {codec.stored_name!r}, which looks like a tag"
            )
        try:
            inner = self.value(field["schema"], kind)
        except Underivable as reason:
            raise Underivable(f"{codec.name}: {reason}") from None
        if kind.empty is not None and not codec.empty_by_default:
            if nested:
                raise Underivable(f"{codec.name}: its default is another than the empty set")
            inner = {
                "type": "default",
                "schema": inner["schema"] if inner["type"] == "default" else inner,
                "default_factory": kind.empty,
                "validate_default": True,
            }
        return {**_bare(field), "schema": inner, "validation_alias": paths}

    def paths(self, codec: FieldCodec) -> list[list[str | int]]:
        """The stored name with its tag, or else whatever stands under the name."""
        if len(codec.kind.tags) > 1:
            raise Underivable(f"{codec.name} is stored under several tags")
        return [[codec.stored_name, codec.kind.tag], [codec.stored_name]]

    def value(self, schema: Any, kind: Kind) -> Schema:
        """The schema of what stands under the kind's tag."""
        schema = self._resolved(schema)
        form: str = schema["type"]
        if form in _WRAPPERS:
            return {**_bare(schema), "schema": self.value(schema["schema"], kind)}
        if form == "nullable":
            # A map would take a null for an entry, and what decodes a text stumbles over it.
            inner = self.value(schema["schema"], kind)
            choices = [NULL, inner] if kind.tag in ("M", "B") else [inner, NULL]
            return {"type": "union", "choices": choices, "mode": "left_to_right"}
        if form == "chain":
            first, *rest = schema["steps"]
            return {**_bare(schema), "steps": [self.value(first, kind), *rest]}
        make = self._containers().get(form)
        if make is not None:
            return make(schema, kind)
        return _leaf(schema, kind)

    def _containers(self) -> Mapping[str, Callable[[Schema, Kind], Schema]]:
        return {
            "list": self._list,
            "tuple": self._tuple,
            "set": self._set,
            "frozenset": self._set,
            "dict": self._dict,
            "model": self._nested,
            "tagged-union": self._union,
        }

    def _list(self, schema: Schema, kind: Kind) -> Schema:
        assert kind.element is not None, "a list has elements"
        return {
            **_bare(schema),
            "items_schema": self._element(schema["items_schema"], kind.element),
        }

    def _tuple(self, schema: Schema, kind: Kind) -> Schema:
        places = kind.elements or (kind.element,)
        read = [
            self._element(s, k) for s, k in zip(schema["items_schema"], places) if k is not None
        ]
        return {**_bare(schema), "items_schema": read}

    def _set(self, schema: Schema, kind: Kind) -> Schema:
        assert kind.element is not None, "a set has members"
        # Members of a set are stored without tags of their own.
        return {**_bare(schema), "items_schema": self.value(schema["items_schema"], kind.element)}

    def _dict(self, schema: Schema, kind: Kind) -> Schema:
        assert kind.element is not None, "a dict has values"
        if self._resolved(schema["keys_schema"])["type"] != "str":
            raise Underivable("the keys of a dict are more than texts")
        values = self._element(schema["values_schema"], kind.element)
        return {**_bare(schema), "values_schema": values}

    def _nested(self, schema: Schema, kind: Kind) -> Schema:
        if len(kind.records) != 1:
            raise Underivable("it is one of several models")
        return self.model(schema, kind.records[0], nested=True)

    def _union(self, schema: Schema, kind: Kind) -> Schema:
        records = {record.model: record for record in kind.records}
        choices: dict[Any, Any] = {}
        names: set[str] = set()
        for value, choice in schema["choices"].items():
            record = records[self._class(choice)]
            told = next(f for f in record.fields.values() if f.key == schema["discriminator"])
            if told.kind.tags != ("S",):
                raise Underivable("what tells its models apart is not a text")
            names.add(told.stored_name)
            choices[value] = self.model(choice, record, nested=True)
        return {**_bare(schema), "choices": choices, "discriminator": [*names, "S"]}

    def _class(self, schema: Any) -> type[Any]:
        schema = self._resolved(schema)
        while schema["type"] == "function-after":
            schema = self._resolved(schema["schema"])
        cls: type[Any] = schema["cls"]
        return cls

    def _element(self, schema: Any, kind: Kind) -> Schema:
        """What stands in a list or a map, each with its own tag, which C code takes off.

        It is taken off what has been read: what is not yet would no longer be JSON to pydantic.
        """
        if len(kind.tags) > 1:
            raise Underivable("an element may be stored under several tags")
        schema = self._resolved(schema)
        untag: Any = itemgetter(kind.tag)
        inner: Any = self.value(schema["schema"] if kind.nullable else schema, kind)
        tag = core.literal_schema([kind.tag])
        held = core.dict_schema(tag, inner, min_length=1, max_length=1)
        tagged = dict(core.no_info_after_validator_function(untag, held))
        if not kind.nullable:
            return tagged
        return {"type": "union", "choices": [NULL, tagged], "mode": "left_to_right"}

    def _resolved(self, schema: Any) -> Schema:
        if schema["type"] == "definitions":
            self._definitions.update({each["ref"]: each for each in schema["definitions"]})
            return self._resolved(schema["schema"])
        if schema["type"] == "definition-ref":
            return self._resolved(self._definitions[schema["schema_ref"]])
        return dict(schema)


_KEPT: Final = frozenset(
    {
        "title",
        "validate_default",
        "revalidate_instances",
        "allow_inf_nan",
        "str_to_lower",
        "str_to_upper",
        "str_strip_whitespace",
        "str_min_length",
        "str_max_length",
        "coerce_numbers_to_str",
        "regex_engine",
        "cache_strings",
        "from_attributes",
    }
)
"""What of a model's settings bears on values; aliases, strictness and extras are the codec's."""


def _leaf(schema: Schema, kind: Kind) -> Schema:
    form: str = schema["type"]
    schema = _bare(schema)
    if form == "bytes":
        # pydantic takes what is no base64 too, and more alphabets than one.
        decode: Any = a2b_base64
        inner: Any = schema
        return _checked(
            core.str_schema(), dict(core.no_info_before_validator_function(decode, inner))
        )
    if form in _MOMENTS and _form(kind) is not None:
        # A model may have chosen Python's patterns for its own.
        text = core.str_schema(pattern=_form(kind), regex_engine="rust-regex")
        read: Any = _READ.get(kind.name)
        if read is not None and schema.keys() <= {"type", "microseconds_precision"}:
            # As the plain codec does: sooner, and with a UTC that is the standard library's.
            return dict(core.no_info_after_validator_function(read, text))
        return _checked(text, schema)
    if form in _LEAVES:
        return schema
    if form in ("enum", "literal") and kind.tag in ("S", "N"):
        return schema if kind.tag == "S" else _checked(core.int_schema(), schema)
    raise Underivable(f"its validation begins with {form}")


def _form(kind: Kind) -> str | None:
    """The pattern of the text of a date or a moment; None for what is neither."""
    return next((form for known, form in _FORMS.items() if known.name == kind.name), None)


def _checked(first: Any, then: Schema) -> Schema:
    return {"type": "chain", "steps": [first, then]}


def _bare(schema: Schema) -> Schema:
    """Without what names it, describes it, or forbids the texts that stand for other values."""
    return {
        k: v for k, v in schema.items() if k not in ("ref", "metadata", "strict", "serialization")
    }
