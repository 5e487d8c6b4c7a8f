"""A step: one write of one item, as a value with a name, alone or in a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from tabledesign.expressions import Condition
from tabledesign.patterns.change import Change
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity

__all__ = ["Policy", "Step", "Verb", "step_of"]

Verb = Literal["create", "put", "update", "delete", "move", "require"]

Policy = Literal["rebuild", "refuse"]
"""What an update does where a key needs fields the change does not hold.

``rebuild``: read them, and write under the condition that they are as read. ``refuse``: raise.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to become of one item.

    ``new`` is the entity to create, put or move to; ``change`` what an update does. ``expected``
    is the version the item must have, ``condition`` anything else that must hold of it.
    """

    name: str
    verb: Verb
    entity: type[Entity]
    identity: Mapping[str, object]
    new: Entity | None = None
    change: Change | None = None
    moved: Mapping[str, object] = field(default_factory=dict[str, object])
    expected: int | None = None
    condition: Condition | None = None
    must_exist: bool = True
    policy: Policy = "rebuild"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The caller's condition, if there is one."""
        return () if self.condition is None else (self.condition,)

    def reads_first(self) -> bool:
        """Whether the stored item must be read whatever the change is."""
        if self.verb == "move":
            return True
        if self.verb in ("put", "delete"):
            return bool(self.entity.__rules__)
        return False


def step_of(
    verb: Verb,
    target: Identity[Any] | Entity,
    *,
    change: Change | None = None,
    name: str = "",
    **options: Any,
) -> Step:
    """The step for an entity or an identity; an entity brings the version it was read with."""
    if isinstance(target, Entity):
        entity, values = type(target), _identity(target)
        version = entity.__settings__.version
        expected = getattr(target, version) if version is not None else None
        if verb in ("create", "put"):
            options.setdefault("new", target)
        elif expected is not None:
            options.setdefault("expected", expected)
    else:
        entity, values = cast("type[Entity]", target.entity), target.values
    return Step(
        name=name or verb, verb=verb, entity=entity, identity=values, change=change, **options
    )


def _identity(entity: Entity) -> Mapping[str, object]:
    return {name: getattr(entity, name) for name in primary_key(type(entity)).fields}
