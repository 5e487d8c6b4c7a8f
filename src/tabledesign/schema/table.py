"""A table and its indexes: names of attributes, what is projected, who lives there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from tabledesign.dataclass import dataclass
from tabledesign.errors import Refusal
from tabledesign.keys.spaces import Neighbours
from tabledesign.limits import GLOBAL_INDEXES, LOCAL_INDEXES
from tabledesign.schema.refusals import report

if TYPE_CHECKING:
    from tabledesign.schema.entity import Entity

__all__ = ["Index", "IndexKind", "Projection", "Table"]

IndexKind = Literal["primary", "global", "local", "inverted"]
Projection = Literal["all", "keys"] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """One secondary index: generic attributes that any entity may fill with a key of its own.

    ``projection`` is ``"all"``, ``"keys"`` or the fields that are copied besides the keys.
    ``inverted`` makes an index over the table's own key attributes, swapped: it needs no
    attributes of its own. Attribute names default to ``<name>pk`` and ``<name>sk``.

    >>> Index("gsi1").sort_attribute
    'gsi1sk'
    """

    name: str
    partition_key: str | None = None
    sort_key: str | None = None
    projection: Projection = "all"
    inverted: bool = False

    @property
    def partition_attribute(self) -> str:
        """The attribute that holds the partition key of this index."""
        return self.partition_key or f"{self.name}pk"

    @property
    def sort_attribute(self) -> str:
        """The attribute that holds the sort key of this index."""
        return self.sort_key or f"{self.name}sk"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key lives: the primary key or an index, with the two attributes that hold it."""

    name: str | None
    kind: IndexKind
    partition_attribute: str
    sort_attribute: str | None
    projection: Projection = "all"

    def __str__(self) -> str:
        return self.name or "primary"

    @property
    def title(self) -> str:
        """The place in a sentence."""
        return f"index {self.name}" if self.name else "the primary key"


class Table:
    """One DynamoDB table, shared by all entities that name it.

    ``global_indexes`` and ``local_indexes`` are names or `Index` values. ``sort_key=None`` is a
    table whose primary key is its partition key alone. With ``tenants=True`` every partition
    key starts with the tenant a repository is bound to. ``ttl`` names the attribute that holds
    an item's expiry, in epoch seconds. Raises `DesignError` for clashing names.

    >>> Table("todo", global_indexes=("gsi1",)).place("gsi1").partition_attribute
    'gsi1pk'
    """

    def __init__(
        self,
        name: str,
        *,
        global_indexes: Iterable[str | Index] = (),
        local_indexes: Iterable[str | Index] = (),
        partition_key: str = "pk",
        sort_key: str | None = "sk",
        tenants: bool = False,
        ttl: str | None = None,
        entity_attribute: str = "entity",
        version_attribute: str = "entity_version",
    ) -> None:
        self.name = name
        self.global_indexes = tuple(_as_index(index) for index in global_indexes)
        self.local_indexes = tuple(_as_index(index) for index in local_indexes)
        self.partition_key = partition_key
        self.sort_key = sort_key
        self.tenants = tenants
        self.ttl = ttl
        self.entity_attribute = entity_attribute
        self.version_attribute = version_attribute
        self.entities: dict[str, type[Entity]] = {}
        self.neighbours = Neighbours()
        self.repositories: dict[str, type[object]] = {}
        report(list(_refusals(self)))

    def __repr__(self) -> str:
        return f"Table({self.name!r})"

    @cached_property
    def primary(self) -> Place:
        """The place of the primary key."""
        return Place(None, "primary", self.partition_key, self.sort_key)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Primary key first, then global, then local indexes."""
        return (
            self.primary,
            *(self._global_place(index) for index in self.global_indexes),
            *(
                Place(
                    index.name, "local", self.partition_key, index.sort_attribute, index.projection
                )
                for index in self.local_indexes
            ),
        )

    def place(self, index: str | None) -> Place | None:
        """The place of that index, of the primary key for None, or None if there is no such."""
        return next((place for place in self.places if place.name == index), None)

    @cached_property
    def key_attributes(self) -> tuple[str, ...]:
        """Every attribute that holds a key, each once, the primary key's first."""
        names: dict[str, None] = {}
        for place in self.places:
            names[place.partition_attribute] = None
            if place.sort_attribute is not None:
                names[place.sort_attribute] = None
        return tuple(names)

    @cached_property
    def reserved_attributes(self) -> tuple[str, ...]:
        """Attributes that no field may be stored under."""
        return (*self.key_attributes, self.entity_attribute, self.version_attribute)

    def _global_place(self, index: Index) -> Place:
        if index.inverted:
            return Place(
                index.name, "inverted", self.sort_key or "", self.partition_key, index.projection
            )
        return Place(
            index.name, "global", index.partition_attribute, index.sort_attribute, index.projection
        )


def _as_index(index: str | Index) -> Index:
    return Index(index) if isinstance(index, str) else index


def _refusals(table: Table) -> Iterable[Refusal]:
    where = f"table {table.name!r}"
    indexes = table.global_indexes + table.local_indexes
    names = [index.name for index in indexes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Refusal(
            "table.duplicate_index", where, f"two indexes are called {name!r}", "Rename one"
        )
    if len(table.global_indexes) > GLOBAL_INDEXES:
        yield Refusal(
            "table.too_many_indexes",
            where,
            f"{len(table.global_indexes)} global indexes exceed DynamoDB's {GLOBAL_INDEXES}",
            "Let entities share an index under labels of their own",
        )
    if len(table.local_indexes) > LOCAL_INDEXES:
        yield Refusal(
            "table.too_many_indexes",
            where,
            f"{len(table.local_indexes)} local indexes exceed DynamoDB's {LOCAL_INDEXES}",
            "Use global indexes",
        )
    if table.local_indexes and table.sort_key is None:
        yield Refusal(
            "table.local_index_needs_sort_key",
            where,
            "a local index needs a table with a sort key",
            "Give the table a sort_key",
        )
    yield from _inversion_refusals(table, where)
    yield from _attribute_refusals(table, where)


def _inversion_refusals(table: Table, where: str) -> Iterable[Refusal]:
    for index in table.global_indexes:
        if index.inverted and table.sort_key is None:
            yield Refusal(
                "table.inverted_needs_sort_key",
                where,
                f"index {index.name!r} swaps a sort key that the table does not have",
                "Give the table a sort_key",
            )
        if index.inverted and table.tenants:
            # The table's sort key carries no tenant: swapped, it would be a partition that
            # all tenants share.
            yield Refusal(
                "table.inverted_drops_tenant",
                where,
                f"the partitions of inverted index {index.name!r} would be shared by all tenants",
                "Declare an ordinary global index and a Key on it",
            )


def _attribute_refusals(table: Table, where: str) -> Iterable[Refusal]:
    attributes = [
        table.partition_key,
        table.sort_key,
        table.entity_attribute,
        table.version_attribute,
        *(
            attribute
            for index in table.global_indexes
            if not index.inverted
            for attribute in (index.partition_attribute, index.sort_attribute)
        ),
        *(index.sort_attribute for index in table.local_indexes),
    ]
    for name in sorted({name for name in attributes if name and attributes.count(name) > 1}):
        yield Refusal(
            "table.attribute_clash",
            where,
            f"attribute {name!r} is to hold two different things",
            "Give an index or the table other attribute names",
        )
