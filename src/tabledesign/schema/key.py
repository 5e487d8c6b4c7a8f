"""A key: the fields of an entity that make its place in the table or in one index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar, overload

from pydantic import BaseModel

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.spaces import KeySpace
from tabledesign.keys.template import Template
from tabledesign.limits import PARTITION_KEY_BYTES, SORT_KEY_BYTES
from tabledesign.schema.query import Identity, Lookup, Lookups, Query
from tabledesign.schema.table import Place
from tabledesign.schema.when import When

__all__ = ["TENANT", "BoundKey", "First", "Key", "Last", "Part"]

E = TypeVar("E", bound=BaseModel)

TENANT = "@tenant"
"""Stands for the tenant among a key's values; no field can be called so."""


@dataclass(frozen=True, slots=True)
class First:
    """A sort part whose absence sorts before every value instead of dropping the key."""

    field: str


@dataclass(frozen=True, slots=True)
class Last:
    """A sort part whose absence sorts after every value instead of dropping the key."""

    field: str


Part = str | Label | First | Last
Parts = Part | Sequence[Part] | Template


class Key:
    """Which fields make an entity's key, in order; the first argument names the index.

    ``partition`` and ``sort`` are a field, a sequence of fields, or a `Template` for a table
    that already exists. A `Label` among them is a constant. ``label`` starts the partition key
    and defaults to the entity's name: entities share a partition only by naming the same label.
    The entity's name starts the sort key. While a part is None the item has no such key (it is
    sparse), unless the part is `First` or `Last`; ``when`` adds a condition of its own.

    >>> Key("gsi1", partition="user_id", sort=("due", "task_id")).index
    'gsi1'
    """

    def __init__(
        self,
        index: str | None = None,
        *,
        partition: Parts | None = None,
        sort: Parts = (),
        label: str | None = None,
        when: When | None = None,
    ) -> None:
        self.index = index
        self.partition = None if partition is None else _as_parts(partition)
        self.sort = _as_parts(sort)
        self.label = label
        self.when = when or When()
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type[E]) -> BoundKey[E]: ...
    @overload
    def __get__(self, instance: E, owner: type[E] | None = None) -> BoundKey[E]: ...
    def __get__(self, instance: E | None, owner: type[E] | None = None) -> BoundKey[E]:
        holder = owner if owner is not None else type(instance)
        bound: Mapping[str, BoundKey[E]] = getattr(holder, "__keys__", {})
        try:
            return bound[self.name]
        except KeyError:
            raise AttributeError(
                f"{getattr(holder, '__name__', holder)}.{self.name} is a key of no table; "
                "declare the entity with table=..."
            ) from None


def _as_parts(parts: Parts) -> tuple[Part, ...] | Template:
    if isinstance(parts, Template):
        return parts
    if isinstance(parts, str | Label | First | Last):
        return (parts,)
    return tuple(parts)


@dataclass(frozen=True, slots=True, eq=False)
class BoundKey(Generic[E]):
    """A key of one entity on one table: it renders the entity's key texts and starts questions."""

    entity: type[E]
    name: str
    place: Place
    partition: Composite | Template
    sort: Composite | Template | None
    when: When = When()
    fields: tuple[str, ...] = field(init=False, repr=False)
    """The fields of the partition, then those of the sort key, without the tenant."""

    def __post_init__(self) -> None:
        names = self.partition.fields + (self.sort.fields if self.sort is not None else ())
        named = tuple(name for name in dict.fromkeys(names) if name != TENANT)
        object.__setattr__(self, "fields", named)

    def __str__(self) -> str:
        return f"{self.entity.__name__}.{self.name}"

    @property
    def partition_fields(self) -> tuple[str, ...]:
        """The fields of the partition key, without the tenant."""
        return tuple(name for name in self.partition.fields if name != TENANT)

    @property
    def sort_fields(self) -> tuple[str, ...]:
        """The fields of the sort key."""
        return self.sort.fields if self.sort is not None else ()

    @property
    def space(self) -> KeySpace:
        """Every key text this key can make, for the overlap proof."""
        return KeySpace(str(self), self.partition, self.sort)

    def render(self, values: Mapping[str, object]) -> dict[str, str]:
        """The key attributes for these values, or none by the sparse rule.

        Raises `InputError` for a value that cannot stand in a key, or a key that is too long.
        """
        if not self.when.decide(values):
            return {}
        texts: dict[str, str] = {}
        for attribute in (self.place.partition_attribute, self.place.sort_attribute):
            if attribute is not None:
                text = self.render_half(attribute, values)
                if text is None:
                    return {}
                texts[attribute] = text
        return texts

    def half(self, attribute: str) -> Composite | Template:
        """What the partition or the sort attribute of the key's place is made of."""
        if attribute == self.place.partition_attribute or self.sort is None:
            return self.partition
        return self.sort

    def render_half(self, attribute: str, values: Mapping[str, object]) -> str | None:
        """The text of one key attribute, or None while one of its parts is absent."""
        half = self.half(attribute)
        text = half.render(values)
        if text is not None:
            partition = attribute == self.place.partition_attribute
            half.check_length(
                text,
                limit=PARTITION_KEY_BYTES if partition else SORT_KEY_BYTES,
                what=f"the {'partition' if partition else 'sort'} key of {self}",
                values=values,
            )
        return text

    def query(self, **parts: object) -> Query[E]:
        """The items whose key has these parts: the whole partition, and leading sort parts.

        The last sort part given may be a `Range` or a `StartsWith`.
        """
        return Query(keys=(self,), given=parts)

    def get(self, **parts: object) -> Lookup[E]:
        """The item with this primary key: one GetItem."""
        return Lookup(keys=(self,), given=parts)

    def get_many(self, *, varied: str | None = None, **parts: object) -> Lookups[E]:
        """The items with these primary keys; ``varied`` names the part given as a sequence.

        It need not be named where the primary key has one part.
        """
        return Lookups(keys=(self,), given=parts, varied=varied or next(iter(parts), ""))

    def __call__(self, **parts: object) -> Identity[E]:
        """The primary key with these values, for `Repository.get`, `update` and `delete`.

        Raises `InputError` unless exactly the parts of the primary key are given.
        """
        if self.place.kind != "primary":
            raise InputError(
                f"{self} is a key of an index; only the primary key identifies an item",
                code="key.not_primary",
            )
        if set(parts) != set(self.fields):
            raise InputError(
                f"{self} needs exactly {', '.join(self.fields) or 'no parts'}; "
                f"given: {', '.join(parts) or 'none'}",
                code="key.parts",
            )
        return Identity(self.entity, parts)
