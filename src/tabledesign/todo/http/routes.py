"""All routes of the to-do API; an adapter may as well carry those of one concern alone."""

from __future__ import annotations

from tabledesign.api.routing import Route
from tabledesign.todo.http.guard import Repositories
from tabledesign.todo.http.tasks import TaskRoutes

__all__ = ["todo_routes"]


def todo_routes(repositories: Repositories) -> tuple[Route, ...]:
    """Every route; ``repositories`` gives the repository of a tenant.

    ``todo_routes(TodoRepository(engine, tenant="any").scoped)``.
    """
    return TaskRoutes(repositories).routes()
