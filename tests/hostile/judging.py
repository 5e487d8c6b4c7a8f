"""What must not be in an answer, nor in a log, whatever was asked."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any, Final, cast

from tabledesign.api.statuses import phrase_of

from ..api.shapes import Reply
from .attack import Attack
from .besieged import Besieged
from .planted import CANARY, PRIVATE, RECORD, SECRET, TABLE

__all__ = ["Fault", "faults_of", "told_apart"]

Fault = tuple[str, str]
"""What kind of fault it is, and where it was seen."""

# What no attacker need know. An answer that repeats the request's own words says nothing.
_INSIDE: Final = re.compile(
    r"\b(?:pk|sk|gsi\d\w*|boto\w*|dynamodb|ministack|pydantic|powertools|traceback|tabledesign"
    r"|\w+\.py|KeyConditionExpression|attribute_\w+|acme#)\b|#user#|File \"",
    re.IGNORECASE,
)
_NEEDED: Final = {401: "www-authenticate", 405: "allow", 429: "retry-after"}
_WANTED: Final = ("cache-control", "x-content-type-options", "x-request-id")
_NOWHERE: Final = frozenset({401, 404, 405})
_OPAQUE: Final = re.compile(r"[A-Za-z0-9_-]{24,}")


def faults_of(world: Besieged, attack: Attack, reply: Reply) -> list[Fault]:
    """Everything that is wrong with an answer, and with what was logged meanwhile."""
    found = [*_of_status(attack, reply), *_of_form(reply), *_of_words(attack, reply)]
    found += _of_rows(world, attack, reply)
    return [*found, *_of_fields(world, attack, reply), *_of_log(world)]


def told_apart(attack: Attack, reply: Reply, twin: Reply, words: tuple[str, str]) -> list[Fault]:
    """Whether another's row is answered otherwise than none at all."""
    one, other = (
        (each.status, each.text.replace(word, "it"), each.headers.get("etag"))
        for each, word in zip((reply, twin), words, strict=True)
    )
    if reply.status < 400 and twin.status < 400:
        return []
    pattern = r'"request_id":"[^"]*"'
    if re.sub(pattern, "", str(one)) == re.sub(pattern, "", str(other)):
        return []
    return [("foreign row told apart", f"{attack}\n  {one}\n  {other}")]


def _of_status(attack: Attack, reply: Reply) -> Iterator[Fault]:
    if not 200 <= reply.status < 500:
        yield "5xx", f"{reply.status}: {reply.text:.200}"
    elif not attack.caller.genuine and reply.status not in _NOWHERE and not _is_asked(attack):
        yield "nobody is answered", f"{reply.status}: {reply.text:.200}"
    needed = _NEEDED.get(reply.status)
    if needed and needed not in reply.headers:
        yield "form", f"{reply.status} without {needed}"


def _is_asked(attack: Attack) -> bool:
    """Whether it asks only by which methods an address is served, which anybody may know."""
    return attack.method == "OPTIONS"


def _of_form(reply: Reply) -> Iterator[Fault]:
    for name, value in reply.headers.items():
        if not f"{name}{value}".isascii() or not f"{name}{value}".isprintable():
            yield "header", f"{name}: {value!r}"
        if name == "x-injected":
            yield "header", "one that the request made up"
    for name in _WANTED:
        if name not in reply.headers:
            yield "form", f"{reply.status} without {name}"
    if not reply.text:
        if reply.status not in (204, 304) and reply.status < 300:
            yield "form", f"{reply.status} without a body"
        return
    try:
        body: Any = json.loads(reply.text, parse_constant=_no_constant)
    except ValueError:
        yield "form", f"no JSON: {reply.text[:200]!r}"
        return
    if reply.status >= 400:
        wanted = (reply.status, phrase_of(reply.status), reply.headers["x-request-id"])
        told = tuple(body.get(name) for name in ("status", "title", "request_id"))
        if wanted != told or "application/problem+json" not in reply.headers["content-type"]:
            yield "form", f"no problem document: {reply.text:.300}"


def _of_words(attack: Attack, reply: Reply) -> Iterator[Fault]:
    told = f"{reply.text} {dict(reply.headers)}"
    for word in _unseen_by(attack):
        if word in told:
            yield "canary", f"{word} in {told:.400}"
    if reply.status >= 400:
        said = attack.text.lower()
        for word in set(_INSIDE.findall(told)):
            if word.lower() not in said:
                yield "inside", f"{word!r} in {told:.400}"
    for opaque in _OPAQUE.findall(reply.headers.get("link", "")):
        inside = urlsafe_b64decode(opaque + "=" * (-len(opaque) % 4))
        for word in _unseen_by(attack):
            if word.encode() in inside:
                yield "canary", f"{word} in the cursor {inside!r}"


def _unseen_by(attack: Attack) -> Iterator[str]:
    """Words that the caller must not find."""
    yield from (CANARY, TABLE)
    if "support" not in attack.caller.roles:
        yield PRIVATE
        if "admin" not in attack.caller.roles:
            yield RECORD


def _of_log(world: Besieged) -> Iterator[Fault]:
    for text in world.told():
        for word in (CANARY, PRIVATE, RECORD, SECRET, TABLE):
            if word in text:
                yield "log", f"{word} in {text:.300}"


def _of_rows(world: Besieged, attack: Attack, reply: Reply) -> Iterator[Fault]:
    """Each task and list in the answer, looked up in what is stored under the caller's tenant."""
    if reply.status >= 400 or not reply.text:
        return
    try:
        body: object = json.loads(reply.text)
    except ValueError:
        return
    for row in _rows(body):
        if not world.may_see(attack.caller, row):
            yield "foreign row", f"{row}"


def _of_fields(world: Besieged, attack: Attack, reply: Reply) -> Iterator[Fault]:
    """A body is taken only where its model has every field of it."""
    if reply.status not in (200, 201) or not attack.body:
        return
    for route in world.routes:
        if route.method == attack.method and route.fits(attack.seen_path):
            model = route.operation.body if route.operation else None
            if model is not None:
                fields = set(json.loads(attack.body)) - set(model.model_fields)
                if fields:
                    yield "field of the server", f"{sorted(fields)} were taken by {route.path}"
            return


def _rows(body: object) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        members = cast("dict[str, Any]", body)
        if "task_id" in members or "list_id" in members:
            yield members
        for member in members.values():
            yield from _rows(member)
    elif isinstance(body, list):
        for member in cast("list[object]", body):
            yield from _rows(member)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
