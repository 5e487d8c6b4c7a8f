"""Draining what is being deleted: in bounded steps, from wherever an earlier run came to.

A list or a user is hidden by one write, and what belongs to it is taken away here, whenever that
is: by a schedule, a stream or a command, by several at once. Nothing is remembered between runs
but what is still in the table, so a run may end anywhere. The hidden item itself stays as a
tombstone until nothing points to it and `GRACE` has passed: a request that found it there just
before it was hidden may write once more after a drain has seen nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final, TypeVar, cast

from tabledesign import clock
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.drivers import drive
from tabledesign.engine.effects import Operation
from tabledesign.engine.protocol import clock_of
from tabledesign.engine.retry import send
from tabledesign.errors import ConditionFailed, RequestError
from tabledesign.expressions import Condition
from tabledesign.expressions import field as stored
from tabledesign.patterns.change import Change
from tabledesign.patterns.keeping import COUNT, kept_key
from tabledesign.patterns.transaction import Transaction
from tabledesign.patterns.update import with_tenant
from tabledesign.repository.context import Context
from tabledesign.schema.entity import Entity
from tabledesign.schema.integrity import Counted
from tabledesign.schema.query import Identity, Query
from tabledesign.todo.departing import leave
from tabledesign.todo.entities import Member, Task, TaskList, User
from tabledesign.todo.repository import TodoRepository
from tabledesign.wire import Request

__all__ = ["GRACE", "Drained", "Drainer"]

E = TypeVar("E", bound=Entity)

GRACE: Final = timedelta(seconds=60)
"""Longer than any request lasts that may have read the list or the user before it was hidden."""

STEP: Final = 99
"""Items of one transaction; of members, one more is their counter."""


@dataclass(slots=True)
class Drained:
    """What one run took away, and what it left: all of it acknowledged by the table.

    ``waiting`` names what stays for a later run, ``stopped`` the code of the error that ended
    this one, such as `deadline.passed`; everything it did stays done.
    """

    tasks: int = 0
    members: int = 0
    lists: int = 0
    users: int = 0
    left: int = 0
    unassigned: int = 0
    waiting: list[str] = field(default_factory=list[str])
    stopped: str | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be drained."""
        return not self.waiting and self.stopped is None

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` form."""
        return {**asdict(self), "finished": self.finished}


class Drainer:
    """Drains the deletions of one tenant; ``progress`` is told the report after every step.

    ``Drainer(todo.within(Deadline.from_lambda(context))).run()`` ends before the function does.
    """

    def __init__(
        self,
        repository: TodoRepository,
        *,
        grace: timedelta = GRACE,
        progress: Callable[[Drained], None] | None = None,
    ) -> None:
        # A walk goes on behind what it has read, wherever an index is by then; its cursors are for
        # itself alone, and signed with a key of its own.
        self._todo = TodoRepository(
            repository.engine,
            tenant=repository.context.tenant,
            table_name=repository.context.table_name,
            cursor_keys=clock.random_bytes(32),
        )
        self._grace = grace
        self._progress: Callable[[Drained], None] = progress or _silent
        self.report = Drained()

    def run(self) -> Drained:
        """Take away what there is to take, and remove what has nothing left.

        Raises what sending again does not help, such as `AccessDenied` and `TableMissing`.
        """
        try:
            # A user who is drained may hide lists of their own: these are met in the next run.
            for each in list(self._todo.deletions()):
                if isinstance(each, TaskList):
                    self._list(each)
                else:
                    self._user(each)
        except RequestError as error:
            if error.retry == "never":
                raise
            self.report.stopped = error.code
        return self.report

    def _list(self, hidden: TaskList) -> None:
        list_id = hidden.list_id
        of_list = stored("list_id").equals(list_id)
        for tasks in _steps(self._todo.tasks_of_list(list_id), _task):
            # A task that was moved to another list meanwhile stays: an index may lag.
            self.report.tasks += self._delete(tasks, of_list)
            self._progress(self.report)
        for members in _steps(self._todo.members_of_list(list_id), _member):
            self.report.members += self._delete(members)
            self._progress(self.report)
        empty = not self._todo.tasks_of_list(list_id).count()
        if empty and not self._todo.members_count(list_id) and self._is_over(hidden.deleted_at):
            drive(_forget(self._todo.context, Member.members(list_id=list_id)), self._todo.engine)
            self.report.lists += self._remove(hidden)
            self._progress(self.report)
        else:
            self.report.waiting.append(f"List {list_id}")

    def _user(self, hidden: User) -> None:
        user_id = hidden.user_id
        reached = False
        for member in chain.from_iterable(_pages(self._todo.lists_of_user(user_id))):
            parted = leave(self._todo, member, self._now())
            reached = reached or parted != "none"
            self.report.left += parted == "left"
            self._progress(self.report)
        for task in chain.from_iterable(_pages(self._todo.assigned_tasks(user_id))):
            self.report.unassigned += self._unassign(task)
            self._progress(self.report)
        of_user = stored("user_id").equals(user_id)
        for tasks in _steps(self._todo.tasks_of_user(user_id), _task):
            self.report.tasks += self._delete(tasks, of_user)
            self._progress(self.report)
        held = (
            self._todo.lists_of_user(user_id),
            self._todo.assigned_tasks(user_id),
            self._todo.tasks_of_user(user_id),
        )
        if reached:
            self._restart(hidden)
            self.report.waiting.append(f"User {user_id}")
        elif not any(each.count() for each in held) and self._is_over(hidden.deleted_at):
            self.report.users += self._remove(hidden)
            self._progress(self.report)
        else:
            self.report.waiting.append(f"User {user_id}")

    def _delete(
        self, identities: Sequence[Identity[Any]], condition: Condition | None = None
    ) -> int:
        """Delete them together, less those that are not as expected; gives how many they were."""
        left = {str(number): each for number, each in enumerate(identities)}
        while left:
            transaction = Transaction()
            for name, identity in left.items():
                transaction = transaction.delete(name, identity, condition=condition)
            try:
                self._todo.commit(transaction)
            except ConditionFailed as error:
                told = cast("Mapping[str, object]", error.details.get("steps") or {})
                kept = {name: each for name, each in left.items() if name not in told}
                # Where nobody tells which, another drainer is at them; the next run looks again.
                left = kept if len(kept) < len(left) else {}
            else:
                return len(left)
        return 0

    def _unassign(self, task: Task) -> bool:
        mine = stored("assignee").equals(task.assignee)
        try:
            self._todo.update(_task(task), Change().remove("assignee"), condition=mine)
        except ConditionFailed:
            return False
        return True

    def _restart(self, hidden: User) -> None:
        """Begin the grace anew: until now the user reached a list, and may be writing to it."""
        target, change = User.by_id(user_id=hidden.user_id), Change().set(deleted_at=self._now())
        with suppress(ConditionFailed):
            self._todo.update(
                target, change, condition=stored("deleted_at").equals(hidden.deleted_at)
            )

    def _remove(self, hidden: TaskList | User) -> bool:
        """The tombstone itself, and with a user the claim on their address."""
        try:
            self._todo.delete(hidden, condition=stored("deleted_at").equals(hidden.deleted_at))
        except ConditionFailed:
            return False
        return True

    def _is_over(self, deleted_at: datetime | None) -> bool:
        return deleted_at is not None and self._now() >= deleted_at + self._grace

    def _now(self) -> datetime:
        return clock_of(self._todo.engine).now()


def _forget(context: Context, group: Counted) -> Operation[None]:
    """Remove a counter that has come to nothing; one that counts again stays."""
    texts = group.rule.texts(with_tenant(group.values, context.tenant))
    assert texts is not None, "a list has an id"
    parameters = {
        "TableName": context.table_name,
        "Key": kept_key(context.table, texts),
        "ConditionExpression": "attribute_not_exists(#pk) OR #count = :zero",
        "ExpressionAttributeNames": {"#pk": context.table.partition_key, "#count": COUNT},
        "ExpressionAttributeValues": {":zero": {"N": "0"}},
    }
    with suppress(ConditionFailed):
        yield from send(Request("DeleteItem", parameters))


def _steps(question: Query[E], identity: Callable[[E], Identity[E]]) -> Iterator[list[Identity[E]]]:
    """As many at a time as one transaction takes, none of them twice."""
    for page in _pages(question):
        # An index that lags may show an item in its old place and in its new one.
        yield list({tuple(each.values.values()): each for each in map(identity, page)}.values())


def _pages(question: Query[E]) -> Iterator[Sequence[E]]:
    """The rows of a step at a time, so that no read lasts longer than what follows it."""
    page = question.page(STEP)
    while page.items or page.more:
        yield page.items
        if not page.more:
            return
        page = question.page(STEP, page.cursor)


def _task(task: Task) -> Identity[Task]:
    return Task.by_id(task_id=task.task_id)


def _member(member: Member) -> Identity[Member]:
    return Member.by_id(list_id=member.list_id, user_id=member.user_id)


def _silent(_report: Drained) -> None:
    """No progress is wanted."""
