"""By which route each access pattern and verb of the to-do repository is reached, or why by none.

What a listing asks is said by the listing itself: its route carries the patterns that its query
may choose. Here stands the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["REACHED", "UNREACHED"]

REACHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "user": "GET /users/{user_id}",
        "task": "GET /tasks/{task_id}",
        "lists_by_id": "GET /tasks",
        "complete": "POST /tasks/{task_id}/completion",
        "reopen": "DELETE /tasks/{task_id}/completion",
        "create_list": "POST /lists",
        "delete_list": "DELETE /lists/{list_id}",
        "delete_user": "DELETE /users/me",
        "share": "POST /lists/{list_id}/members",
        "change_grant": "PUT /lists/{list_id}/members/{user_id}",
        "unshare": "DELETE /lists/{list_id}/members/{user_id}",
        "there": "GET /lists",
    }
)
"""What handlers call, each with one of the routes that does."""

UNREACHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "list_by_id": "every route of a list reads it together with the caller's grant on it",
        "members_count": "no answer tells how many there are in all",
        "open_count": "no answer tells how many there are in all, which would have to be counted",
        "overdue_at": "the day is the caller's to say, as due_before",
        "move_to_list": "PUT and PATCH name another list, under the condition of If-Match",
    }
)
"""What no route asks, with the reason."""
