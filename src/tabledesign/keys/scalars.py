"""From a field's annotation to the codec of its values in keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, Flag
from typing import Annotated, Final, Literal, cast, get_args, get_origin
from uuid import UUID

from tabledesign.keys.choices import Boolean, Choice, EnumMember
from tabledesign.keys.identifiers import Binary, Uuid
from tabledesign.keys.moments import Day, Instant
from tabledesign.keys.numbers import DecimalNumber, Integer
from tabledesign.keys.scalar import Kind, Scalar
from tabledesign.keys.text import Text

__all__ = [
    "Binary",
    "Boolean",
    "Choice",
    "Day",
    "DecimalNumber",
    "EnumMember",
    "Instant",
    "Integer",
    "Kind",
    "Scalar",
    "Text",
    "Uuid",
    "scalar_of",
    "why_not",
]

_SCALARS: Final[dict[object, Scalar]] = {
    str: Text(),
    int: Integer(),
    Decimal: DecimalNumber(),
    bool: Boolean(),
    date: Day(),
    datetime: Instant(),
    UUID: Uuid(),
    bytes: Binary(),
}

# pydantic writes these as Annotated for type checkers, and as classes of their own when running
_PYDANTIC: Final[dict[str, type[object]]] = {
    "AwareDatetime": datetime,
    "PastDatetime": datetime,
    "FutureDatetime": datetime,
    "PastDate": date,
    "FutureDate": date,
    "EmailStr": str,
}

_TAKEN = "str, int, Decimal, bool, Enum, Literal, date, datetime, UUID or bytes"


def scalar_of(annotation: object) -> Scalar | None:
    """The codec for values of this annotation, or None where such values cannot stand in a key.

    NewType, Annotated and type aliases are looked through; ``X | None`` is not.

    >>> [scalar_of(kind).kind for kind in (str, int, Literal["a", "b"])]
    ['text', 'integer', 'literal']
    >>> scalar_of(float) is None
    True
    """
    plain = _plain(annotation)
    if get_origin(plain) is Literal:
        made = _tried(lambda: Choice.of(get_args(plain)))
        return made if isinstance(made, Scalar) else None
    if not isinstance(plain, type) or issubclass(plain, Flag):
        return None
    if issubclass(plain, Enum):
        made = _tried(lambda: EnumMember.of(plain))
        return made if isinstance(made, Scalar) else None
    if plain in _SCALARS:
        return _SCALARS[plain]
    if issubclass(plain, str):
        return Text(python_type=plain)
    return Integer(python_type=plain) if issubclass(plain, int) else None


def why_not(annotation: object) -> str:
    """Why `scalar_of` gives None for this annotation, as a sentence that ends with the remedy.

    >>> why_not(float)
    'a float has no exact text, so equal numbers could have different keys; use Decimal'
    """
    plain = _plain(annotation)
    if plain is float:
        return "a float has no exact text, so equal numbers could have different keys; use Decimal"
    if isinstance(plain, type) and plain.__name__ == "NaiveDatetime":
        return "a datetime without a time zone names no moment; use AwareDatetime"
    if get_origin(plain) is Literal:
        return _fault(lambda: Choice.of(get_args(plain)), "a Literal", "give it str or int values")
    if isinstance(plain, type) and issubclass(plain, Flag):
        return "a Flag stands for several members at once; use an Enum, or int"
    if isinstance(plain, type) and issubclass(plain, Enum):
        return _fault(lambda: EnumMember.of(plain), "an Enum", "give its members str or int values")
    name = plain.__name__ if isinstance(plain, type) else str(plain)
    return f"{name} has no order-preserving text; use {_TAKEN}"


def _plain(annotation: object) -> object:
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif hasattr(annotation, "__supertype__"):
            annotation = cast("object", getattr(annotation, "__supertype__"))  # noqa: B009
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = cast("object", getattr(annotation, "__value__"))  # noqa: B009
        else:
            break
    if str(getattr(annotation, "__module__", "")).startswith("pydantic."):
        return _PYDANTIC.get(str(getattr(annotation, "__name__", "")), annotation)
    return annotation


def _tried(build: Callable[[], Scalar]) -> Scalar | ValueError:
    try:
        return build()
    except ValueError as error:
        return error


def _fault(build: Callable[[], Scalar], what: str, remedy: str) -> str:
    error = _tried(build)
    return f"{what} cannot stand in a key as {error}; {remedy}"
