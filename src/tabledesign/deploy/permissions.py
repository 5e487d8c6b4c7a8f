"""The least rights that access patterns and writes need of their table.

A read needs its own action, on the table or on the one index it asks. A write needs what its
steps do, and what the library does for it: the items that keep unique values and counters, the
reads before a guarded write and after a lost answer. A transaction has no action of its own:
each of its items is allowed as if it were written alone, and a check by ConditionCheckItem.
Nothing needs Scan, and nothing a wildcard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.patterns.explain_writes import explain_write
from tabledesign.patterns.held import relied_upon
from tabledesign.patterns.plan import Plan
from tabledesign.patterns.step import Step
from tabledesign.patterns.transaction import Transaction
from tabledesign.schema.entity import Entity

__all__ = ["Action", "Grant", "Need", "Use", "grants_of"]

Action = Literal[
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "UpdateItem",
]
"""The actions that anything here may need; there is no other."""

UseVerb = Literal[
    "get", "counted", "create", "put", "update", "upsert", "delete", "move", "require",
    "put_many", "delete_many", "put_all",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grant:
    """One action, on the table itself or on one of its indexes."""

    action: Action
    index: str | None = None

    def __str__(self) -> str:
        return f"{self.action} on {self.index or 'the table'}"


@dataclass(frozen=True, slots=True)
class Use:
    """A verb of the repository, used on an entity in whatever way: `grants_of` tells the most.

    ``conditional`` uses give conditions or entities with a version; ``once`` ones stand in
    transactions under a request key.
    """

    verb: UseVerb
    entity: type[Entity]
    conditional: bool = False
    once: bool = False


Need = Plan | Use | Step | Transaction
"""A question, a verb, or a write as a value: a `Step` is one that is sent alone."""


def grants_of(*needs: Need) -> frozenset[Grant]:
    """What must be allowed so that all of these are answered, and nothing besides.

    >>> from tabledesign.todo import Task, TodoRepository
    >>> needed = grants_of(TodoRepository.open_tasks.plan, Use("delete", Task))
    >>> sorted(map(str, needed))
    ['DeleteItem on the table', 'Query on gsi1']
    """
    return frozenset(grant for need in needs for grant in _grants(need))


def _grants(need: Need) -> Iterable[Grant]:
    if isinstance(need, Plan):
        return [Grant(need.operation, need.place.name)]
    if isinstance(need, Use):
        return map(Grant, _of_use(need))
    if isinstance(need, Step):
        return map(Grant, _of_step(need, alone=True))
    return (Grant(action) for step in need.steps for action in _of_step(step, alone=False))


_WRITES: Final[dict[str, tuple[Action, ...]]] = {
    "create": ("PutItem",),
    "put": ("PutItem",),
    "update": ("UpdateItem",),
    "delete": ("DeleteItem",),
    "move": ("DeleteItem", "PutItem"),
    "require": ("ConditionCheckItem",),
}
_KEEPS: Final[dict[str, dict[str, tuple[Action, ...]]]] = {
    "unique": {
        "create": ("PutItem",),
        "put": ("PutItem", "DeleteItem"),
        "update": ("PutItem", "DeleteItem"),
        "delete": ("DeleteItem",),
        "move": ("PutItem", "DeleteItem"),
    },
    "counter": dict.fromkeys(("create", "put", "update", "delete", "move"), ("UpdateItem",)),
}
"""What each verb does to the items that keep a rule: a claim is taken by a put and given up by a
delete, a count is an update."""


def _of_use(use: Use) -> Iterator[Action]:
    entity, verb = use.entity, use.verb
    if verb in ("get", "counted"):
        yield "GetItem"
    elif verb in ("put_many", "delete_many") or (verb == "put_all" and not _is_kept(entity)):
        yield "BatchWriteItem"
    elif verb == "upsert":
        yield from _written(entity, "create", reads=True)
        yield from _written(entity, "update", reads=True)
    else:
        written = "put" if verb == "put_all" else verb
        reads = use.conditional or use.once or written in ("update", "move")
        yield from _written(entity, written, reads=reads or _reads_unasked(entity, written))
    if use.once:
        # The record of the request key is looked for first, and written with the steps.
        yield "GetItem"
        yield "PutItem"


def _reads_unasked(entity: type[Entity], verb: str) -> bool:
    """Whether the verb may read although nothing was demanded of the item."""
    if verb == "create":
        # After a lost answer it is looked up; a transaction has a token for that.
        return not entity.__rules__
    if verb == "put":
        return _is_kept(entity)
    return verb == "delete" and bool(entity.__rules__)


def _is_kept(entity: type[Entity]) -> bool:
    """Whether no batch may write the entity, since it has rules or a version."""
    return bool(entity.__rules__) or entity.__settings__.version is not None


def _of_step(step: Step, *, alone: bool) -> Iterator[Action]:
    told = explain_write(step)
    rules = set(step.entity.__rules__)
    if step.verb == "update":
        touched = frozenset(told.touches)
        declared = step.entity.__rules__.items()
        rules = {name for name, rule in declared if relied_upon(step.entity, rule) & touched}
    reads = told.reads_first or step.demands
    if step.verb == "update":
        # A transaction answers with no item, so what it left is read back.
        reads = reads or bool(rules) or not alone
    if step.verb == "create":
        reads = reads or (alone and not rules)
    yield from _written(step.entity, step.verb, reads=reads, rules=rules)


def _written(
    entity: type[Entity], verb: str, *, reads: bool, rules: Iterable[str] | None = None
) -> Iterator[Action]:
    if verb not in _WRITES:
        raise InputError(
            f"{verb!r} is no verb that is known here; give one of {', '.join(sorted(_WRITES))}",
            code="deploy.verb",
            field="verb",
        )
    yield from _WRITES[verb]
    if reads:
        yield "GetItem"
    if verb == "update" and entity.__upcasters__:
        yield "PutItem"  # an item of an older form is stored whole in the current one
    if verb == "require":
        return
    for name in entity.__rules__ if rules is None else rules:
        yield from _KEEPS[entity.__rules__[name].kind][verb]
