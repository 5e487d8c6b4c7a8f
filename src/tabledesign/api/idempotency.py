"""The key under which a request is carried out once, however often it is sent."""

from __future__ import annotations

import hashlib
import json

from tabledesign.api.bodies import sent_bytes
from tabledesign.api.exchange import Call
from tabledesign.api.problems import FieldError, Problem

__all__ = ["content_of", "request_key"]

_LENGTH = 255


def request_key(call: Call, action: str) -> str | None:
    """The caller's own key for this action, or None where ``Idempotency-Key`` is absent.

    Two callers, or one caller in two places, may choose the same key and mean different things.
    """
    given = call.header("Idempotency-Key")
    if given is None:
        return None
    if not 1 <= len(given) <= _LENGTH or not given.isascii() or not given.isprintable():
        detail = f"Idempotency-Key is 1 to {_LENGTH} printable ASCII characters; a UUID is one"
        fault = FieldError("idempotency.key", detail, header="Idempotency-Key")
        raise Problem(400, "idempotency.key", detail, faults=[fault])
    # A digest keeps whatever three texts there are within the length of a key, and apart.
    digest = hashlib.sha256()
    for text in (call.principal.subject, action, given):
        encoded = text.encode()
        digest.update(len(encoded).to_bytes(4) + encoded)
    return digest.hexdigest()


def content_of(call: Call) -> bytes:
    """What a request under the same key must repeat to be taken for the same: place and body."""
    place = json.dumps(sorted(call.parameters.items())).encode() if call.parameters else b""
    return place + sent_bytes(call.received)
