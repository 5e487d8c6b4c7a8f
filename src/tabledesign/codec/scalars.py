"""Kinds of single values: text, numbers, truth values, bytes and UUIDs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from tabledesign.codec.faults import Misfit, Misread, wrong_kind
from tabledesign.codec.kind import Kind, misread_tag
from tabledesign.codec.numbers import (
    decimal_text,
    float_text,
    read_decimal,
    read_float,
    read_whole,
    whole_text,
)
from tabledesign.wire import AttributeValue

__all__ = [
    "BINARY",
    "BOOLEAN",
    "DECIMAL",
    "FLOAT",
    "IDENTIFIER",
    "NOTHING",
    "TEXT",
    "WHOLE",
    "checked_text",
]


def checked_text(value: str) -> str:
    """The text itself, once UTF-8 can carry it; raises `Misfit`."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Misfit(
            "value.lone_surrogate",
            "is a text with a lone surrogate, which is half a character and has no UTF-8 form",
            "remove it, or decode the text's source with errors='replace'",
        ) from None
    return value


def _write_text(value: Any) -> AttributeValue:
    if type(value) is not str:
        if not isinstance(value, str):
            raise wrong_kind(value, "a text", "pass a str")
        value = str.__str__(value)
    return {"S": value if value.isascii() else checked_text(value)}


def _read_text(stored: AttributeValue) -> Any:
    try:
        return stored["S"]
    except KeyError:
        raise misread_tag(stored, "S") from None


def _write_whole(value: Any) -> AttributeValue:
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_kind(value, "a whole number", "pass an int")
    return {"N": whole_text(value)}


def _read_whole(stored: AttributeValue) -> int:
    try:
        return int(stored["N"])
    except KeyError:
        raise misread_tag(stored, "N") from None
    except (TypeError, ValueError):
        return read_whole(stored["N"])


def _write_decimal(value: Any) -> AttributeValue:
    if not isinstance(value, Decimal):
        raise wrong_kind(value, "a decimal number", "pass a decimal.Decimal")
    return {"N": decimal_text(value)}


def _read_decimal(stored: AttributeValue) -> Decimal:
    try:
        text = stored["N"]
    except KeyError:
        raise misread_tag(stored, "N") from None
    return read_decimal(text)


def _write_float(value: Any) -> AttributeValue:
    if not isinstance(value, float):
        raise wrong_kind(value, "a float", "pass a float")
    return {"N": float_text(value)}


def _read_float(stored: AttributeValue) -> float:
    try:
        text = stored["N"]
    except KeyError:
        raise misread_tag(stored, "N") from None
    return read_float(text)


def _write_boolean(value: Any) -> AttributeValue:
    if not isinstance(value, bool):
        raise wrong_kind(value, "true or false", "pass a bool")
    return {"BOOL": value}


def _read_boolean(stored: AttributeValue) -> bool:
    try:
        value = stored["BOOL"]
    except KeyError:
        raise misread_tag(stored, "BOOL") from None
    # The model's validator would take "yes" and 1 for true.
    if value is True or value is False:
        return value
    raise Misread("is neither true nor false, although stored as BOOL")


def _write_nothing(value: Any) -> AttributeValue:
    if value is not None:
        raise wrong_kind(value, "nothing but null", "pass None")
    return {"NULL": True}


def _read_nothing(stored: AttributeValue) -> None:
    if "NULL" not in stored:
        raise misread_tag(stored, "NULL")


def _write_binary(value: Any) -> AttributeValue:
    if not isinstance(value, bytes):
        raise wrong_kind(value, "binary data", "pass bytes")
    return {"B": value if type(value) is bytes else bytes(value)}


def _read_binary(stored: AttributeValue) -> bytes:
    try:
        value = stored["B"]
    except KeyError:
        raise misread_tag(stored, "B") from None
    if type(value) is bytes:
        return value
    if isinstance(value, bytearray):
        return bytes(value)
    raise Misread("is not binary data, although stored as B")


def _write_identifier(value: Any) -> AttributeValue:
    if not isinstance(value, UUID):
        raise wrong_kind(value, "a UUID", "pass a uuid.UUID")
    return {"S": UUID.__str__(value)}


def _read_identifier(stored: AttributeValue) -> UUID:
    try:
        return UUID(stored["S"])
    except KeyError:
        raise misread_tag(stored, "S") from None
    except (AttributeError, TypeError, ValueError):
        raise Misread("is not the text of a UUID") from None


TEXT: Final = Kind(name="text", tags=("S",), encode=_write_text, decode=_read_text)
WHOLE: Final = Kind(name="whole number", tags=("N",), encode=_write_whole, decode=_read_whole)
DECIMAL: Final = Kind(
    name="decimal number", tags=("N",), encode=_write_decimal, decode=_read_decimal
)
FLOAT: Final = Kind(name="float", tags=("N",), encode=_write_float, decode=_read_float)
BOOLEAN: Final = Kind(
    name="true or false", tags=("BOOL",), encode=_write_boolean, decode=_read_boolean
)
NOTHING: Final = Kind(
    name="null", tags=("NULL",), encode=_write_nothing, decode=_read_nothing, nullable=True
)
BINARY: Final = Kind(name="binary", tags=("B",), encode=_write_binary, decode=_read_binary)
IDENTIFIER: Final = Kind(
    name="UUID", tags=("S",), encode=_write_identifier, decode=_read_identifier
)
