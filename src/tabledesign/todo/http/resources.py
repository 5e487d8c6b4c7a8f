"""What is stored, as a decision sees it: with the caller's grant, and nothing that is hidden."""

from __future__ import annotations

from tabledesign.todo.entities import Member, Role, Task, TaskList
from tabledesign.todo.policies import Kind, Resource

__all__ = ["in_organisation", "of_list", "of_task", "of_user", "there"]


def there(task_list: TaskList | None) -> TaskList | None:
    """The list, unless it is being deleted: from then on it is nowhere, with all its tasks."""
    return None if task_list is None or task_list.deleted_at is not None else task_list


def in_organisation(tenant: str) -> Resource:
    """The organisation."""
    return Resource(Kind.ORGANISATION, tenant=tenant)


def of_user(tenant: str, user_id: str) -> Resource:
    """A user's record, and what is listed for them."""
    return Resource(Kind.USER, tenant=tenant, owner=user_id)


def of_list(tenant: str, task_list: TaskList | None, member: Member | None) -> Resource:
    """A list with the caller's grant; where there is no list, a list of nobody."""
    if task_list is None:
        return Resource(Kind.LIST, tenant=tenant)
    return Resource(
        Kind.LIST,
        tenant=tenant,
        owner=task_list.owner_id,
        list_role=None if member is None else member.role,
        grant_expires=None if member is None else member.expires_at,
    )


def of_task(
    tenant: str,
    subject: str,
    task: Task | None,
    task_list: TaskList | None,
    member: Member | None,
) -> Resource:
    """A task with the caller's grant on its list, of which the list's owner needs none."""
    if task is None or task_list is None:
        return Resource(Kind.TASK, tenant=tenant)
    owns = task_list.owner_id == subject
    granted = None if member is None else member.role
    return Resource(
        Kind.TASK,
        tenant=tenant,
        owner=task.user_id,
        list_role=Role.OWNER if owns else granted,
        grant_expires=None if owns or member is None else member.expires_at,
        assignee=task.assignee,
    )
