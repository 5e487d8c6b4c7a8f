"""Which action each route and each access pattern is; what stands in neither has no decision."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tabledesign.todo.policies.actions import Action

__all__ = ["INTERNAL", "PATTERNS", "ROUTES"]

ROUTES: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "GET /users": Action.LIST_USERS,
        "GET /users?email": Action.FIND_USER,
        "POST /users": Action.CREATE_USER,
        "GET /users/me": Action.READ_ME,
        "PATCH /users/me": Action.UPDATE_ME,
        "DELETE /users/me": Action.DELETE_ME,
        "GET /users/{user_id}": Action.READ_USER,
        "GET /tasks": Action.LIST_TASKS,
        "POST /tasks": Action.CREATE_TASK,
        "GET /tasks/{task_id}": Action.READ_TASK,
        "PUT /tasks/{task_id}": Action.REPLACE_TASK,
        "PATCH /tasks/{task_id}": Action.UPDATE_TASK,
        "DELETE /tasks/{task_id}": Action.DELETE_TASK,
        "POST /tasks/{task_id}/completion": Action.COMPLETE_TASK,
        "DELETE /tasks/{task_id}/completion": Action.REOPEN_TASK,
        "GET /lists": Action.LIST_LISTS,
        "POST /lists": Action.CREATE_LIST,
        "GET /lists/{list_id}": Action.READ_LIST,
        "PUT /lists/{list_id}": Action.REPLACE_LIST,
        "DELETE /lists/{list_id}": Action.DELETE_LIST,
        "GET /lists/{list_id}/board": Action.READ_BOARD,
        "GET /lists/{list_id}/tasks": Action.LIST_TASKS_OF_LIST,
        "GET /lists/{list_id}/members": Action.LIST_MEMBERS,
        "POST /lists/{list_id}/members": Action.ADD_MEMBER,
        "PUT /lists/{list_id}/members/{user_id}": Action.CHANGE_MEMBER,
        "DELETE /lists/{list_id}/members/{user_id}": Action.REMOVE_MEMBER,
        "DELETE /lists/{list_id}/members/me": Action.LEAVE_LIST,
        "GET /lists/{list_id}/access": Action.READ_ACCESS,
        "GET /lists/{list_id}/activity": Action.READ_ACTIVITY,
    }
)
"""Below ``/v1``. Moving a task is an update of it and a new task for the list it goes to."""

PATTERNS: Final[Mapping[str, tuple[Action, ...]]] = MappingProxyType(
    {
        "user": (Action.READ_USER,),
        "user_by_email": (Action.FIND_USER,),
        "users": (Action.LIST_USERS,),
        "task": (Action.READ_TASK,),
        "tasks_by_id": (Action.READ_TASK,),
        "tasks_of_user": (Action.LIST_TASKS,),
        "open_tasks": (Action.LIST_TASKS,),
        "completed_tasks": (Action.LIST_TASKS,),
        "completed_within": (Action.LIST_TASKS,),
        "tasks_due": (Action.LIST_TASKS,),
        "overdue_tasks": (Action.LIST_TASKS,),
        "overdue_at": (Action.LIST_TASKS,),
        "assigned_tasks": (Action.LIST_TASKS,),
        "tasks_of_list": (Action.LIST_TASKS_OF_LIST,),
        "tasks_of_list_by_status": (Action.LIST_TASKS_OF_LIST,),
        "tasks_of_list_due": (Action.LIST_TASKS_OF_LIST,),
        "open_count": (Action.LIST_TASKS_OF_LIST,),
        "list_by_id": (Action.READ_LIST,),
        "lists_by_id": (Action.READ_LIST,),
        "lists_of_user": (Action.LIST_LISTS,),
        "members_of_list": (Action.LIST_MEMBERS,),
        "members_count": (Action.LIST_MEMBERS,),
        "access_of_list": (Action.READ_ACCESS,),
        "activity_of_list": (Action.READ_ACTIVITY,),
        "board": (Action.READ_BOARD,),
        "complete": (Action.COMPLETE_TASK,),
        "reopen": (Action.REOPEN_TASK,),
        "move_to_list": (Action.UPDATE_TASK, Action.CREATE_TASK),
        "create_list": (Action.CREATE_LIST,),
        "share": (Action.ADD_MEMBER,),
        "change_grant": (Action.CHANGE_MEMBER,),
        "unshare": (Action.REMOVE_MEMBER,),
        "there": (Action.LIST_LISTS,),
        "delete_list": (Action.DELETE_LIST,),
        "delete_user": (Action.DELETE_ME,),
    }
)
"""Patterns and verbs of `TodoRepository`, by name; all of the actions must be allowed.

What takes several ids is decided for each of them.
"""

INTERNAL: Final = frozenset({"deletions", "parked_records"})
"""Patterns that the service asks for itself, for nobody's request: no route may serve them."""
