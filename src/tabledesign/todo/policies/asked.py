"""Who asks, and about what: the values that a decision is made from, and nothing besides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from tabledesign.dataclass import dataclass
from tabledesign.errors import InputError
from tabledesign.todo.entities import Role
from tabledesign.todo.policies.actions import Kind

__all__ = ["ROLES", "Caller", "Principal", "Resource"]

ROLES: Final = frozenset({"member", "admin", "support"})
"""The roles of an organisation that the policies know; an admin is a member, support is not."""


class Caller(Protocol):
    """Who asks, as verified: whatever has these four, such as the principal of a request."""

    @property
    def subject(self) -> str:
        """The user's id."""
        ...

    @property
    def tenant(self) -> str:
        """The organisation."""
        ...

    @property
    def roles(self) -> frozenset[str]:
        """Roles in the organisation; those that are not in `ROLES` give nothing."""
        ...

    @property
    def mfa(self) -> bool:
        """Whether they signed in with a second factor."""
        ...


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller, for those who have no request at hand."""

    subject: str
    tenant: str
    roles: frozenset[str] = frozenset()
    mfa: bool = False


_FIELDS: Final = frozenset({"owner", "list_role", "grant_expires", "assignee"})
_KNOWN: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.ORGANISATION: frozenset(),
    Kind.USER: frozenset({"owner"}),
    Kind.LIST: _FIELDS - {"assignee"},
    Kind.TASK: _FIELDS,
}


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about, as stored, and what the caller was granted on it.

    ``owner`` is the user themselves, the list's owner, or the user whose task it is;
    ``list_role`` and ``grant_expires`` stand in the caller's membership of the list, which for a
    task is the task's list.

    >>> Resource(Kind.LIST, tenant="acme", owner="ann", list_role=Role.EDITOR).kind.value
    'List'
    """

    kind: Kind
    tenant: str
    owner: str | None = None
    list_role: Role | None = None
    grant_expires: datetime | None = None
    assignee: str | None = None

    def __post_init__(self) -> None:
        for name in _FIELDS - _KNOWN[self.kind]:
            if getattr(self, name) is not None:
                raise InputError(
                    f"{name} says nothing about a resource of kind {self.kind.value}; leave it out",
                    code="resource.field_of_another_kind",
                    field=name,
                )
        if self.grant_expires is not None and self.grant_expires.tzinfo is None:
            raise InputError(
                "grant_expires is a datetime without a time zone, which names no moment; give an "
                "aware datetime",
                code="value.naive_datetime",
                field="grant_expires",
            )
