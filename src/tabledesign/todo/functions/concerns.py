"""The concerns of the API: each is one function, with routes and a role of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tabledesign.api.routing import Route
from tabledesign.todo.http.tasks import TaskRoutes
from tabledesign.todo.repository import TodoRepository

__all__ = ["CONCERNS", "Concern", "Repositories"]

Repositories = Callable[[str], TodoRepository]
"""The repository of a tenant."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A part of the API that is deployed by itself."""

    name: str
    title: str
    routes: Callable[[Repositories], tuple[Route, ...]]


CONCERNS: Final[Mapping[str, Concern]] = MappingProxyType(
    {
        concern.name: concern
        for concern in (Concern("tasks", "Tasks", lambda of: TaskRoutes(of).routes()),)
    }
)
"""By name."""
