"""The questions of the to-do backend, and the writes that keep a task's state in step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import cast

from tabledesign.engine.protocol import clock_of
from tabledesign.expressions import Condition
from tabledesign.keys.bounds import Range
from tabledesign.patterns.change import Change
from tabledesign.patterns.pattern import access_pattern
from tabledesign.patterns.transaction import Transaction
from tabledesign.schema.collection import collection
from tabledesign.schema.query import Lookup, Lookups, Query
from tabledesign.todo.activity import Activity, ParkedRecord
from tabledesign.todo.entities import (
    AccessRecord,
    Member,
    Status,
    Task,
    TaskList,
    User,
    table,
)
from tabledesign.todo.grants import SHOWN, refusals
from tabledesign.todo.sharing import Sharing

__all__ = ["TodoRepository"]


class TodoRepository(Sharing, table=table):
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
        """Lists by their ids, as last written: one that is hidden is so at once."""
        return TaskList.by_id.get_many(list_id=list_ids).consistent()

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
    def activity_of_list(self, list_id: str) -> Query[Activity]:
        """What happened on a list in the last 90 days, latest first."""
        return Activity.by_list.query(list_id=list_id).latest_first()

    @access_pattern
    def parked_records(self) -> Query[ParkedRecord]:
        """Records of the stream that no feed could be made from, as they came."""
        return ParkedRecord.by_time.query()

    @access_pattern
    def deletions(self) -> Query[TaskList | User]:
        """What is being deleted: lists, then users, of each the one hidden first before others."""
        return collection(TaskList.deletions, User.deletions).query()

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
        """Put a task on another list, which must be there and not hidden: one transaction.

        Raises `ItemMissing`; ``details["step"]`` says whether of the task or of the list.
        """
        transaction = (
            Transaction()
            .require("list", TaskList.by_id(list_id=list_id), condition=SHOWN)
            .update("task", Task.by_id(task_id=task_id), Change().set(list_id=list_id))
        )
        with refusals():
            results = self.commit(transaction)
        return cast("Task", results["task"] or self.task(task_id).one())

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

    def there(
        self, members: Iterable[Member], at: datetime | None = None
    ) -> list[tuple[Member, TaskList]]:
        """Memberships with their lists, less those that are hidden or gone, and expired grants.

        One BatchGetItem for each hundred lists.
        """
        now = at or clock_of(self.engine).now()
        valid = [each for each in members if each.expires_at is None or each.expires_at > now]
        lists = self.lists_by_id([each.list_id for each in valid]).all() if valid else []
        return [
            (member, found)
            for member, found in zip(valid, lists, strict=True)
            if found is not None and found.deleted_at is None
        ]
