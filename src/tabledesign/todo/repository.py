"""The questions of the to-do backend, and the writes that keep a task's state in step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from tabledesign.engine.protocol import clock_of
from tabledesign.expressions import Condition
from tabledesign.keys.bounds import Range
from tabledesign.patterns.change import Change
from tabledesign.patterns.pattern import access_pattern
from tabledesign.patterns.transaction import Transaction
from tabledesign.repository.repository import Repository
from tabledesign.schema.collection import collection
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Lookup, Lookups, Query
from tabledesign.todo import grants
from tabledesign.todo.entities import (
    AccessEvent,
    AccessRecord,
    Member,
    Role,
    Status,
    Task,
    TaskList,
    User,
    table,
)

__all__ = ["TodoRepository"]


class TodoRepository(Repository, table=table):
    """Users, lists and tasks of one organisation.

    ``TodoRepository(boto3.client("dynamodb"), tenant="acme")``.
    """

    @access_pattern
    def user(self, user_id: str) -> Lookup[User]:
        """A user by id."""
        return User.by_id.get(user_id=user_id)

    @access_pattern
    def user_by_email(self, email: str) -> Query[User]:
        """The user with an email address."""
        return User.by_email.query(email=email)

    @access_pattern
    def users(self) -> Query[User]:
        """The directory of users, by name."""
        return User.directory.query()

    @access_pattern
    def task(self, task_id: str) -> Lookup[Task]:
        """A task, from its id alone and as last written."""
        return Task.by_id.get(task_id=task_id).consistent()

    @access_pattern
    def tasks_by_id(self, task_ids: Sequence[str]) -> Lookups[Task]:
        """Tasks by their ids."""
        return Task.by_id.get_many(task_id=task_ids)

    @access_pattern
    def tasks_of_user(self, user_id: str) -> Query[Task]:
        """All tasks of a user, soonest due first, those without a due date last."""
        return Task.by_due.query(user_id=user_id)

    @access_pattern
    def open_tasks(self, user_id: str) -> Query[Task]:
        """A user's open tasks, soonest due first, those without a due date last."""
        return Task.open.query(user_id=user_id)

    @access_pattern
    def completed_tasks(self, user_id: str) -> Query[Task]:
        """A user's completed tasks, latest completion first."""
        return Task.done.query(user_id=user_id).latest_first()

    @access_pattern
    def completed_within(self, user_id: str, period: Range[datetime]) -> Query[Task]:
        """A user's tasks completed within a period, latest completion first."""
        return Task.done.query(user_id=user_id, completed_at=period).latest_first()

    @access_pattern
    def tasks_due(self, user_id: str, due: Range[date]) -> Query[Task]:
        """A user's tasks due in a range, whatever their state, soonest first."""
        return Task.by_due.query(user_id=user_id, due=due)

    @access_pattern
    def overdue_tasks(self, user_id: str, today: date) -> Query[Task]:
        """A user's open tasks whose due day is before the given one, longest overdue first."""
        return Task.open.query(user_id=user_id, due=Range.before(today))

    @access_pattern
    def tasks_of_list(self, list_id: str) -> Query[Task]:
        """All tasks of a list, by status."""
        return Task.on_board.query(list_id=list_id)

    @access_pattern
    def tasks_of_list_by_status(self, list_id: str, status: Status) -> Query[Task]:
        """The tasks of a list that have a status."""
        return Task.on_board.query(list_id=list_id, status=status)

    @access_pattern
    def tasks_of_list_due(self, list_id: str, due: Range[date]) -> Query[Task]:
        """The tasks of a list due in a range, whatever their state, soonest first."""
        return Task.due_in_list.query(list_id=list_id, due=due)

    @access_pattern
    def list_by_id(self, list_id: str) -> Lookup[TaskList]:
        """A list by id."""
        return TaskList.by_id.get(list_id=list_id)

    @access_pattern
    def lists_by_id(self, list_ids: Sequence[str]) -> Lookups[TaskList]:
        """Lists by their ids."""
        return TaskList.by_id.get_many(list_id=list_ids)

    @access_pattern
    def lists_of_user(self, user_id: str) -> Query[Member]:
        """The lists of a user, owned and shared, each with the user's role in it."""
        return Member.of_user.query(user_id=user_id)

    @access_pattern
    def members_of_list(self, list_id: str) -> Query[Member]:
        """The members of a list, the owner among them."""
        return Member.by_id.query(list_id=list_id)

    @access_pattern
    def access_of_list(self, list_id: str) -> Query[AccessRecord]:
        """Who was given access to a list, by whom and what for, and who lost it: oldest first."""
        return AccessRecord.by_id.query(list_id=list_id)

    @access_pattern
    def board(self, list_id: str) -> Query[TaskList | Member | Task]:
        """A list with its members and its tasks."""
        return collection(TaskList.on_board, Member.on_board, Task.on_board).query(list_id=list_id)

    @access_pattern
    def assigned_tasks(self, assignee: str) -> Query[Task]:
        """The tasks assigned to a user, soonest due first, those without a due date last."""
        return Task.assigned.query(assignee=assignee)

    def overdue_at(self, user_id: str, instant: datetime) -> Query[Task]:
        """A user's open tasks that are overdue at an instant: due on a day before its own.

        The day is the instant's in its own time zone.
        """
        return self.overdue_tasks(user_id, instant.date())

    def complete(
        self,
        task_id: str,
        at: datetime,
        *,
        by: str | None = None,
        condition: Condition | None = None,
    ) -> Task:
        """Mark a task done: one UpdateItem, every index kept true; raises `ItemMissing`."""
        change = Change().set(status=Status.DONE, completed_at=at)
        if by is not None:
            change = change.set(completed_by=by)
        return self.update(Task.by_id(task_id=task_id), change, condition=condition)

    def reopen(self, task_id: str, *, condition: Condition | None = None) -> Task:
        """Mark a task open again; raises `ItemMissing`.

        Its place among the open tasks stands by its due date, so the task is read first.
        """
        change = Change().set(status=Status.TODO).remove("completed_at", "completed_by")
        return self.update(Task.by_id(task_id=task_id), change, condition=condition)

    def move_to_list(self, task_id: str, list_id: str) -> Task:
        """Put a task on another list, which must exist: one transaction.

        Raises `ItemMissing`; ``details["step"]`` says whether of the task or of the list.
        """
        results = self.commit(
            Transaction()
            .require("list", TaskList.by_id(list_id=list_id))
            .update("task", Task.by_id(task_id=task_id), Change().set(list_id=list_id))
        )
        return cast("Task", results["task"] or self.task(task_id).one())

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
        record = self._record(AccessEvent.LIST_CREATED, member, at)
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
        member = Member(
            list_id=list_id,
            user_id=user_id,
            role=role,
            since=at,
            granted_by=by,
            purpose=purpose,
            expires_at=expires_at,
        )
        record = self._record(AccessEvent.GRANTED, member, at)
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

        What is not given is taken away: a purpose, an expiry. Raises `ItemMissing`, and
        `ConditionFailed` ``list.owner_stays`` where the list would lose its owner.
        """
        at = at or self._now()
        identity = Member.by_id(list_id=list_id, user_id=user_id)
        member = Member(
            list_id=list_id,
            user_id=user_id,
            role=role,
            granted_by=by,
            purpose=purpose,
            expires_at=expires_at,
        )
        record = self._record(AccessEvent.CHANGED, member, at)
        transaction = grants.change_of_grant(member, record, condition=condition)
        results = self._carry_out(transaction)
        return cast("Member", results["member"] or self.get(identity, consistent=True))

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
        record = AccessRecord(
            list_id=list_id,
            at=at or self._now(),
            record_id=clock_of(self.engine).new_id(),
            event=AccessEvent.LEFT if by == user_id else AccessEvent.REVOKED,
            user_id=user_id,
            by=by,
        )
        self._carry_out(grants.revocation(record, condition=condition))

    def members_count(self, list_id: str) -> int:
        """How many members a list has: one GetItem, however many they are."""
        return self.counted(Member.members(list_id=list_id))

    def open_count(self, list_id: str) -> int:
        """How many open tasks a list has: counted in its index, without reading them out.

        No counter is kept for it: completing a task is one UpdateItem, whatever its list, and
        the tasks of a list that everybody works on do not wait for one item.
        """
        open_states = (Status.TODO, Status.DOING)
        return sum(self.tasks_of_list_by_status(list_id, each).count() for each in open_states)

    def _now(self) -> datetime:
        return clock_of(self.engine).now()

    def _record(self, event: AccessEvent, member: Member, at: datetime) -> AccessRecord:
        return AccessRecord(
            list_id=member.list_id,
            at=at,
            record_id=clock_of(self.engine).new_id(),
            event=event,
            user_id=member.user_id,
            role=member.role,
            by=member.granted_by,
            purpose=member.purpose,
            expires_at=member.expires_at,
        )

    def _carry_out(
        self, transaction: Transaction, key: str | None = None, content: bytes | str = b""
    ) -> dict[str, Entity | None]:
        with grants.refusals():
            if key is None:
                return self.commit(transaction)
            return self.once(key, transaction, content=content)
