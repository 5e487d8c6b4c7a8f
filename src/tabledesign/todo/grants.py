"""Grants on lists as transactions: each writes its record with it, and keeps every list owned.

A record is only ever created: a step that would find one in its place fails. Nothing in this
package puts, updates or deletes one.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from tabledesign.errors import ConditionFailed, ItemMissing
from tabledesign.expressions import Condition, all_of, any_of, field
from tabledesign.patterns.change import Change
from tabledesign.patterns.transaction import Transaction
from tabledesign.todo.entities import AccessRecord, Member, Role, TaskList, User

__all__ = [
    "SHOWN",
    "change_of_grant",
    "creation",
    "deletion",
    "departure",
    "grant",
    "refusals",
    "revocation",
    "succession",
]

# A field that was given as None is stored as a null.
SHOWN: Condition = any_of(
    field("deleted_at").not_exists(),
    field("deleted_at").has_type("null"),
)
"""That a list or a user is not being deleted."""


def creation(made: TaskList, member: Member, record: AccessRecord) -> Transaction:
    """A new list with its owner's grant."""
    return (
        Transaction()
        .create("list", made)
        .require("user", User.by_id(user_id=member.user_id), condition=SHOWN)
        .create("member", member)
        .create("record", record)
    )


def grant(member: Member, record: AccessRecord) -> Transaction:
    """A new member of a list, which and who are there; a list without an owner gets its first."""
    target = TaskList.by_id(list_id=member.list_id)
    if member.role is Role.OWNER and member.expires_at is None:
        first = Change().set_if_absent(owner_id=member.user_id)
        listed = Transaction().update("list", target, first, condition=SHOWN)
    else:
        listed = Transaction().require("list", target, condition=SHOWN)
    return (
        listed.require("user", User.by_id(user_id=member.user_id), condition=SHOWN)
        .create("member", member)
        .create("record", record)
    )


def change_of_grant(
    member: Member, record: AccessRecord, *, condition: Condition | None
) -> Transaction:
    """The grant of a member becomes another; the list's owner stays one."""
    fields = ("role", "granted_by", "purpose", "expires_at")
    given = {name: getattr(member, name) for name in fields if getattr(member, name) is not None}
    change = Change().set(**given).remove(*(name for name in fields if name not in given))
    weaker = member.role is not Role.OWNER or member.expires_at is not None
    return (
        Transaction()
        .require(
            "list",
            TaskList.by_id(list_id=member.list_id),
            condition=_not_owned_by(member.user_id) if weaker else SHOWN,
        )
        .update(
            "member",
            Member.by_id(list_id=member.list_id, user_id=member.user_id),
            change,
            condition=condition,
        )
        .create("record", record)
    )


def deletion(record: AccessRecord, *, condition: Condition | None) -> Transaction:
    """The list is hidden at once."""
    return (
        Transaction()
        .update(
            "list",
            TaskList.by_id(list_id=record.list_id),
            Change().set(deleted_at=record.at),
            condition=SHOWN if condition is None else all_of(SHOWN, condition),
        )
        .create("record", record)
    )


def departure(record: AccessRecord, user_id: str) -> Transaction:
    """A user who is no owner of the list any more leaves it; the list may be gone."""
    return (
        Transaction()
        .delete("member", Member.by_id(list_id=record.list_id, user_id=user_id))
        .create("record", record)
    )


def succession(record: AccessRecord, owner: str, heir: str) -> Transaction:
    """The owner of a list leaves it to another one."""
    listed = TaskList.by_id(list_id=record.list_id)
    owned = any_of(
        field("owner_id").equals(owner),
        field("owner_id").not_exists(),
        field("owner_id").has_type("null"),
    )
    return (
        Transaction()
        .update("list", listed, Change().set(owner_id=heir), condition=all_of(SHOWN, owned))
        .require(
            "heir",
            Member.by_id(list_id=record.list_id, user_id=heir),
            condition=field("role").equals(Role.OWNER),
        )
        .delete("member", Member.by_id(list_id=record.list_id, user_id=owner))
        .create("record", record)
    )


def revocation(record: AccessRecord, user_id: str, *, condition: Condition | None) -> Transaction:
    """The grant is gone at once; that of the list's owner stays."""
    return (
        Transaction()
        .require(
            "list",
            TaskList.by_id(list_id=record.list_id),
            condition=_not_owned_by(user_id),
        )
        .delete(
            "member",
            Member.by_id(list_id=record.list_id, user_id=user_id),
            condition=condition,
        )
        .create("record", record)
    )


@contextmanager
def refusals(owner: str | None = None) -> Generator[None]:
    """Tell what refused: what is being deleted is missing, and a list keeps its ``owner``."""
    try:
        yield
    except ConditionFailed as error:
        stored = error.stored
        if type(error) is not ConditionFailed or not isinstance(stored, TaskList | User):
            raise
        if stored.deleted_at is not None:
            raise ItemMissing(
                f"the {stored.__entity_name__} is being deleted; choose another",
                code="item.missing",
                details=error.details,
            ) from error
        if owner is None or not isinstance(stored, TaskList) or stored.owner_id != owner:
            raise
        raise ConditionFailed(
            "the user owns the list, and no list is left without an owner; delete the list",
            code="list.owner_stays",
            details=error.details,
        ) from error


def _not_owned_by(user_id: str) -> Condition:
    return all_of(SHOWN, field("owner_id").not_equals(user_id))
