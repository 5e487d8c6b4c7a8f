"""What the routes of each concern do to the table; the patterns that a query asks are known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NoReturn

from tabledesign.deploy.permissions import Grant, Need, Use, grants_of
from tabledesign.todo.entities import AccessRecord, Member, Task, TaskList, User
from tabledesign.todo.functions.concerns import Concern
from tabledesign.todo.repository import TodoRepository

__all__ = ["NEEDS", "needed_by", "of_no_table"]

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
    }
)
"""By the name of the concern: what its handlers ask and write."""


def needed_by(concern: Concern) -> frozenset[Grant]:
    """Everything its function must be allowed, and no more."""
    served = (each.plan for route in concern.routes(of_no_table) for each in route.served)
    return grants_of(*NEEDS[concern.name], *served)


def of_no_table(_tenant: str) -> NoReturn:
    """Repositories of routes that are looked at and not called."""
    raise NotImplementedError("these routes were made to be read, and reach no table")
