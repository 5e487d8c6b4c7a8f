"""The writing verbs of a repository: how each is drawn, called, and what it must do.

A verb that the library or a user adds is one more `Verb` here or in ``verbs=``; a verb that the
repository does not have is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import ValidationError

from tabledesign.errors import AlreadyExists, ItemMissing, OutcomeUnknown, UniqueTaken
from tabledesign.patterns.change import Change
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counted
from tabledesign.schema.query import Identity
from tabledesign.testing.calls import Expected, Write
from tabledesign.testing.changing import changed
from tabledesign.testing.clients import Raised, Returned, Seen
from tabledesign.testing.drawing import Values, draw_change, draw_entity
from tabledesign.testing.expiry import alive
from tabledesign.testing.model import Identified, Row, Rows, identify, primary_fields, row_of
from tabledesign.testing.rules import counted, repeats_a_unique_value
from tabledesign.testing.source import Source, chance, choice

__all__ = [
    "PUT",
    "VERBS",
    "Around",
    "Drawn",
    "Verb",
    "at_identity",
    "draw_identity",
    "held",
    "suits_all",
    "taken_errors",
    "write_of",
]

TRIES = 20
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Around:
    """What a call is drawn from: the entities of the table, and those stored at the moment."""

    entities: Sequence[type[Entity]]
    stored: Sequence[Entity]
    values: Values = field(default_factory=dict[str, Any])


Drawn: TypeAlias = tuple[Any, ...] | None
Run = Callable[..., object]
Expect = Callable[..., Expected]
Split: TypeAlias = Callable[[int, tuple[Any, ...], Seen], "list[tuple[Write, Seen]]"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: ``draw`` gives its arguments, or None where there is nothing to do.

    ``run`` is given the repository and the arguments; the default calls the method of that name.
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
        return getattr(repository, verb.name)(*arguments)

    def expect(rows: Rows, tenant: str | None, now: datetime) -> Expected:
        expected = verb.expect(rows, tenant, now, *arguments)
        if not repeats_a_unique_value(expected.after, now):
            return expected
        return Expected(rows, error=UniqueTaken)

    def split(seen: Seen) -> list[tuple[Write, Seen]]:
        return [(write, seen)] if verb.split is None else verb.split(client, arguments, seen)

    write = Write(client, verb.name, arguments, run, expect, split)
    return write


def _entity(source: Source, around: Around) -> tuple[Any, ...]:
    return (draw_entity(source, choice(source, around.entities), around.values),)


def draw_identity(source: Source, around: Around) -> Identity[Any]:
    """That of a stored item in four of five cases."""
    if around.stored and chance(source, 80):
        found = choice(source, around.stored)
    else:
        found = draw_entity(source, choice(source, around.entities), around.values)
    kind = type(found)
    return Identity(kind, {name: getattr(found, name) for name in primary_fields(kind)})


def _update(source: Source, around: Around) -> Drawn:
    identity = draw_identity(source, around)
    kind: type[Entity] = identity.entity
    for _ in range(TRIES):
        change = draw_change(source, kind, around.values)
        if not change.touched:
            return None
        if suits_all(source, around, kind, change):
            return (identity, change)
    return None


def suits_all(source: Source, around: Around, kind: type[Entity], change: Change) -> bool:
    """Whether the change suits whatever may be there once it is written, by whichever client."""
    validators = kind.__pydantic_decorators__
    if not (validators.model_validators or validators.field_validators):
        return True  # each value is one its field takes, and nothing looks at several
    stored = [entity for entity in around.stored if type(entity) is kind]
    others = [draw_entity(source, kind, around.values) for _ in range(SAMPLES)]
    return all(_suits(change, entity) for entity in [*stored, *others])


def _suits(change: Change, entity: Entity) -> bool:
    try:
        changed(row_of(entity), change)
    except ValidationError:
        return False
    return True


def at_identity(tenant: str | None, identity: Identity[Any]) -> Identified:
    """The identity as the model keeps it."""
    kind: type[Entity] = identity.entity
    values = tuple(identity.values[name] for name in primary_fields(kind))
    return Identified(tenant, kind.__entity_name__, values)


def held(rows: Rows, at: Identified, now: datetime) -> Row | None:
    """The row, unless it has expired."""
    row = rows.get(at)
    return row if row is not None and alive(row, now) else None


def _creates(rows: Rows, tenant: str | None, now: datetime, entity: Entity) -> Expected:
    at = identify(tenant, entity)
    if held(rows, at, now) is not None:
        return Expected(rows, error=taken_errors({**rows, at: row_of(entity)}, now))
    return Expected({**rows, at: row_of(entity)}, entity)


def taken_errors(wanted: Rows, now: datetime) -> tuple[type[BaseException], ...]:
    """What a write may say that finds its key taken: the same of a unique value, if that is too."""
    both = repeats_a_unique_value(wanted, now)
    return (AlreadyExists, UniqueTaken) if both else (AlreadyExists,)


def _puts(rows: Rows, tenant: str | None, _now: datetime, entity: Entity) -> Expected:
    return Expected({**rows, identify(tenant, entity): row_of(entity)}, entity)


def _updates(
    rows: Rows, tenant: str | None, now: datetime, identity: Identity[Any], change: Any
) -> Expected:
    at = at_identity(tenant, identity)
    row = held(rows, at, now)
    if row is None:
        return Expected(rows, error=ItemMissing)
    after = changed(row, change)
    return Expected({**rows, at: after}, after.entity)


def _deletes(rows: Rows, tenant: str | None, now: datetime, identity: Identity[Any]) -> Expected:
    at = at_identity(tenant, identity)
    if held(rows, at, now) is None:
        return Expected(rows, error=ItemMissing)
    return Expected(_without(rows, at))


def _deletes_if_there(
    rows: Rows, tenant: str | None, _now: datetime, identity: Identity[Any]
) -> Expected:
    return Expected(_without(rows, at_identity(tenant, identity)))


def _gets(rows: Rows, tenant: str | None, now: datetime, identity: Identity[Any]) -> Expected:
    row = held(rows, at_identity(tenant, identity), now)
    return Expected(rows, _Is(None if row is None else row.entity))


@dataclass(frozen=True, slots=True)
class _Is:
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
    return Expected(rows, _Is(counted(rows, tenant, group.rule, group.values)))


def _entities(source: Source, around: Around) -> Drawn:
    kind = choice(source, around.entities)
    count = source.integer(1, 4)
    return ([draw_entity(source, kind, around.values) for _ in range(count)],)


def _split_batch(client: int, arguments: tuple[Any, ...], seen: Seen) -> list[tuple[Write, Seen]]:
    """Each entity by itself: of equal primary keys the last one, unknown where it was left."""
    (entities,) = arguments
    last: dict[Identified, Entity] = {identify(None, entity): entity for entity in entities}
    left: Sequence[Entity] = () if isinstance(seen, Raised) else getattr(seen.value, "left", ())
    if isinstance(seen, Returned):
        result: Any = seen.value
        if result.done + len(result.left) != len(entities):
            seen = Raised(AssertionError("done and left are not what was handed in"))
    outcomes: list[tuple[Write, Seen]] = []
    for entity in last.values():
        outcome = seen if isinstance(seen, Raised) else Returned(entity)
        if any(entity is each for each in left):
            unknown = "left by the batch; it may have been written"
            outcome = Raised(OutcomeUnknown(unknown, code="testing.left"))
        outcomes.append((write_of(PUT, client, (entity,)), outcome))
    return outcomes


def _without(rows: Rows, at: Identified) -> Rows:
    return {each: row for each, row in rows.items() if each != at}


PUT = Verb("put", _entity, _puts, 12)
"""Replaces what is there."""

VERBS: tuple[Verb, ...] = (
    Verb("create", _entity, _creates, 20),
    PUT,
    Verb("update", _update, _updates, 30),
    Verb("delete", lambda source, around: (draw_identity(source, around),), _deletes, 6),
    Verb(
        "delete_if_exists",
        lambda source, around: (draw_identity(source, around),),
        _deletes_if_there,
        4,
    ),
    Verb("get", lambda source, around: (draw_identity(source, around),), _gets, 5),
    Verb("counted", _group, _counts, 5),
    Verb("put_many", _entities, _puts, 4, split=_split_batch),
)
"""Those that write, and `get`."""
