"""All routes of the to-do API; an adapter may as well carry those of one concern alone."""

from __future__ import annotations

from tabledesign.api.routing import Route
from tabledesign.todo.http.activity import ActivityRoutes
from tabledesign.todo.http.guard import Repositories
from tabledesign.todo.http.lists import ListRoutes
from tabledesign.todo.http.members import MemberRoutes
from tabledesign.todo.http.tasks import TaskRoutes
from tabledesign.todo.http.users import UserRoutes

__all__ = ["todo_routes"]


def todo_routes(repositories: Repositories) -> tuple[Route, ...]:
    """Every route; ``repositories`` gives the repository of a tenant.

    ``todo_routes(TodoRepository(engine, tenant="any").scoped)``.
    """
    concerns = (TaskRoutes, ListRoutes, MemberRoutes, ActivityRoutes, UserRoutes)
    return tuple(route for each in concerns for route in each(repositories).routes())
