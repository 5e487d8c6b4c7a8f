"""Who may do what with what is there: asked of the policies, told the caller as little as must be.

Whoever may not read a thing is told what is told where there is none, after the same reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NoReturn

from tabledesign.api.exchange import Call
from tabledesign.api.problems import FieldError, Problem, not_found
from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import clock_of
from tabledesign.patterns.transaction import Transaction
from tabledesign.todo.entities import AccessEvent, AccessRecord, Member, Task, TaskList, User
from tabledesign.todo.http.resources import (
    in_organisation,
    of_list,
    of_task,
    of_user,
    there,
)
from tabledesign.todo.policies import Action, Decision, Kind, Resource, decide
from tabledesign.todo.repository import TodoRepository

__all__ = ["Asked", "SeenList", "SeenTask", "denied", "no_such_list"]

_READING: Final = {Kind.LIST: Action.READ_LIST, Kind.TASK: Action.READ_TASK}
_SECOND_FACTOR: Final = "deletion-needs-a-second-factor"
_SUPPORT: Final = "support-reads-for-a-purpose"


@dataclass(frozen=True, slots=True)
class SeenList:
    """A list that is there for the caller, and the caller's grant on it."""

    task_list: TaskList
    member: Member | None


@dataclass(frozen=True, slots=True)
class SeenTask:
    """A task that is there for the caller, with its list."""

    task: Task
    task_list: TaskList
    member: Member | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: its action, its tenant's repository, and the moment at which it is decided."""

    call: Call
    action: Action
    repository: TodoRepository
    now: datetime
    purpose: str | None

    @property
    def subject(self) -> str:
        """Who asks."""
        return self.call.principal.subject

    def decide(self, resource: Resource, action: Action | None = None) -> Decision:
        """What the policies say of this action, or of another."""
        wanted = action or self.action
        who = self.call.principal
        return decide(who, wanted, resource, now=self.now, purpose=self.purpose)

    def check_organisation(self, action: Action | None = None) -> None:
        """Raise a 403 unless it may be done in the caller's organisation."""
        self._check(in_organisation(self._tenant), action)

    def check_user(self, user_id: str) -> None:
        """Raise a 403 unless it may be done to a user whom the caller may know of."""
        self._check(of_user(self._tenant, user_id))

    def seen_user(self, user_id: str) -> User:
        """The user, for whom they are there; raises a 404."""
        user = self.repository.user(user_id).first()
        allowed = self.decide(of_user(self._tenant, user_id)).allowed
        if not allowed or user is None or user.deleted_at is not None:
            self.refuse_unseen()
        return user

    def seen_list(self, list_id: str) -> SeenList:
        """The list, for whom it is there and who may do this; raises a 404 or a 403."""
        found, member = self._list_and_member(list_id)
        decision = self._decided(of_list(self._tenant, found, member))
        if found is None:
            self.refuse_unseen()
        if not decision.allowed:
            raise denied()
        self._note((list_id, decision))
        return SeenList(found, member)

    def seen_task(self, task_id: str) -> SeenTask:
        """The task, for whom it is there and who may do this; raises a 404 or a 403."""
        task = self.repository.task(task_id).first()
        # Of a task that is not there, what is read next is no list: it takes the same work.
        task_list, member = self._list_and_member(task_id if task is None else task.list_id)
        resource = of_task(self._tenant, self.subject, task, task_list, member)
        decision = self._decided(resource)
        if task is None or task_list is None:
            self.refuse_unseen()
        if not decision.allowed:
            raise denied()
        self._note((task.list_id, decision))
        return SeenTask(task, task_list, member)

    def check_list_to_write(self, list_id: str) -> None:
        """Check that the caller may put a task on a list that the body names.

        One that the caller may not read is no list; raises a 422, or a 403 where it is read only.
        """
        found, member = self._list_and_member(list_id)
        resource = of_list(self._tenant, found, member)
        allowed = self.decide(resource, Action.CREATE_TASK).allowed
        if found is not None and allowed:
            return
        if found is None or not self.decide(resource, Action.READ_LIST).allowed:
            raise no_such_list()
        raise denied()

    def in_lists_that_are_there(self, tasks: Sequence[Task], user_id: str) -> list[Task]:
        """The user's tasks less those whose list is being deleted: one request for all lists."""
        ids = sorted({task.list_id for task in tasks})
        lists = {found.list_id for found in self.repository.lists_by_id(ids) if there(found)}
        shown = [task for task in tasks if task.list_id in lists]
        decision = self.decide(of_user(self._tenant, user_id))
        self._note(*((task.list_id, decision) for task in shown))
        return shown

    def readable(self, tasks: Sequence[Task]) -> list[Task]:
        """The tasks that the caller may read: one request for all lists and grants."""
        if not tasks:
            return []
        ids = sorted({task.list_id for task in tasks})
        read = self.repository.get_together(
            *(TaskList.by_id(list_id=each) for each in ids),
            *(Member.by_id(list_id=each, user_id=self.subject) for each in ids),
        )
        lists = dict(zip(ids, map(there, read)))
        grants = dict(zip(ids, read[len(ids) :]))
        decisions = [
            self.decide(
                of_task(
                    self._tenant, self.subject, task, lists[task.list_id], grants[task.list_id]
                ),
                Action.READ_TASK,
            )
            for task in tasks
        ]
        shown = [
            (task, decision)
            for task, decision in zip(tasks, decisions)
            if decision.allowed and lists[task.list_id] is not None
        ]
        self._note(*((task.list_id, decision) for task, decision in shown))
        return [task for task, _ in shown]

    def refuse_unseen(self) -> NoReturn:
        """There is nothing, for this caller; support learns what it must say first."""
        self._ask_for_purpose()
        raise not_found()

    def _ask_for_purpose(self) -> None:
        if self.purpose is None and "support" in self.call.principal.roles:
            detail = "support reads while naming a purpose; send it in the header Purpose"
            fault = FieldError("access.purpose", "it is missing", header="Purpose")
            raise Problem(403, "access.purpose", detail, faults=[fault])

    @property
    def _tenant(self) -> str:
        return self.call.principal.tenant

    def _list_and_member(self, list_id: str) -> tuple[TaskList | None, Member | None]:
        found, member = self.repository.get_together(
            TaskList.by_id(list_id=list_id),
            Member.by_id(list_id=list_id, user_id=self.subject),
        )
        return there(found), member

    def _decided(self, resource: Resource) -> Decision:
        """The decision; raises what is raised of nothing where it may not even be read."""
        decision = self.decide(resource)
        if not decision.allowed and not self.decide(resource, _READING[resource.kind]).allowed:
            self.refuse_unseen()
        return decision

    def _note(self, *decided: tuple[str, Decision]) -> None:
        """Record on each list that support looks at it, and why, before anything is shown."""
        looked_at = [name for name, decision in decided if set(decision.reasons) == {_SUPPORT}]
        transaction = Transaction()
        for list_id in dict.fromkeys(looked_at):
            record = AccessRecord(
                list_id=list_id,
                at=self.now,
                record_id=clock_of(self.repository.engine).new_id(),
                event=AccessEvent.INSPECTED,
                user_id=self.subject,
                by=self.subject,
                purpose=self.purpose,
            )
            transaction = transaction.create(list_id, record)
        if looked_at:
            self.repository.commit(transaction)

    def _check(self, resource: Resource, action: Action | None = None) -> None:
        decision = self.decide(resource, action)
        if decision.allowed:
            return
        if _SECOND_FACTOR in decision.reasons:
            raise Problem(
                403,
                "access.second_factor",
                "this needs a second factor; sign in with one and send the request again",
            )
        self._ask_for_purpose()
        raise denied()


def no_such_list() -> Problem:
    """The list that a body names is none that takes the caller's tasks."""
    detail = "you can put no task on such a list; choose another"
    fault = FieldError("list.unknown", detail, pointer="/list_id")
    return Problem(422, "list.unknown", detail, faults=[fault])


def denied() -> Problem:
    """It is there for the caller, but not for this."""
    return Problem(403, "access.denied", "you may not do this; ask whoever it belongs to")
