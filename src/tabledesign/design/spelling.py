"""How one value of a pattern's argument is spelled in a shell: from text to value and back.

text            as it is                    int, Decimal       7, -12.50
date            2026-01-31                  bool               true, false
datetime        2026-01-31T09:00:00Z        UUID               with or without hyphens
Enum, Literal   its value                   bytes              base64
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, cast, get_args, get_origin
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from tabledesign.errors import InputError
from tabledesign.keys.scalars import scalar_of
from tabledesign.schema.binding import required_type

__all__ = ["choices_of", "enum_of", "plain_type", "read_value", "type_name", "write_value"]

_DAY: Final = r"\d{4}-\d\d-\d\d"
_FORMS: Final[dict[object, tuple[str, str]]] = {
    int: (r"[+-]?\d+", "a whole number, such as 7"),
    Decimal: (r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", "a number, such as 12.50"),
    date: (_DAY, "a date, such as 2026-01-31"),
    datetime: (
        _DAY + r"[T ]\d\d:.*(Z|z|[+-]\d\d:?\d\d)",
        "a time with its zone, such as 2026-01-31T09:00:00Z",
    ),
    UUID: (r"[0-9a-fA-F-]{32,36}", "a UUID, such as 123e4567-e89b-12d3-a456-426614174000"),
}
_NAMES: Final[dict[object, str]] = {
    str: "text",
    int: "whole number",
    Decimal: "number",
    bool: "true or false",
    datetime: "time with its zone",
    bytes: "binary",
}
_BOOLEANS: Final = {"true": True, "false": False}


def read_value(annotation: object, text: str, *, name: str) -> object:
    """The value of the text for an argument of this type; raises `InputError`.

    >>> read_value(date, "2026-01-31", name="due")
    datetime.date(2026, 1, 31)
    """
    kind = plain_type(annotation)
    choices = choices_of(annotation)
    if choices is not None:
        if text not in choices:
            raise _misspelled(name, "one of " + ", ".join(choices))
        return choices[text]
    if kind is bool:
        if text not in _BOOLEANS:
            raise _misspelled(name, "true or false")
        return _BOOLEANS[text]
    if kind is bytes:
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            raise _misspelled(name, "base64") from None
    form, wanted = _FORMS.get(kind, (r"(?s).*", type_name(annotation)))
    if re.fullmatch(form, text) is None:
        raise _misspelled(name, wanted)
    try:
        return cast("object", TypeAdapter(cast("Any", annotation)).validate_strings(text))
    except ValidationError as error:
        reason = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise _misspelled(name, f"{wanted} ({reason})") from None


def write_value(value: object) -> str:
    """The text that `read_value` reads as this value.

    >>> write_value(True), write_value(Decimal("12.50"))
    ('true', '12.50')
    """
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def type_name(annotation: object) -> str:
    """The type as a reader of documents knows it.

    >>> type_name(Literal["a", "b"]), type_name(str)
    ("'a' or 'b'", 'text')
    """
    kind = plain_type(annotation)
    if get_origin(kind) is Literal:
        return " or ".join(repr(choice) for choice in get_args(kind))
    members = enum_of(kind)
    if members is not None:
        return f"{members.__name__} ({', '.join(str(member.value) for member in members)})"
    return _NAMES.get(kind) or getattr(kind, "__name__", None) or str(kind)


def enum_of(kind: object) -> type[Enum] | None:
    """The type if it is an Enum."""
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else None


def choices_of(annotation: object) -> dict[str, object] | None:
    """The values of a type that names them, by their spelling; None for any other type."""
    kind = plain_type(annotation)
    if get_origin(kind) is Literal:
        return {str(choice): choice for choice in get_args(kind)}
    members = enum_of(kind)
    return None if members is None else {str(member.value): member for member in members}


def plain_type(annotation: object) -> object:
    """The type behind names for it, where keys know it; the annotation itself elsewhere."""
    required = required_type(annotation)
    scalar = scalar_of(required)
    if scalar is None or scalar.kind == "literal":
        return required
    return scalar.python_type


def _misspelled(name: str, wanted: str) -> InputError:
    return InputError(
        f"argument {name!r} is not {wanted}; write {name}=..., spelled so",
        code="argument.value",
        field=name,
    )
