"""The concerns of the API: each is one function, with routes and a role of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from tabledesign.api.routing import Route
from tabledesign.dataclass import dataclass
from tabledesign.todo.http.activity import ActivityRoutes
from tabledesign.todo.http.guard import Repositories
from tabledesign.todo.http.lists import ListRoutes
from tabledesign.todo.http.members import MemberRoutes
from tabledesign.todo.http.tasks import TaskRoutes
from tabledesign.todo.http.users import UserRoutes

__all__ = ["CONCERNS", "Concern"]


@dataclass(frozen=True, slots=True)
class Concern:
    """A part of the API that is deployed by itself."""

    name: str
    title: str
    routes: Callable[[Repositories], tuple[Route, ...]]


def _lists(repositories: Repositories) -> tuple[Route, ...]:
    made = (each(repositories) for each in (ListRoutes, MemberRoutes, ActivityRoutes))
    return tuple(route for each in made for route in each.routes())


CONCERNS: Final[Mapping[str, Concern]] = MappingProxyType(
    {
        concern.name: concern
        for concern in (
            Concern("tasks", "Tasks", lambda of: TaskRoutes(of).routes()),
            Concern("lists", "Lists, their members, and who had access", _lists),
            Concern("users", "The directory of users", lambda of: UserRoutes(of).routes()),
        )
    }
)
"""By name."""
