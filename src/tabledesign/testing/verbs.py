"""The writing verbs of a repository: how each is drawn, called, and what it must do.

A verb that the library or a user adds is one more `Verb` here or in ``verbs=``; a verb that the
repository does not have is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from tabledesign.dataclass import dataclass
from tabledesign.errors import UniqueTaken
from tabledesign.patterns.change import Change
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counted
from tabledesign.schema.query import Identity
from tabledesign.testing.calls import Expected, ReadBack, Write
from tabledesign.testing.clients import Seen
from tabledesign.testing.drawing import draw_entity
from tabledesign.testing.expiry import held
from tabledesign.testing.model import Rows
from tabledesign.testing.outcomes import Wish, at_identity, carried_out
from tabledesign.testing.rules import counted, repeated
from tabledesign.testing.showing import Options
from tabledesign.testing.source import Source, choice
from tabledesign.testing.write_drawing import (
    Around,
    Drawn,
    draw_create,
    draw_delete,
    draw_identity,
    draw_put,
    draw_target,
    draw_update,
)

__all__ = [
    "DELETE_IF_EXISTS",
    "PUT",
    "VERBS",
    "Around",
    "Drawn",
    "Is",
    "Verb",
    "at_identity",
    "call_with",
    "draw_identity",
    "held",
    "single",
    "wish_of",
    "write_of",
]


Run = Callable[..., object]
Expect = Callable[..., Expected]
Split: TypeAlias = Callable[[int, tuple[Any, ...], Seen], "list[tuple[Write, Seen]]"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: ``draw`` gives its arguments, or None where there is nothing to do.

    ``run`` is given the repository and the arguments; the default calls the method of that name,
    with `Options` that come last as its keywords.
    ``expect`` is given the model's rows, the tenant, the time and the arguments. ``split`` takes
    a call that is no single step apart: into writes, and what was seen of each.
    """

    name: str
    draw: Callable[[Source, Around], Drawn]
    expect: Expect
    weight: int = 10
    run: Run | None = None
    split: Split | None = None

    def exists(self, repository: type[Repository]) -> bool:
        """Whether the repository has it."""
        return self.run is not None or hasattr(repository, self.name)


def write_of(verb: Verb, client: int, arguments: tuple[Any, ...]) -> Write:
    """The call of a verb with these arguments."""

    def run(repository: Any) -> object:
        if verb.run is not None:
            return verb.run(repository, *arguments)
        return call_with(getattr(repository, verb.name), arguments)

    def expect(rows: Rows, tenant: str | None, now: datetime) -> Expected:
        expected = verb.expect(rows, tenant, now, *arguments)
        if expected.after is rows or not repeated(expected.after, now):
            return expected
        return Expected(rows, error=UniqueTaken)

    def split(seen: Seen) -> list[tuple[Write, Seen]]:
        return [(write, seen)] if verb.split is None else verb.split(client, arguments, seen)

    write = Write(client, verb.name, arguments, run, expect, split)
    return write


def call_with(method: Callable[..., object], arguments: Sequence[Any]) -> object:
    """The call, with `Options` that come last as its keywords."""
    if arguments and isinstance(arguments[-1], Options):
        return method(*arguments[:-1], **arguments[-1])
    return method(*arguments)


def wish_of(verb: str, arguments: Sequence[Any]) -> Wish:
    """A write's arguments as the model takes them."""
    change = next((each for each in arguments if isinstance(each, Change)), None)
    options = arguments[-1] if isinstance(arguments[-1], Options) else Options()
    return Wish(verb, arguments[0], change, options)


# What the one step is called that carries out a verb, where not as the verb.
_STEPS = {"upsert": ("create", "update"), "delete_if_exists": ("delete",)}


def single(verb: str) -> Expect:
    """What the verb must do by itself."""

    def expect(rows: Rows, tenant: str | None, now: datetime, *arguments: Any) -> Expected:
        wish = wish_of(verb, arguments)
        carried = carried_out(rows, tenant, now, {verb: wish})
        kind = type(wish.target) if isinstance(wish.target, Entity) else wish.target.entity
        value: object = carried.values[verb]
        if verb in ("update", "upsert") and kind.__rules__:
            value = ReadBack(carried.values[verb])
        kinds = {kind for each in carried.errors.values() for kind in each}
        steps = _STEPS.get(verb, (verb,)) if kinds else ()
        return Expected(carried.after, value, errors={(step,): kinds for step in steps})

    return expect


def _gets(rows: Rows, tenant: str | None, now: datetime, identity: Identity[Any]) -> Expected:
    return Expected(rows, Is(_found(rows, tenant, now, identity)))


def _found(rows: Rows, tenant: str | None, now: datetime, identity: Identity[Any]) -> object:
    row = held(rows, at_identity(tenant, identity), now)
    return None if row is None else row.entity


def _several(source: Source, around: Around) -> Drawn:
    return tuple(draw_identity(source, around) for _ in range(source.integer(1, 4)))


def _gets_together(
    rows: Rows, tenant: str | None, now: datetime, *identities: Identity[Any]
) -> Expected:
    return Expected(rows, [_found(rows, tenant, now, each) for each in identities])


@dataclass(frozen=True, slots=True)
class Is:
    """Equals exactly the value, None included."""

    value: object

    def __eq__(self, other: object) -> bool:
        return self.value == other

    def __hash__(self) -> int:
        return hash(type(self))


def _group(source: Source, around: Around) -> Drawn:
    """One group of a counter, met in a stored item where there is one."""
    rules = [
        rule
        for entity in around.entities
        for rule in entity.__rules__.values()
        if rule.kind == "counter"
    ]
    if not rules:
        return None
    rule = choice(source, rules)
    met = [entity for entity in around.stored if type(entity) is rule.entity]
    found = choice(source, met) if met else draw_entity(source, rule.entity, around.values)
    values = {name: getattr(found, name) for name in rule.fields}
    return None if None in values.values() else (rule(**values),)


def _counts(rows: Rows, tenant: str | None, _now: datetime, group: Counted) -> Expected:
    return Expected(rows, Is(counted(rows, tenant, group.rule, group.values)))


PUT = Verb("put", draw_put, single("put"), 14)
"""Replaces what is there."""

DELETE_IF_EXISTS = Verb(
    "delete_if_exists",
    lambda source, around: (draw_target(source, around),),
    single("delete_if_exists"),
    4,
)

VERBS: tuple[Verb, ...] = (
    Verb("create", draw_create, single("create"), 20),
    PUT,
    Verb("update", draw_update, single("update"), 30),
    Verb("delete", draw_delete, single("delete"), 6),
    DELETE_IF_EXISTS,
    Verb("get", lambda source, around: (draw_identity(source, around),), _gets, 5),
    Verb("get_together", _several, _gets_together, 3),
    Verb("counted", _group, _counts, 5),
)
"""Those of one item, and those that only read."""
