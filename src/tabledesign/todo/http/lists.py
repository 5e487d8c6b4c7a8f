"""The routes of lists: authorize, parse, one call of the repository, present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tabledesign.api.bodies import read_body
from tabledesign.api.conditions import as_read, check_match, tagged, unless_changed, unless_known
from tabledesign.api.exchange import Answer
from tabledesign.api.idempotency import content_of, request_key
from tabledesign.api.inputs import Served
from tabledesign.api.problems import Problem
from tabledesign.api.routing import Route
from tabledesign.dataclass import dataclass
from tabledesign.errors import ItemMissing
from tabledesign.patterns.change import Change
from tabledesign.todo.entities import Member, TaskList
from tabledesign.todo.http import list_operations as of
from tabledesign.todo.http.access import Asked, SeenList
from tabledesign.todo.http.guard import Guard, Repositories
from tabledesign.todo.http.models import shown
from tabledesign.todo.http.models_lists import NewList, shown_list, shown_mine, shown_on_board
from tabledesign.todo.repository import TodoRepository

__all__ = ["ListRoutes", "as_found", "of_path"]

_OF_PATH: Final = frozenset({"list_id"})
_MINE: Final = (Served(TodoRepository.lists_of_user.plan, frozenset({"user_id"})),)
_BOARD: Final = (Served(TodoRepository.board.plan, _OF_PATH),)
_TASKS: Final = (
    Served(TodoRepository.tasks_of_list.plan, _OF_PATH),
    Served(TodoRepository.tasks_of_list_by_status.plan, _OF_PATH),
    Served(TodoRepository.tasks_of_list_due.plan, _OF_PATH),
)


@dataclass(frozen=True, slots=True)
class ListRoutes:
    """Lists over HTTP; ``repositories`` gives the repository of a tenant."""

    repositories: Repositories

    def routes(self) -> tuple[Route, ...]:
        """All of them, for an adapter to carry."""
        guard, one = Guard(self.repositories), "/lists/{list_id}"
        return (
            guard.listing(
                "/lists",
                _MINE,
                place=_of_caller,
                gather=_mine,
                present=shown_mine,
                operation=of.LIST,
            ),
            guard.in_organisation("POST", "/lists", _create, of.CREATE),
            guard.on_list("GET", one, _read, of.READ),
            guard.on_list("PUT", one, _replace, of.REPLACE),
            guard.on_list("DELETE", one, _delete, of.DELETE),
            guard.listing(
                f"{one}/tasks",
                _TASKS,
                place=of_path,
                gather=as_found,
                present=shown,
                operation=of.TASKS,
            ),
            guard.listing(
                f"{one}/board",
                _BOARD,
                place=of_path,
                gather=as_found,
                present=shown_on_board,
                operation=of.BOARD,
            ),
        )


def of_path(asked: Asked, given: dict[str, object]) -> Mapping[str, object]:
    """The list of the path, which the caller may ask this of."""
    list_id = asked.call.parameters["list_id"]
    asked.seen_list(list_id)
    return {**given, "list_id": list_id}


def as_found(_: Asked, found: Sequence[Any]) -> Sequence[Any]:
    """All that was found: what may be seen was decided with the list."""
    return found


def _of_caller(asked: Asked, given: dict[str, object]) -> Mapping[str, object]:
    asked.check_user(asked.subject)
    return {**given, "user_id": asked.subject}


def _mine(asked: Asked, grants: Sequence[Member]) -> Sequence[tuple[Member, TaskList]]:
    return asked.repository.there(grants, asked.now)


def _create(asked: Asked) -> Answer:
    sent = read_body(asked.call, NewList)
    key = request_key(asked.call, asked.action.value)
    try:
        made = asked.repository.create_list(
            sent.title, asked.subject, asked.now, key=key, content=content_of(asked.call)
        )
    except ItemMissing:
        detail = "you are not in the directory yet; ask an administrator to add you"
        raise Problem(409, "user.unregistered", detail) from None
    answer = tagged(made, shown_list(made), status=201)
    return Answer(201, answer.body, {**answer.headers, "Location": f"lists/{made.list_id}"})


def _read(asked: Asked, seen: SeenList) -> Answer:
    return unless_known(asked.call, seen.task_list, shown_list(seen.task_list))


def _replace(asked: Asked, seen: SeenList) -> Answer:
    sent, was = read_body(asked.call, NewList), seen.task_list
    check_match(asked.call, was)
    target, change = TaskList.by_id(list_id=was.list_id), Change().set(title=sent.title)
    with unless_changed():
        changed = asked.repository.update(target, change, condition=as_read(was))
    return tagged(changed, shown_list(changed))


def _delete(asked: Asked, seen: SeenList) -> Answer:
    """It is nowhere from now on; what stood in it is taken away afterwards."""
    was = seen.task_list
    check_match(asked.call, was)
    with unless_changed():
        asked.repository.delete_list(
            was.list_id, asked.now, by=asked.subject, condition=as_read(was)
        )
    return Answer(204)
