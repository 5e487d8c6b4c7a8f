"""What one page of an answer carries besides its items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError

__all__ = ["Page", "Unreadable", "UnreadableWarning"]

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class UnreadableWarning(UserWarning):
    """Stored items were left out of an answer that has no place to list them."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored item that could not be read: its primary key as stored, and why."""

    key: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """Some items of an answer, in its order, and what reading them took.

    ``more`` tells whether anything may follow. ``unreadable`` lists rows that are there and
    could not be read, ``expired`` counts rows past their TTL that DynamoDB had not removed yet.
    ``evaluated`` counts the rows DynamoDB looked at, ``requests`` the requests sent,
    ``capacity`` sums the read units it reported (None if the engine reports none).
    """

    items: tuple[T_co, ...]
    more: bool = False
    token: str | None = field(default=None, repr=False)
    refused: InputError | None = field(default=None, repr=False)
    unreadable: tuple[Unreadable, ...] = ()
    expired: int = 0
    evaluated: int = 0
    requests: int = 0
    capacity: float | None = None

    @property
    def cursor(self) -> str | None:
        """What continues after the last item, or None at the end.

        Raises `InputError` where there is more and the repository may not make a cursor: it
        holds no key, or the cursor would show what the caller was not handed.
        """
        if self.refused is not None:
            raise self.refused
        return self.token

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def of(self, entity: type[U]) -> list[U]:
        """The items of one entity, in order: how a collection is taken apart."""
        return [item for item in self.items if isinstance(item, entity)]
