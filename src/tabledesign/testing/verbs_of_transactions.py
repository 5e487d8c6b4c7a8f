"""Verbs that carry out several steps as a whole: `commit`, and `once` under a request key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from tabledesign.errors import ConditionFailed
from tabledesign.patterns.change import Change
from tabledesign.patterns.transaction import Transaction
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity
from tabledesign.testing.calls import Expected, ReadBack
from tabledesign.testing.model import Row, Rows, primary_fields
from tabledesign.testing.outcomes import Wish, carried_out, done
from tabledesign.testing.rules import rules_of
from tabledesign.testing.source import Source, chance, choice, weighted
from tabledesign.testing.verbs import Verb, call_with, wish_of
from tabledesign.testing.verbs_of_changes import draw_move
from tabledesign.testing.write_drawing import (
    Around,
    Drawn,
    draw_create,
    draw_delete,
    draw_put,
    draw_require,
    draw_update,
    suits_all,
)

__all__ = ["TRANSACTIONS"]

STEPS: Sequence[tuple[tuple[str, Any], int]] = (
    (("create", draw_create), 6),
    (("put", draw_put), 4),
    (("update", draw_update), 8),
    (("delete", draw_delete), 3),
    (("move", draw_move), 3),
    (("require", draw_require), 3),
)
KEYS = ("k1", "k10", "k1#")
LIFETIMES = (60, 86_400)


def _draw(source: Source, around: Around) -> Drawn:
    """One to four steps; two of them may meet on one item, or exchange a unique value."""
    if chance(source, 15):
        exchange = _exchange(source, around)
        if exchange is not None:
            return (exchange,)
    steps: dict[str, Wish] = {}
    for number in range(source.integer(1, 4)):
        verb, draw = weighted(source, STEPS)
        drawn = draw(source, around)
        if drawn is not None:
            steps[f"{verb} {number + 1}"] = wish_of(verb, drawn)
    return (steps,) if steps else None


def _exchange(source: Source, around: Around) -> dict[str, Wish] | None:
    """Two items of a kind take each other's unique values."""
    kinds = [kind for kind in around.entities if rules_of(kind, "unique")]
    if not kinds:
        return None
    kind = choice(source, kinds)
    own = [entity for entity in around.stored if type(entity) is kind]
    rule = choice(source, rules_of(kind, "unique"))
    names = [name for name in rule.fields if name not in primary_fields(kind)]
    if len(own) < 2 or not names:
        return None
    one, other = choice(source, own), choice(source, own)
    steps: dict[str, Wish] = {}
    for name, at, taken in (("one", one, other), ("other", other, one)):
        change = Change().set(**{field: getattr(taken, field) for field in names})
        if not suits_all(source, around, kind, change):
            return None
        steps[name] = Wish("update", _identity(at), change)
    return steps


def _identity(entity: Entity) -> Any:
    kind = type(entity)
    return Identity(kind, {name: getattr(entity, name) for name in primary_fields(kind)})


def _transaction(steps: dict[str, Wish]) -> Transaction:
    built = Transaction()
    for name, wish in steps.items():
        given = [each for each in (wish.target, wish.change) if each is not None]
        built = cast(
            "Transaction", call_with(getattr(built, wish.verb), (name, *given, wish.options))
        )
    return built


def _commits(rows: Rows, tenant: str | None, now: datetime, steps: dict[str, Wish]) -> Expected:
    carried = carried_out(rows, tenant, now, steps)
    values = {
        name: ReadBack(value) if steps[name].verb == "update" else value
        for name, value in carried.values.items()
    }
    return Expected(carried.after, values, errors=carried.errors)


def _draw_once(source: Source, around: Around) -> Drawn:
    """In half of the cases a call that was made before, now and then with another content."""
    earlier = around.earlier.get("once", ())
    if earlier and chance(source, 60):
        key, steps, content, seconds = choice(source, earlier)
        if chance(source, 80):
            return (key, steps, content, seconds)
    drawn = _draw(source, around)
    if drawn is None:
        return None
    # The content of a request says what it asks for, so each drawn one has its own.
    content = f"{drawn[0]!r} {source.integer(1, 10**9)}"
    return (choice(source, KEYS), drawn[0], content, choice(source, LIFETIMES))


def _does_once(rows: Rows, tenant: str | None, now: datetime, key: str, *request: Any) -> Expected:
    steps, content, seconds = cast("tuple[dict[str, Wish], str, int]", request)
    at, made, found = done(rows, tenant, now, key, content, seconds)
    if found is not None:
        if found.content != made.content:
            return Expected(rows, errors={(): {ConditionFailed}})
        return Expected(rows, dict(zip(steps, found.results, strict=True)))
    carried = carried_out(rows, tenant, now, steps)
    if carried.errors:
        return Expected(rows, errors=carried.errors)
    results = tuple(carried.values.values())
    record = made.model_copy(update={"results": results})
    return Expected({**carried.after, at: Row(record)}, dict(carried.values))


def _run_once(
    repository: Any, key: str, steps: dict[str, Wish], content: str, seconds: int
) -> object:
    lifetime = timedelta(seconds=seconds)
    made: object = repository.once(key, _transaction(steps), content=content, lifetime=lifetime)
    return made


def _run(repository: Any, steps: dict[str, Wish]) -> object:
    made: object = repository.commit(_transaction(steps))
    return made


TRANSACTIONS: tuple[Verb, ...] = (
    Verb("commit", _draw, _commits, 12, run=_run),
    Verb("once", _draw_once, _does_once, 8, run=_run_once),
)
