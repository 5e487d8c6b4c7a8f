"""What writes must do to the rows, by themselves or several as a whole: the reference model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import (
    AlreadyExists,
    ConditionFailed,
    InputError,
    ItemMissing,
    StaleVersion,
    UniqueTaken,
)
from tabledesign.expressions import Condition
from tabledesign.patterns.change import Change
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity
from tabledesign.testing.by_name import made
from tabledesign.testing.changing import changed
from tabledesign.testing.conditions import holds
from tabledesign.testing.expiry import held
from tabledesign.testing.model import Done, Identified, Row, Rows, identify, primary_fields, row_of
from tabledesign.testing.rules import repeated
from tabledesign.testing.showing import Options, shown

__all__ = ["Carried", "Errors", "Wish", "at_identity", "carried_out", "done", "given_change"]

Errors = Mapping[tuple[str, ...], set[type[BaseException]]]


@dataclass(frozen=True, slots=True)
class Wish:
    """One write as its caller spells it: the verb, the target, and perhaps a change or options."""

    verb: str
    target: Identity[Any] | Entity
    change: Change | None = None
    options: Options = field(default_factory=Options)

    def __repr__(self) -> str:
        given = (self.target, self.change, self.options)
        return f"{self.verb}({', '.join(shown(each) for each in given if each)})"


@dataclass(frozen=True, slots=True)
class Carried:
    """What is there after it, what each write leaves, and the errors it may raise instead.

    An error belongs to the write of that name; that one item is in two writes, to both names.
    """

    after: Rows
    values: Mapping[str, Entity | None]
    errors: Errors


_Outcome = tuple[Mapping[Identified, "Row | None"], "Entity | None", "type[BaseException] | None"]


def carried_out(
    rows: Rows, tenant: str | None, now: datetime, wishes: Mapping[str, Wish]
) -> Carried:
    """All of the writes, or none of them."""
    errors: dict[tuple[str, ...], set[type[BaseException]]] = {}
    values: dict[str, Entity | None] = {}
    changes: dict[Identified, Row | None] = {}
    names: dict[Identified, list[str]] = {}
    for name, wish in wishes.items():
        became, values[name], error = _outcome(rows, tenant, now, wish)
        if error is not None:
            errors[(name,)] = {error}
        for at in became:
            if at in changes:
                errors[(names[at][0], name)] = {InputError}
            names.setdefault(at, []).append(name)
        changes.update(became)
    after = {at: row for at, row in {**rows, **changes}.items() if row is not None}
    for at in repeated(after, now, changes):
        for name in names.get(at, ()):
            errors.setdefault((name,), set()).add(UniqueTaken)
    return Carried(rows if errors else after, values, errors)


def done(
    rows: Rows, tenant: str | None, now: datetime, key: str, content: str, lifetime: float
) -> tuple[Identified, Done, Done | None]:
    """Where the record of a request key stands, the record to be made, and the one there is."""
    at = Identified(tenant, "idempotency", (key,))
    made = Done(content=content, until=int(now.timestamp() + lifetime) + 1, results=())
    row = held(rows, at, now)
    return at, made, None if row is None else cast("Done", row.entity)


def at_identity(tenant: str | None, target: Identity[Any] | Entity) -> Identified:
    """The item's identity as the model keeps it."""
    if isinstance(target, Entity):
        return identify(tenant, target)
    kind: type[Entity] = target.entity
    values = tuple(target.values[name] for name in primary_fields(kind))
    return Identified(tenant, kind.__entity_name__, values)


def given_change(entity: Entity) -> Change:
    """What an upsert assigns to an item that is there: what was given and is nobody else's."""
    kind = type(entity)
    kept = kind.__settings__
    own = {kept.version, kept.created, kept.updated, *primary_fields(kind)}
    names = sorted(name for name in entity.model_fields_set if name not in own)
    return Change().set(**{name: getattr(entity, name) for name in names})


def _outcome(rows: Rows, tenant: str | None, now: datetime, wish: Wish) -> _Outcome:
    target = wish.target
    at = at_identity(tenant, target)
    row = held(rows, at, now)
    error = _refusal(row, wish)
    if wish.verb.startswith("delete"):
        return {at: None}, None, error
    if isinstance(target, Entity) and (
        wish.verb in ("create", "put") or (wish.verb == "upsert" and row is None)
    ):
        replaced = _version(target) if wish.verb == "put" else 0
        new = row_of(_stamped(target, replaced + 1, now, created=wish.verb != "put"))
        return {at: new}, new.entity, error
    if error is not None or row is None or wish.verb == "require":
        return {at: rows.get(at)}, None, error
    if wish.verb == "move":
        return _moved(rows, now, at, row, wish)
    change = given_change(cast("Entity", target)) if wish.verb == "upsert" else wish.change
    assert change is not None, "an update has a change"
    if wish.verb == "upsert" and not change.clauses:
        return {at: row}, row.entity, None
    try:
        new = changed(row, change)
    except ValidationError:
        return {at: row}, None, InputError
    kept = type(row.entity).__settings__
    unset = change.touched | {kept.created}
    entity = _stamped(new.entity, _version(row.entity) + 1, now, but=unset)
    present = {kept.version, kept.updated} - unset
    return {at: Row(entity, new.absent - present)}, entity, None


def _moved(rows: Rows, now: datetime, at: Identified, row: Row, wish: Wish) -> _Outcome:
    kind = type(row.entity)
    try:
        moved = made(kind, {**row.entity.__dict__, **wish.options})
    except ValidationError:
        return {at: row}, None, InputError
    moved = _stamped(moved, _version(row.entity) + 1, now)
    to = identify(at.tenant, moved)
    # The item is written anew as a whole: a default that was only read is stored from now on.
    absent = (n for n in row.absent if getattr(moved, n) in (None, set(), frozenset()))
    error = None if held(rows, to, now) is None else AlreadyExists
    return {at: None, to: Row(moved, frozenset(absent))}, moved, error


def _refusal(row: Row | None, wish: Wish) -> type[BaseException] | None:
    """Why the item's state refuses the write."""
    if wish.verb in ("create", "upsert"):
        return AlreadyExists if row is not None and wish.verb == "create" else None
    target, wanted = wish.target, None
    if isinstance(target, Entity) and type(target).__settings__.version is not None:
        wanted = _version(target)
    if row is None:
        # Nothing is there to be replaced as it was read, or nothing to be written to at all.
        needed = wanted if wish.verb == "put" else wish.verb != "delete_if_exists"
        return ItemMissing if needed else None
    if wanted is not None and _version(row.entity) != wanted:
        return StaleVersion
    conditions: list[Condition] = [] if wish.change is None else [*wish.change.bounds]
    conditions += [wish.options["condition"]] if "condition" in wish.options else []
    given: Mapping[str, object] = wish.options.get("given") or {}
    fits = all(holds(each, row.entity, row.absent, lambda value: value) for each in conditions)
    fits = fits and all(getattr(row.entity, name) == value for name, value in given.items())
    return None if fits else ConditionFailed


def _version(entity: Entity) -> int:
    name = type(entity).__settings__.version
    return 0 if name is None else getattr(entity, name) or 0


def _stamped(
    entity: Entity,
    version: int,
    now: datetime,
    *,
    created: bool = False,
    but: Collection[str | None] = (),
) -> Entity:
    """The entity with what the library keeps itself; ``created`` says it is new for certain."""
    kept = type(entity).__settings__
    stamps = {kept.version: version, kept.updated: now}
    if kept.created is not None and (created or getattr(entity, kept.created) is None):
        stamps[kept.created] = now
    update = {name: value for name, value in stamps.items() if name and name not in but}
    return entity.model_copy(update=update) if update else entity
