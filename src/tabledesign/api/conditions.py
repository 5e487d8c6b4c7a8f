"""Conditional requests: what was read is what is changed, or nothing is.

An entity that counts its writes has its version as entity tag. Any other has a digest of its
content, which is as strong: it is taken of every field, and the write is made under the
condition that every field still is as it was when the tag was compared.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.problems import FieldError, Problem
from tabledesign.errors import AlreadyExists, ConditionFailed, UniqueTaken
from tabledesign.expressions import Condition, all_of
from tabledesign.patterns.held import given_as
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.entity import Entity

__all__ = ["as_read", "check_match", "etag", "stale", "tagged", "unless_changed", "unless_known"]


def etag(entity: Entity) -> str:
    """The strong entity tag of an entity, quotes included."""
    version = entity.__settings__.version
    if version is not None:
        return f'"{getattr(entity, version)}"'
    content = json.dumps(_plain(entity.model_dump(mode="python")), sort_keys=True, default=str)
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    return f'"{urlsafe_b64encode(digest[:18]).decode()}"'


def check_match(call: Call, entity: Entity) -> None:
    """Raise a 428 without ``If-Match``, a 412 where it names another state."""
    given = call.header("If-Match")
    if given is None:
        raise Problem(
            428,
            "condition.required",
            "a change needs If-Match with the ETag of what was read, so that nobody's change is "
            "lost; read it first",
            faults=[FieldError("condition.required", "it is missing", header="If-Match")],
        )
    tags = [tag.strip() for tag in given.split(",")]
    # A weak tag never matches here (RFC 9110, 13.1.1); a star asks only that it is there.
    if "*" not in tags and etag(entity) not in tags:
        raise stale()


def tagged(entity: Entity, body: object, *, status: int = 200) -> Answer:
    """The entity as the answer tells it, with its tag."""
    return Answer(status, body, {"ETag": etag(entity)})


def unless_known(call: Call, entity: Entity, body: object) -> Answer:
    """The entity, or a 304 where ``If-None-Match`` says that the caller has this state already."""
    answer = tagged(entity, body)
    given = {
        tag.strip().removeprefix("W/") for tag in (call.header("If-None-Match") or "").split(",")
    }
    # Here a weak tag matches as well (RFC 9110, 13.1.2), and a star matches whatever is there.
    if given & {"*", answer.headers["ETag"]}:
        return Answer(304, None, answer.headers)
    return answer


def stale() -> Problem:
    """It has been changed since it was read."""
    return Problem(
        412,
        "condition.stale",
        "it has been changed since it was read; read it again and repeat the change",
    )


@contextmanager
def unless_changed() -> Generator[None]:
    """A write under the condition that the entity is `as_read`: raise a 412 where it is not."""
    try:
        yield
    except (AlreadyExists, UniqueTaken):
        raise
    except ConditionFailed as error:
        if error.code not in ("condition.failed", "item.missing", "version.stale"):
            raise
        raise stale() from None


def as_read(entity: Entity) -> Condition:
    """That every field is stored as it was read."""
    kind = type(entity)
    fields = kind.model_fields.keys() - set(primary_key(kind).fields)
    return all_of(*given_as(kind, {name: getattr(entity, name) for name in fields}))


def _plain(value: object) -> object:
    """The same for equal content: sets in order."""
    if isinstance(value, dict):
        members = cast("dict[object, object]", value)
        return {str(name): _plain(held) for name, held in members.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, cast("frozenset[object]", value)), key=str)
    if isinstance(value, list | tuple):
        return [_plain(member) for member in cast("list[object]", value)]
    return value
