"""A collection: several entities that share a partition, read by one query."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel

from tabledesign.dataclass import dataclass
from tabledesign.schema.key import BoundKey
from tabledesign.schema.query import Query

__all__ = ["Collection", "collection"]

A = TypeVar("A", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)
C = TypeVar("C", bound=BaseModel)
D = TypeVar("D", bound=BaseModel)
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Collection(Generic[T_co]):
    """Keys of several entities in one partition, in the order they were named."""

    keys: tuple[BoundKey[Any], ...]

    def query(self, **parts: object) -> Query[T_co]:
        """Every item of the partition with these parts, ordered by entity name, then sort key.

        The parts are called as in the first key. ``Page.of(Entity)`` takes the answer apart.
        """
        return Query(keys=self.keys, given=parts)


@overload
def collection(a: BoundKey[A], b: BoundKey[B], /) -> Collection[A | B]: ...
@overload
def collection(a: BoundKey[A], b: BoundKey[B], c: BoundKey[C], /) -> Collection[A | B | C]: ...
@overload
def collection(
    a: BoundKey[A], b: BoundKey[B], c: BoundKey[C], d: BoundKey[D], /
) -> Collection[A | B | C | D]: ...
def collection(*keys: BoundKey[Any]) -> Collection[Any]:
    """Entities that are read together; all their keys must share one partition.

    It must name every entity that lives in the partition: one query reads it whole.
    """
    return Collection(keys)
