"""The routes of tasks: authorize, parse, one call of the repository, present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from tabledesign.api.bodies import MERGE_PATCH, change_of, read_body
from tabledesign.api.conditions import (
    as_read,
    check_match,
    tagged,
    unless_changed,
    unless_known,
)
from tabledesign.api.exchange import Answer
from tabledesign.api.idempotency import content_of, request_key
from tabledesign.api.inputs import Served
from tabledesign.api.problems import FieldError, Problem
from tabledesign.api.routing import Route, is_id
from tabledesign.dataclass import dataclass
from tabledesign.engine.protocol import clock_of
from tabledesign.errors import ConditionFailed, ItemMissing
from tabledesign.patterns.change import Change
from tabledesign.patterns.transaction import Transaction
from tabledesign.todo.entities import Status, Task, TaskList
from tabledesign.todo.grants import SHOWN
from tabledesign.todo.http import task_operations as of
from tabledesign.todo.http.access import Asked, SeenTask, no_such_list
from tabledesign.todo.http.guard import Guard, Repositories
from tabledesign.todo.http.models import NewTask, TaskPatch, shown
from tabledesign.todo.repository import TodoRepository

__all__ = ["SERVED", "TaskRoutes"]

_OF_CALLER = frozenset({"user_id"})

SERVED: Final = (
    Served(TodoRepository.tasks_of_user.plan, _OF_CALLER),
    Served(TodoRepository.open_tasks.plan, _OF_CALLER, {"status": "open"}),
    Served(TodoRepository.completed_tasks.plan, _OF_CALLER, {"status": "done"}),
    Served(
        TodoRepository.completed_within.plan,
        _OF_CALLER,
        names={"period": ("completed_since", "completed_until")},
        also={"status": "done"},
    ),
    Served(
        TodoRepository.overdue_tasks.plan,
        _OF_CALLER,
        names={"today": "due_before"},
        also={"status": "open"},
    ),
    Served(TodoRepository.tasks_due.plan, _OF_CALLER),
    Served(TodoRepository.assigned_tasks.plan),
    Served(TodoRepository.tasks_by_id.plan, names={"task_ids": "ids"}),
)
"""The questions about tasks that a query asks by its parameters."""

_MOST_IDS: Final = 50
"""Each brings its list and the caller's grant on it, and a hundred items are read together."""


@dataclass(frozen=True, slots=True)
class TaskRoutes:
    """Tasks over HTTP; ``repositories`` gives the repository of a tenant."""

    repositories: Repositories

    def routes(self) -> tuple[Route, ...]:
        """All of them, for an adapter to carry."""
        guard, one = Guard(self.repositories), "/tasks/{task_id}"
        return (
            guard.listing(
                "/tasks",
                SERVED,
                place=_place,
                gather=_readable,
                present=shown,
                operation=of.LIST,
            ),
            guard.undecided("POST", "/tasks", _create, of.CREATE),
            guard.on_task("GET", one, _read, of.READ),
            guard.on_task("PUT", one, _replace, of.REPLACE),
            guard.on_task("PATCH", one, _change, of.CHANGE),
            guard.on_task("DELETE", one, _delete, of.DELETE),
            guard.on_task("POST", f"{one}/completion", _complete, of.COMPLETE),
            guard.on_task("DELETE", f"{one}/completion", _reopen, of.REOPEN),
        )


def _place(asked: Asked, given: dict[str, object]) -> Mapping[str, object]:
    """The caller's own, but for an assignee, who may be somebody else to support."""
    if "task_ids" in given:
        asked.check_user(asked.subject)
        return {"task_ids": _checked_ids(cast("list[str]", given["task_ids"]))}
    assignee = cast("str | None", given.get("assignee"))
    who = _whose(asked, assignee)
    asked.check_user(who)
    return {**given, "user_id" if assignee is None else "assignee": who}


def _whose(asked: Asked, assignee: str | None) -> str:
    return asked.subject if assignee in (None, "me") else str(assignee)


def _checked_ids(ids: Sequence[str]) -> list[str]:
    unlike = [each for each in ids if not is_id(each)]
    if not unlike and len(ids) <= _MOST_IDS:
        return list(dict.fromkeys(ids))
    detail = f"ids are at most {_MOST_IDS} ids of tasks, parted by commas; ask for fewer at once"
    fault = FieldError("argument.value", detail, parameter="ids")
    raise Problem(400, "argument.value", detail, faults=[fault])


def _readable(asked: Asked, tasks: Sequence[Any]) -> Sequence[Any]:
    """Those whose list is there; of those that were asked for by id, those the caller may read."""
    query = dict(asked.call.received.query)
    if "ids" in query:
        return asked.readable(tasks)
    return asked.in_lists_that_are_there(tasks, _whose(asked, query.get("assignee")))


def _create(asked: Asked) -> Answer:
    call, repository = asked.call, asked.repository
    sent = read_body(call, NewTask)
    key = request_key(call, asked.action.value)
    asked.check_list_to_write(sent.list_id)
    task = Task(
        task_id=clock_of(repository.engine).new_id(),
        user_id=asked.subject,
        created_at=asked.now,
        **dict(sent),
    )
    transaction = _on_list(sent.list_id).create("task", task)
    made = _carried_out(asked, task.task_id, transaction, key)
    answer = tagged(made, shown(made), status=201)
    # Relative, and so right under any stage or mapping of the path.
    return Answer(201, answer.body, {**answer.headers, "Location": f"tasks/{made.task_id}"})


def _read(asked: Asked, seen: SeenTask) -> Answer:
    return unless_known(asked.call, seen.task, shown(seen.task))


def _replace(asked: Asked, seen: SeenTask) -> Answer:
    sent, task = read_body(asked.call, NewTask), seen.task
    check_match(asked.call, task)
    new = Task(**{**dict(task), **dict(sent)})
    if sent.list_id == task.list_id:
        with unless_changed():
            return _answer(asked.repository.put(new, condition=as_read(task)))
    asked.check_list_to_write(sent.list_id)
    transaction = _on_list(sent.list_id).put("task", new, condition=as_read(task))
    with unless_changed():
        return _answer(_carried_out(asked, task.task_id, transaction))


def _change(asked: Asked, seen: SeenTask) -> Answer:
    sent, task = read_body(asked.call, TaskPatch, accepts=MERGE_PATCH), seen.task
    check_match(asked.call, task)
    if "status" in sent.model_fields_set and task.completed_at is not None:
        raise Problem(409, "task.done", "the task is done; reopen it by DELETE of its completion")
    if not sent.model_fields_set:
        return _answer(task)
    target, change, read = Task.by_id(task_id=task.task_id), change_of(sent), as_read(task)
    if "list_id" not in sent.model_fields_set or sent.list_id == task.list_id:
        with unless_changed():
            return _answer(asked.repository.update(target, change, condition=read))
    asked.check_list_to_write(sent.list_id)
    transaction = _on_list(sent.list_id).update("task", target, change, condition=read)
    with unless_changed():
        return _answer(_carried_out(asked, task.task_id, transaction))


def _delete(asked: Asked, seen: SeenTask) -> Answer:
    task = seen.task
    check_match(asked.call, task)
    with unless_changed():
        asked.repository.delete(Task.by_id(task_id=task.task_id), condition=as_read(task))
    return Answer(204)


def _complete(asked: Asked, seen: SeenTask) -> Answer:
    """Done once: asked again, it stays as it was completed first."""
    task, key = seen.task, request_key(asked.call, asked.action.value)
    if task.completed_at is not None:
        return _answer(task)
    read, by = as_read(task), asked.subject
    if key is None:
        try:
            done = asked.repository.complete(task.task_id, asked.now, by=by, condition=read)
        except ConditionFailed as error:
            return _left_by_another(asked, task, error, done=True)
        return _answer(done)
    change = Change().set(status=Status.DONE, completed_at=asked.now, completed_by=by)
    target = Task.by_id(task_id=task.task_id)
    transaction = Transaction().update("task", target, change, condition=read)
    return _answer(_carried_out(asked, task.task_id, transaction, key))


def _reopen(asked: Asked, seen: SeenTask) -> Answer:
    if seen.task.completed_at is None:
        return _answer(seen.task)
    try:
        return _answer(asked.repository.reopen(seen.task.task_id, condition=as_read(seen.task)))
    except ConditionFailed as error:
        return _left_by_another(asked, seen.task, error, done=False)


def _left_by_another(asked: Asked, task: Task, error: ConditionFailed, *, done: bool) -> Answer:
    """What a faster request left, if it is what was to be done; raises the error if it is not."""
    left = asked.seen_task(task.task_id).task
    if done is not (left.completed_at is not None):
        raise error
    return _answer(left)


def _answer(task: Task) -> Answer:
    return tagged(task, shown(task))


def _on_list(list_id: str) -> Transaction:
    """A write that needs the list: being deleted takes no more tasks in."""
    return Transaction().require("list", TaskList.by_id(list_id=list_id), condition=SHOWN)


def _carried_out(
    asked: Asked, task_id: str, transaction: Transaction, key: str | None = None
) -> Task:
    """The task that the transaction leaves, carried out once where there is a key."""
    repository = asked.repository
    try:
        if key is None:
            results = repository.commit(transaction)
        else:
            results = repository.once(key, transaction, content=content_of(asked.call))
    except (ItemMissing, ConditionFailed) as error:
        if error.details.get("step") == "list":
            raise no_such_list() from None
        raise
    return cast("Task", results["task"] or repository.task(task_id).one())
