"""What an entity promises beyond its keys: unique values, counters, a version, timestamps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.keys.composite import Composite
from tabledesign.limits import PARTITION_KEY_BYTES
from tabledesign.schema.when import When

__all__ = ["RESERVED_NAMES", "BoundRule", "Counted", "Counter", "Rule", "Settings", "Unique"]

E = TypeVar("E", bound=BaseModel)

RESERVED_NAMES = frozenset({"unique", "counter", "idempotency"})
"""Names of the items that keep rules; no entity and no label may be called so."""


class Rule:
    """The base of `Unique` and `Counter`: fields, and a condition under which it applies."""

    kind = ""

    def __init__(self, *fields: str, when: When | None = None) -> None:
        self.fields = fields
        self.when = when or When()
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type[E]) -> BoundRule[E]: ...
    @overload
    def __get__(self, instance: E, owner: type[E] | None = None) -> BoundRule[E]: ...
    def __get__(self, instance: E | None, owner: type[E] | None = None) -> BoundRule[E]:
        holder = owner if owner is not None else type(instance)
        rules: Mapping[str, BoundRule[E]] = getattr(holder, "__rules__", {})
        try:
            return rules[self.name]
        except KeyError:
            raise AttributeError(
                f"{getattr(holder, '__name__', holder)}.{self.name} is a rule of no table; "
                "declare the entity with table=..."
            ) from None


class Unique(Rule):
    """No two items of the entity have the same values in these fields, all of them together.

    Several fields make a compound or scoped constraint: ``Unique("list_id", "title")`` is a
    title once a list. While a field is None, or ``when`` does not hold, an item claims nothing.
    Kept by an item of its own for each claim, written in the same transaction.

    >>> Unique("email").fields
    ('email',)
    """

    kind = "unique"


class Counter(Rule):
    """How many items of the entity have the same values in these fields, while ``when`` holds.

    ``open_in_list = Counter("list_id", when=absent("completed_at"))`` counts a list's open
    tasks. Kept by an item of its own for each group, written in the same transaction; read it
    with `Repository.counted`.
    """

    kind = "counter"


@dataclass(frozen=True, slots=True, eq=False)
class BoundRule(Generic[E]):
    """A rule of one entity on its table: it renders the key of the item that keeps it."""

    entity: type[E]
    name: str
    kind: str
    partition: Composite
    sort: Composite
    when: When
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.entity.__name__}.{self.name}"

    @property
    def reads(self) -> frozenset[str]:
        """Every field the rule depends on."""
        return frozenset(self.fields) | self.when.fields

    def render(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """Partition and sort text of the keeping item, or None while the rule does not apply."""
        return self.texts(values) if self.when.decide(values) else None

    def texts(self, values: Mapping[str, object]) -> tuple[str, str] | None:
        """The same whatever ``when`` says; None while a field is None."""
        partition = self.partition.render(values)
        if partition is None:
            return None
        self.partition.check_length(
            partition, limit=PARTITION_KEY_BYTES, what=f"the key of {self}", values=values
        )
        return partition, self.sort.render(values) or ""

    def __call__(self, **parts: object) -> Counted:
        """One group of a counter, for `Repository.counted`; raises `InputError` for other parts."""
        if self.kind != "counter" or set(parts) != set(self.fields):
            wanted = ", ".join(self.fields) or "no parts"
            raise InputError(
                f"{self} is a {self.kind} rule over {wanted}; give a counter exactly its parts",
                code="counter.parts",
            )
        return Counted(self, parts)


@dataclass(frozen=True, slots=True)
class Counted:
    """One group of a counter, by the values of its fields."""

    rule: BoundRule[Any]
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """Fields the library keeps itself: a version for optimistic locking, and timestamps."""

    version: str | None = None
    created: str | None = None
    updated: str | None = None

    @property
    def dates(self) -> bool:
        """Whether a put writes a timestamp."""
        return self.created is not None or self.updated is not None
