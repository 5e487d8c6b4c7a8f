"""What each function does to the table; the patterns that a query may ask stand in its routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NoReturn

from tabledesign.deploy.permissions import Grant, Need, Use, grants_of
from tabledesign.patterns.plan import Plan
from tabledesign.todo.entities import AccessRecord, Member, Task, TaskList, User
from tabledesign.todo.functions.concerns import CONCERNS
from tabledesign.todo.repository import TodoRepository

__all__ = ["NEEDS", "needed", "of_no_table"]

# Every decision about a task or a list looks at the list and at the caller's grant on it, and
# where support looks at one, that is recorded first.
_GRANT: Final = (Use("get", TaskList), Use("get", Member), Use("create", AccessRecord))

NEEDS: Final[Mapping[str, tuple[Need, ...]]] = MappingProxyType(
    {
        "tasks": (
            *_GRANT,
            TodoRepository.task.plan,
            TodoRepository.lists_by_id.plan,
            Use("require", TaskList, conditional=True),
            Use("create", Task, once=True),
            Use("put", Task, conditional=True),
            Use("update", Task, conditional=True),
            Use("delete", Task, conditional=True),
        ),
        "lists": (
            *_GRANT,
            TodoRepository.lists_by_id.plan,
            Use("create", TaskList, once=True),
            Use("update", TaskList, conditional=True),
            Use("require", TaskList, conditional=True),
            Use("require", User, conditional=True),
            Use("create", Member, once=True),
            Use("update", Member, conditional=True),
            Use("delete", Member, conditional=True),
        ),
        "users": (
            TodoRepository.user.plan,
            Use("create", User, once=True),
            Use("update", User, conditional=True),
        ),
        "draining": (
            TodoRepository.deletions.plan,
            TodoRepository.tasks_of_list.plan,
            TodoRepository.members_of_list.plan,
            TodoRepository.lists_of_user.plan,
            TodoRepository.assigned_tasks.plan,
            TodoRepository.tasks_of_user.plan,
            Use("counted", Member),
            Use("delete", Task, conditional=True),
            Use("delete", Member),
            Use("delete", TaskList, conditional=True),
            Use("delete", User, conditional=True),
            Use("update", Task, conditional=True),
            # A list that a closed account leaves behind goes to another owner, or is hidden.
            Use("get", TaskList),
            Use("get", User),
            Use("require", User, conditional=True),
            Use("update", TaskList, conditional=True),
            Use("create", AccessRecord),
        ),
    }
)
"""By the name of the function: what it asks and writes."""


def needed() -> dict[str, frozenset[Grant]]:
    """Everything that each function must be allowed, and no more."""
    return {name: grants_of(*needs, *_served(name)) for name, needs in NEEDS.items()}


def _served(name: str) -> Iterator[Plan]:
    """The patterns that its routes let a query ask."""
    routes = CONCERNS[name].routes(of_no_table) if name in CONCERNS else ()
    return (each.plan for route in routes for each in route.served)


def of_no_table(_tenant: str) -> NoReturn:
    """Repositories of routes that are looked at and not called."""
    raise NotImplementedError("these routes were made to be read, and reach no table")
