"""Routes that are decided before they are carried out: without an action there is no route."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.inputs import Served, check_choice, choose
from tabledesign.api.operation import Operation
from tabledesign.api.paging import PAGING, page_of
from tabledesign.api.problems import FieldError, Problem
from tabledesign.api.routing import Route
from tabledesign.dataclass import dataclass, replace
from tabledesign.engine.protocol import clock_of
from tabledesign.errors import InputError
from tabledesign.schema.query import Lookups, Query
from tabledesign.todo.http.access import Asked, SeenList, SeenTask
from tabledesign.todo.policies import ROUTES, Action, Kind
from tabledesign.todo.repository import TodoRepository

__all__ = ["PREFIX", "PURPOSE_LENGTH", "Guard", "Repositories"]

PREFIX: Final = "/v1"

Repositories = Callable[[str], TodoRepository]
"""The repository of a tenant."""

Handle = Callable[[Asked], Answer]

PURPOSE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Guard:
    """Makes routes that are decided first: what stands in no table of actions is no route."""

    repositories: Repositories

    def in_organisation(
        self, method: str, path: str, handle: Handle, operation: Operation
    ) -> Route:
        """A route on the caller's organisation."""

        def handled(asked: Asked) -> Answer:
            asked.check_organisation()
            return handle(asked)

        return self._route(method, path, handled, operation, Kind.ORGANISATION)

    def on_me(self, method: str, path: str, handle: Handle, operation: Operation) -> Route:
        """A route on the caller's own record."""

        def handled(asked: Asked) -> Answer:
            asked.check_user(asked.subject)
            return handle(asked)

        return self._route(method, path, handled, operation, Kind.USER)

    def on_list(
        self,
        method: str,
        path: str,
        handle: Callable[[Asked, SeenList], Answer],
        operation: Operation,
    ) -> Route:
        """A route on the list that the path names."""

        def handled(asked: Asked) -> Answer:
            return handle(asked, asked.seen_list(asked.call.parameters["list_id"]))

        return self._route(method, path, handled, operation, Kind.LIST)

    def on_task(
        self,
        method: str,
        path: str,
        handle: Callable[[Asked, SeenTask], Answer],
        operation: Operation,
    ) -> Route:
        """A route on the task that the path names."""

        def handled(asked: Asked) -> Answer:
            return handle(asked, asked.seen_task(asked.call.parameters["task_id"]))

        return self._route(method, path, handled, operation, Kind.TASK)

    def undecided(self, method: str, path: str, handle: Handle, operation: Operation) -> Route:
        """A route whose handler decides, since what it is about stands in the body or query."""
        return self._route(method, path, handle, operation, None)

    def listing(
        self,
        path: str,
        served: Sequence[Served],
        *,
        place: Callable[[Asked, dict[str, object]], Mapping[str, object]],
        gather: Callable[[Asked, Sequence[Any]], Sequence[Any]],
        present: Callable[[Any], object],
        operation: Operation,
    ) -> Route:
        """A GET route for several access patterns, of which the query's parameters choose one.

        ``place`` completes the arguments and raises where they are not the caller's to ask,
        ``gather`` makes of the found items what is presented, each by ``present``.
        """
        name = f"GET {path}"
        _action_of(name, None)
        check_choice([each for each in served if each.plan.operation == "Query"])

        def handle(call: Call) -> Answer:
            chosen, given = choose(served, call.received.query)
            asked = self.asked(call, name)
            question = asked.repository.ask(chosen.plan, place(asked, given))
            if isinstance(question, Lookups):
                _check_whole(call)
                found = gather(asked, list(cast("Iterable[Any]", question)))
                return Answer(200, {"items": list(map(present, found)), "next_cursor": None})
            return page_of(
                cast("Query[Any]", question),
                call,
                present,
                gather=lambda items: gather(asked, items),
            )

        paged = replace(operation, paged=True)
        return Route("GET", PREFIX + path, handle, paged, tuple(served))

    def asked(self, call: Call, route: str) -> Asked:
        """The call, with all that a decision needs."""
        repository = self.repositories(call.principal.tenant).within(call.deadline)
        now = clock_of(repository.engine).now()
        return Asked(call, _action_of(route, None), repository, now, _purpose(call))

    def _route(
        self, method: str, path: str, handle: Handle, operation: Operation, kind: Kind | None
    ) -> Route:
        name = f"{method} {path}"
        _action_of(name, kind)
        return Route(method, PREFIX + path, lambda call: handle(self.asked(call, name)), operation)


def _action_of(route: str, kind: Kind | None) -> Action:
    action = ROUTES.get(route)
    if action is None or kind not in (None, action.kind):
        raise InputError(
            f"{route} has no action in todo/policies/routes.py that is done to such a thing; say "
            "there what it is decided as",
            code="routes.no_action",
        )
    return action


def _check_whole(call: Call) -> None:
    """What is asked for by its ids is answered as a whole, in the order of the ids."""
    faults = [
        FieldError("argument.combination", "leave it out beside ids", parameter=name)
        for name, _ in call.received.query
        if name in PAGING
    ]
    if faults:
        detail = "what is asked for by its ids has no pages; leave out what errors names"
        raise Problem(400, "argument.combination", detail, faults=faults)


def _purpose(call: Call) -> str | None:
    """What a caller says to be working on: it is no identity, and gives nobody else a right."""
    given = (call.header("Purpose") or "").strip()
    if len(given) <= PURPOSE_LENGTH and given.isprintable():
        return given or None
    detail = f"a purpose is one line of at most {PURPOSE_LENGTH} characters; shorten it"
    fault = FieldError("access.purpose", detail, header="Purpose")
    raise Problem(400, "access.purpose", detail, faults=[fault])
