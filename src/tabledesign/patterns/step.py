"""A step: one write of one item, as a value with a name, alone or in a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.expressions import Condition
from tabledesign.patterns.change import Change
from tabledesign.patterns.reads import primary_key
from tabledesign.schema.binding import nearest
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity, check_identity

__all__ = ["Policy", "Step", "Verb", "step_of"]

Verb = Literal["create", "put", "update", "delete", "move", "require"]

Policy = Literal["rebuild", "refuse", "require"]
"""What an update does where a key or a rule needs fields the change does not hold.

``rebuild``: read them, and write under the condition that they are as read. ``refuse``: raise.
``require``: the caller gives the old values, and they become conditions; nothing is read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to become of one item.

    ``new`` is the entity to create or put; ``change`` what an update does, ``given`` the old
    values that the caller knows; ``moved`` the fields that a move changes. ``expected`` is the
    version the item must have, ``condition`` anything else that must hold of it.
    """

    name: str
    verb: Verb
    entity: type[Entity]
    identity: Mapping[str, object]
    new: Entity | None = None
    change: Change | None = None
    given: Mapping[str, object] | None = None
    moved: Mapping[str, object] = field(default_factory=dict[str, object])
    expected: int | None = None
    condition: Condition | None = None
    must_exist: bool = True
    policy: Policy = "rebuild"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The caller's condition, if there is one."""
        return () if self.condition is None else (self.condition,)

    @property
    def demands(self) -> bool:
        """Whether it demands more of the item than to be there, or not to be."""
        bounds = self.change is not None and self.change.bounds
        wanted = (self.condition, self.expected, self.given)
        versioned = self.verb == "put" and self.entity.__settings__.version is not None
        upcast = self.verb == "update" and self.entity.__upcasters__
        return bool(bounds or upcast or versioned or any(w is not None for w in wanted))

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
    """The step for an entity or an identity; an entity brings the version it was read with.

    Raises `InputError` for given values of unknown fields, and a policy that lacks them.
    """
    if isinstance(target, Entity):
        entity, values = type(target), _identity(target)
        version = entity.__settings__.version
        expected = getattr(target, version) if version is not None else None
        if verb in ("create", "put"):
            options.setdefault("new", target)
        elif expected is not None:
            options.setdefault("expected", expected)
    else:
        check_identity(target)
        entity, values = cast("type[Entity]", target.entity), target.values
    _check_given(entity, options.get("given"), options.get("policy", "rebuild"))
    return Step(
        name=name or verb, verb=verb, entity=entity, identity=values, change=change, **options
    )


def _check_given(entity: type[Entity], given: Mapping[str, object] | None, policy: Policy) -> None:
    if (given is not None) != (policy == "require"):
        raise InputError(
            "old values are given with the policy that requires them; write "
            'policy="require", given={...}',
            code="update.policy",
        )
    for name in given or ():
        if name not in entity.model_fields:
            raise InputError(
                f"{entity.__name__} has no field {name!r}. "
                f"{nearest(name, list(entity.model_fields))}",
                code="update.unknown_field",
                field=name,
            )


def _identity(entity: Entity) -> Mapping[str, object]:
    return {name: getattr(entity, name) for name in primary_key(type(entity)).fields}
