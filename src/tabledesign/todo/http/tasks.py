"""The routes of tasks: parse, authorize, one call of the repository, present."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from tabledesign.api.bodies import MERGE_PATCH, change_of, read_body
from tabledesign.api.conditions import as_read, check_match, etag, stale
from tabledesign.api.exchange import Answer, Call
from tabledesign.api.idempotency import content_of, request_key
from tabledesign.api.inputs import Served
from tabledesign.api.problems import FieldError, Problem
from tabledesign.api.routing import Route, listing
from tabledesign.engine.protocol import clock_of
from tabledesign.errors import ConditionFailed
from tabledesign.patterns.transaction import Transaction
from tabledesign.todo.entities import Member, Task, TaskList
from tabledesign.todo.http import task_operations as of
from tabledesign.todo.http.access import (
    Authorize,
    check_task,
    denied,
    list_resource,
    own_only,
)
from tabledesign.todo.http.models import NewTask, TaskPatch, shown
from tabledesign.todo.repository import TodoRepository

__all__ = ["SERVED", "TaskRoutes"]

_OF_CALLER = frozenset({"user_id"})

SERVED = (
    Served(TodoRepository.tasks_of_user.plan, _OF_CALLER),
    Served(TodoRepository.open_tasks.plan, _OF_CALLER, {"status": "open"}),
    Served(TodoRepository.completed_tasks.plan, _OF_CALLER, {"status": "done"}),
    Served(
        TodoRepository.completed_within.plan,
        _OF_CALLER,
        {"status": "done"},
        {"period": ("completed_since", "completed_until")},
    ),
    Served(
        TodoRepository.overdue_tasks.plan, _OF_CALLER, {"status": "open"}, {"today": "due_before"}
    ),
    Served(TodoRepository.tasks_due.plan, _OF_CALLER),
    Served(TodoRepository.assigned_tasks.plan),
)
"""The questions about tasks that a query asks by its parameters."""


@dataclass(frozen=True, slots=True)
class TaskRoutes:
    """Tasks over HTTP; ``repositories`` gives the repository of a tenant."""

    repositories: Callable[[str], TodoRepository]
    decide: Authorize = own_only

    def routes(self) -> tuple[Route, ...]:
        """All of them, for an adapter to carry."""
        one, completion = "/v1/tasks/{task_id}", "/v1/tasks/{task_id}/completion"
        return (
            listing(
                "/v1/tasks",
                SERVED,
                repository=self._repository,
                bound=lambda call: {"user_id": call.principal.subject},
                permit=self._permit_listing,
                present=shown,
                operation=of.LIST,
            ),
            Route("POST", "/v1/tasks", self._create, of.CREATE),
            Route("GET", one, self._read, of.READ),
            Route("PUT", one, self._replace, of.REPLACE),
            Route("PATCH", one, self._change, of.CHANGE),
            Route("DELETE", one, self._delete, of.DELETE),
            Route("POST", completion, self._complete, of.COMPLETE),
            Route("DELETE", completion, self._reopen, of.REOPEN),
        )

    def _create(self, call: Call) -> Answer:
        sent = read_body(call, NewTask)
        key = request_key(call, "task.create")
        repository = self._repository(call)
        self._check_list(call, repository, sent.list_id)
        clock = clock_of(repository.engine)
        task = Task(
            task_id=clock.new_id(),
            user_id=call.principal.subject,
            created_at=clock.now(),
            **dict(sent),
        )
        if key is None:
            made = repository.create(task)
        else:
            transaction = Transaction().create("task", task)
            results = repository.once(key, transaction, content=content_of(call))
            made = cast("Task", results["task"])
        answer = _answer(made, status=201)
        # Relative, and so right under any stage or mapping of the path.
        return Answer(201, answer.body, {**answer.headers, "Location": f"tasks/{made.task_id}"})

    def _read(self, call: Call) -> Answer:
        return _answer(self._task(call, self._repository(call), "task.read"))

    def _replace(self, call: Call) -> Answer:
        sent = read_body(call, NewTask)
        repository = self._repository(call)
        task = self._task(call, repository, "task.change")
        check_match(call, task)
        if sent.list_id != task.list_id:
            self._check_list(call, repository, sent.list_id)
        new = Task(**{**dict(task), **dict(sent)})
        try:
            return _answer(repository.put(new, condition=as_read(task)))
        except ConditionFailed:
            raise stale() from None

    def _change(self, call: Call) -> Answer:
        sent = read_body(call, TaskPatch, accepts=MERGE_PATCH)
        repository = self._repository(call)
        task = self._task(call, repository, "task.change")
        check_match(call, task)
        if "status" in sent.model_fields_set and task.completed_at is not None:
            raise Problem(
                409, "task.done", "the task is done; reopen it by DELETE of its completion"
            )
        if "list_id" in sent.model_fields_set and sent.list_id != task.list_id:
            self._check_list(call, repository, sent.list_id)
        if not sent.model_fields_set:
            return _answer(task)
        target = Task.by_id(task_id=task.task_id)
        try:
            return _answer(repository.update(target, change_of(sent), condition=as_read(task)))
        except ConditionFailed:
            raise stale() from None

    def _delete(self, call: Call) -> Answer:
        repository = self._repository(call)
        task = self._task(call, repository, "task.delete")
        check_match(call, task)
        try:
            repository.delete(Task.by_id(task_id=task.task_id), condition=as_read(task))
        except ConditionFailed:
            raise stale() from None
        return Answer(204)

    def _complete(self, call: Call) -> Answer:
        """Done once: asked again, it stays as it was completed first."""
        repository = self._repository(call)
        task = self._task(call, repository, "task.complete")
        if task.completed_at is not None:
            return _answer(task)
        at = clock_of(repository.engine).now()
        by = call.principal.subject
        return _answer(repository.complete(task.task_id, at, by=by, condition=as_read(task)))

    def _reopen(self, call: Call) -> Answer:
        repository = self._repository(call)
        task = self._task(call, repository, "task.reopen")
        if task.completed_at is None:
            return _answer(task)
        return _answer(repository.reopen(task.task_id, condition=as_read(task)))

    def _repository(self, call: Call) -> TodoRepository:
        return self.repositories(call.principal.tenant).within(call.deadline)

    def _task(self, call: Call, repository: TodoRepository, action: str) -> Task:
        task = repository.task(call.parameters["task_id"]).first()
        return check_task(self.decide, call.principal, action, task)

    def _check_list(self, call: Call, repository: TodoRepository, list_id: str) -> None:
        """The caller may put tasks on the list; of another's, as of none, it is said alike."""
        subject = call.principal.subject
        found, member = repository.get_together(
            TaskList.by_id(list_id=list_id), Member.by_id(list_id=list_id, user_id=subject)
        )
        if found is None or not self.decide(
            call.principal, "task.create", list_resource(found, member)
        ):
            detail = "you can put no task on such a list; choose another"
            fault = FieldError("list.unknown", detail, pointer="/list_id")
            raise Problem(422, "list.unknown", detail, faults=[fault])

    def _permit_listing(self, call: Call, arguments: Mapping[str, object]) -> None:
        resource = {
            "type": "Tasks",
            "owner": arguments.get("user_id"),
            "assignee": arguments.get("assignee"),
        }
        if not self.decide(call.principal, "task.list", resource):
            raise denied()


def _answer(task: Task, *, status: int = 200) -> Answer:
    return Answer(status, shown(task), {"ETag": etag(task)})
