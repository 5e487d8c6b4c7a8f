"""Lists shared and deleted, accounts closed: the verbs that decide who reaches what."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from tabledesign.engine.protocol import clock_of
from tabledesign.expressions import Condition
from tabledesign.patterns.change import Change
from tabledesign.patterns.transaction import Transaction
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.todo import grants
from tabledesign.todo.entities import AccessEvent, AccessRecord, Member, Role, TaskList, User

__all__ = ["Sharing"]


class Sharing(Repository):
    """The base of `TodoRepository` for grants, and for what hides lists and users."""

    def create_list(
        self,
        title: str,
        owner_id: str,
        at: datetime | None = None,
        *,
        list_id: str | None = None,
        key: str | None = None,
        content: bytes | str = b"",
    ) -> TaskList:
        """Make a list and its owner a member, with a record of it: one transaction.

        Raises `ItemMissing` for an owner who is not there. With a request ``key`` it happens
        `once`, and gives what it made the first time; ``content`` is the body of the request.
        """
        at, clock = at or self._now(), clock_of(self.engine)
        made = TaskList(
            list_id=list_id or clock.new_id(), title=title, owner_id=owner_id, created_at=at
        )
        member = Member(
            list_id=made.list_id,
            user_id=owner_id,
            role=Role.OWNER,
            since=at,
            granted_by=owner_id,
        )
        record = self._record(AccessEvent.LIST_CREATED, at, **_told(member))
        results = self._carry_out(grants.creation(made, member, record), key, content)
        return cast("TaskList", results["list"])

    def share(
        self,
        list_id: str,
        user_id: str,
        role: Role,
        at: datetime | None = None,
        *,
        by: str | None = None,
        purpose: str | None = None,
        expires_at: datetime | None = None,
        key: str | None = None,
        content: bytes | str = b"",
    ) -> Member:
        """Make a user a member of a list: both must be there, and the members are counted.

        It is recorded in the same transaction. Raises `AlreadyExists` for a member, whose grant
        may have expired, and `ItemMissing`, whose ``details["step"]`` says of which. With a
        request ``key`` it happens `once`.
        """
        at = at or self._now()
        given = _given(granted_by=by, purpose=purpose, expires_at=expires_at)
        member = Member(list_id=list_id, user_id=user_id, role=role, since=at, **given)
        record = self._record(AccessEvent.GRANTED, at, **_told(member))
        results = self._carry_out(grants.grant(member, record), key, content)
        return cast("Member", results["member"])

    def change_grant(
        self,
        list_id: str,
        user_id: str,
        role: Role,
        at: datetime | None = None,
        *,
        by: str | None = None,
        purpose: str | None = None,
        expires_at: datetime | None = None,
        condition: Condition | None = None,
    ) -> Member:
        """Replace a member's grant by another, from now on, and record it: one transaction.

        What is not given is taken away: a purpose, an expiry. Gives the new grant, without
        ``since`` where that cannot be read back. Raises `ItemMissing`, and `ConditionFailed`
        ``list.owner_stays`` where the list would lose its owner.
        """
        at = at or self._now()
        given = _given(granted_by=by, purpose=purpose, expires_at=expires_at)
        member = Member(list_id=list_id, user_id=user_id, role=role, **given)
        record = self._record(AccessEvent.CHANGED, at, **_told(member))
        transaction = grants.change_of_grant(member, record, condition=condition)
        results = self._carry_out(transaction, owner=user_id)
        return cast("Member", results["member"] or member)

    def unshare(
        self,
        list_id: str,
        user_id: str,
        at: datetime | None = None,
        *,
        by: str | None = None,
        condition: Condition | None = None,
    ) -> None:
        """Take a user out of a list's members, and record it; who does it themselves has left.

        Raises `ItemMissing`, and `ConditionFailed` ``list.owner_stays`` for the list's owner.
        """
        event = AccessEvent.LEFT if by == user_id else AccessEvent.REVOKED
        record = self._record(
            event, at or self._now(), list_id=list_id, user_id=user_id, **_given(by=by)
        )
        transaction = grants.revocation(record, user_id, condition=condition)
        self._carry_out(transaction, owner=user_id)

    def delete_list(
        self,
        list_id: str,
        at: datetime | None = None,
        *,
        by: str | None = None,
        condition: Condition | None = None,
    ) -> None:
        """Hide a list at once, whatever its size, and record it; its content is drained later.

        Raises `ItemMissing`, also for a list that is being deleted already.
        """
        at = at or self._now()
        given = _given(by=by)
        record = self._record(AccessEvent.LIST_DELETED, at, list_id=list_id, **given)
        self._carry_out(grants.deletion(record, condition=condition))

    def delete_user(
        self, user_id: str, at: datetime | None = None, *, condition: Condition | None = None
    ) -> None:
        """Hide a user at once, in one UpdateItem: no directory and no address leads to them.

        What they own, hold and are assigned is drained later, and their address taken until then.
        Raises `ItemMissing`, also for a user who is being deleted already.
        """
        with grants.refusals():
            self.update(
                User.by_id(user_id=user_id),
                Change().set(deleted_at=at or self._now()),
                condition=grants.SHOWN if condition is None else grants.SHOWN & condition,
            )

    def _now(self) -> datetime:
        return clock_of(self.engine).now()

    def _record(self, event: AccessEvent, at: datetime, **known: Any) -> AccessRecord:
        record_id = clock_of(self.engine).new_id()
        return AccessRecord(event=event, at=at, record_id=record_id, **known)

    def _carry_out(
        self,
        transaction: Transaction,
        key: str | None = None,
        content: bytes | str = b"",
        *,
        owner: str | None = None,
    ) -> dict[str, Entity | None]:
        with grants.refusals(owner):
            if key is None:
                return self.commit(transaction)
            return self.once(key, transaction, content=content)


def _given(**fields: object) -> dict[str, Any]:
    """The fields that have a value: what is given as None would be stored as a null."""
    return {name: value for name, value in fields.items() if value is not None}


def _told(member: Member) -> dict[str, Any]:
    """What a record says of a grant."""
    return _given(
        list_id=member.list_id,
        user_id=member.user_id,
        role=member.role,
        by=member.granted_by,
        purpose=member.purpose,
        expires_at=member.expires_at,
    )
