"""Bodies: bounded before they are decoded, then checked from the outside in.

Size, encoding and media type first, then the JSON itself (depth, duplicate names, no NaN), and
last the model, strictly and with a pointer to each fault.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from tabledesign.api.exchange import Call, Received
from tabledesign.api.problems import FieldError, Problem
from tabledesign.patterns.change import Change

__all__ = ["BODY_BYTES", "JSON", "MERGE_PATCH", "change_of", "read_body", "sent_bytes"]

BODY_BYTES: Final = 256 * 1024
"""The longest body: below the 6 MB of Lambda, the 1 MB of a load balancer and an item's 400 KB."""

JSON: Final = ("application/json",)
MERGE_PATCH: Final = ("application/merge-patch+json", "application/json")

_DEPTH: Final = 32

M = TypeVar("M", bound=BaseModel)


def read_body(call: Call, model: type[M], *, accepts: tuple[str, ...] = JSON) -> M:
    """The body as the model; raises a 400, 413, 415 or 422 that says what to correct."""
    raw = sent_bytes(call.received)
    _check_media_type(call, accepts)
    _check_json(raw)
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        _refuse_json("a number in it is too long, or a text in it ends within a character")
    raise Problem(
        422,
        "body.invalid",
        "the body is not what is wanted; correct what its errors point at",
        faults=[
            FieldError(fault["type"], fault["msg"], pointer=_pointer(fault["loc"]))
            for fault in faults
        ],
    )


def sent_bytes(received: Received) -> bytes:
    """The body's bytes, measured before they are decoded."""
    text = received.body or ""
    length = len(text) // 4 * 3 - 2 if received.is_base64 else len(text)
    if length > BODY_BYTES:
        _refuse_length()
    try:
        raw = b64decode(text, validate=True) if received.is_base64 else text.encode()
    except (binascii.Error, ValueError):
        raise Problem(
            400, "body.encoding", "the body cannot be decoded; send JSON in UTF-8"
        ) from None
    if len(raw) > BODY_BYTES:
        _refuse_length()
    return raw


def change_of(patch: BaseModel) -> Change:
    """The change a merge patch (RFC 7396) asks for: null takes away, absence leaves alone."""
    given = {name: getattr(patch, name) for name in sorted(patch.model_fields_set)}
    removed = [name for name, value in given.items() if value is None]
    kept = {name: value for name, value in given.items() if value is not None}
    return Change().set(**kept).remove(*removed)


def _check_media_type(call: Call, accepts: tuple[str, ...]) -> None:
    kind, *options = (
        part.strip().lower() for part in (call.header("Content-Type") or "").split(";")
    )
    charsets = [o.partition("=")[2].strip('"') for o in options if o.startswith("charset=")]
    if kind in accepts and all(charset == "utf-8" for charset in charsets):
        return
    wanted = " or ".join(accepts)
    raise Problem(
        415,
        "body.media_type",
        f"the body must be {wanted}, in UTF-8; say so in Content-Type",
        faults=[FieldError("body.media_type", f"give {wanted}", header="Content-Type")],
        headers={"Accept": ", ".join(accepts)},
    )


def _check_json(raw: bytes) -> None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Problem(400, "body.encoding", "the body is not UTF-8; send JSON in UTF-8") from None
    if _depth(text) > _DEPTH:
        _refuse_json(f"it is nested more than {_DEPTH} deep")
    try:
        # Numbers are left as texts: a long one costs time to read, and the model reads them.
        json.loads(
            text,
            object_pairs_hook=_check_names,
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
        )
    except ValueError:
        _refuse_json("it is not JSON in UTF-8")


def _depth(text: str) -> int:
    """How deep the brackets go; those within strings do not count."""
    deepest = depth = 0
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif not quoted and character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif not quoted and character in "]}":
            depth -= 1
    return deepest


def _check_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        _refuse_json("a name is given twice in one object")
    return members


def _refuse_constant(name: str) -> NoReturn:
    _refuse_json(f"{name} is no JSON number")


def _refuse_json(fault: str) -> NoReturn:
    raise Problem(400, "body.json", f"the body cannot be read: {fault}; correct it")


def _refuse_length() -> NoReturn:
    raise Problem(413, "body.too_large", f"the body is longer than {BODY_BYTES} bytes; shorten it")


def _pointer(location: tuple[int | str, ...]) -> str:
    """The JSON pointer (RFC 6901); the body itself is the empty one."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)
