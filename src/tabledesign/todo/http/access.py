"""Who may do what: asked of whatever decides, told the caller as little as must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tabledesign.api.principal import Principal
from tabledesign.api.problems import Problem, not_found
from tabledesign.todo.entities import Member, Role, Task, TaskList

__all__ = ["Authorize", "check_task", "denied", "list_resource", "own_only", "task_resource"]

Resource = Mapping[str, object]


class Authorize(Protocol):
    """Decides whether the caller may do something to a resource."""

    def __call__(self, principal: Principal, action: str, resource: Resource, /) -> bool: ...


def own_only(principal: Principal, _action: str, resource: Resource) -> bool:
    """The owner and the assignee of a task may do everything with it, editors fill a list."""
    if resource["type"] == "List":
        return resource["role"] in (Role.OWNER.value, Role.EDITOR.value)
    return principal.subject in (resource["owner"], resource["assignee"])


def task_resource(task: Task) -> Resource:
    """A task, as a decision sees it."""
    return {
        "type": "Task",
        "id": task.task_id,
        "owner": task.user_id,
        "assignee": task.assignee,
        "list": task.list_id,
    }


def list_resource(task_list: TaskList, member: Member | None) -> Resource:
    """A list with the caller's role in it (None: no member), as a decision sees it."""
    return {
        "type": "List",
        "id": task_list.list_id,
        "owner": task_list.owner_id,
        "role": None if member is None else member.role.value,
    }


def check_task(decide: Authorize, principal: Principal, action: str, task: Task | None) -> Task:
    """The task, if it is there for this caller; who may not read it learns that it is not."""
    if task is None or not decide(principal, "task.read", task_resource(task)):
        raise not_found()
    if not decide(principal, action, task_resource(task)):
        raise denied()
    return task


def denied() -> Problem:
    """It is there for the caller, but not for this."""
    return Problem(403, "access.denied", "you may not do this; ask whoever it belongs to")
