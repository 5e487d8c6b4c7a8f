"""A transaction: several writes with names, as a value; all of them happen, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.expressions import Condition
from tabledesign.limits import TRANSACTION_ITEMS
from tabledesign.patterns.change import Change
from tabledesign.patterns.explain_writes import explain_steps
from tabledesign.patterns.step import Policy, Step, step_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity

__all__ = ["Transaction"]

Target = Identity[Any] | Entity


@dataclass(frozen=True, slots=True)
class Transaction:
    """Named steps in order; each method gives a new transaction with one step more.

    A failure names its step. Names are used once, and at most 100 items may be touched, those
    that keep unique values and counters among them.

    >>> len(Transaction().steps)
    0
    """

    steps: tuple[Step, ...] = ()

    def create(self, name: str, entity: Entity) -> Transaction:
        """Store an entity that must not exist yet."""
        return self._and(step_of("create", entity, name=name))

    def put(self, name: str, entity: Entity, *, condition: Condition | None = None) -> Transaction:
        """Store an entity, replacing what has its primary key."""
        return self._and(step_of("put", entity, name=name, condition=condition))

    def update(
        self,
        name: str,
        target: Target,
        change: Change,
        *,
        condition: Condition | None = None,
        policy: Policy = "rebuild",
        given: Mapping[str, object] | None = None,
    ) -> Transaction:
        """Change an item that must exist."""
        step = step_of(
            "update",
            target,
            name=name,
            change=change,
            condition=condition,
            policy=policy,
            given=given,
        )
        return self._and(step)

    def move(self, name: str, target: Target, /, **values: object) -> Transaction:
        """Give an item another primary key."""
        return self._and(step_of("move", target, name=name, moved=values))

    def delete(
        self, name: str, target: Target, *, condition: Condition | None = None
    ) -> Transaction:
        """Delete an item that must exist."""
        return self._and(step_of("delete", target, name=name, condition=condition))

    def delete_if_exists(
        self, name: str, target: Target, *, condition: Condition | None = None
    ) -> Transaction:
        """Delete an item if it is there; one that is there must meet the condition."""
        step = step_of("delete", target, name=name, must_exist=False, condition=condition)
        return self._and(step)

    def require(
        self, name: str, target: Target, *, condition: Condition | None = None
    ) -> Transaction:
        """Demand that an item exists, and meets the condition; nothing is written to it."""
        return self._and(step_of("require", target, name=name, condition=condition))

    def explain(self) -> str:
        """What each step reads first and writes, and what they come to of the 100 items."""
        return explain_steps(self.steps)

    def _and(self, step: Step) -> Transaction:
        if any(step.name == other.name for other in self.steps):
            raise InputError(
                f"two steps are called {step.name!r}; give each a name of its own",
                code="transaction.step_name",
            )
        if len(self.steps) >= TRANSACTION_ITEMS:
            raise InputError(
                f"step {step.name!r} would be number {TRANSACTION_ITEMS + 1} and DynamoDB takes "
                f"{TRANSACTION_ITEMS} items; split the transaction",
                code="transaction.too_many_items",
            )
        return Transaction((*self.steps, step))
