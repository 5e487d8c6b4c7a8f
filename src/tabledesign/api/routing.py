"""Routes as values: a method, a path and what answers, of any repository of any design."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.inputs import Served, check_choice, choose
from tabledesign.api.operation import Operation
from tabledesign.api.paging import page_of
from tabledesign.api.problems import Problem, not_found
from tabledesign.dataclass import dataclass, replace
from tabledesign.repository.repository import Repository
from tabledesign.schema.query import Query

__all__ = ["ID_PATTERN", "Route", "is_id", "listing", "methods_of", "unrouted"]

Handler = Callable[[Call], Answer]
Permit = Callable[[Call, Mapping[str, object]], None]

R = TypeVar("R", bound=Repository)

# What may stand for a resource in a path. Powertools matches fewer characters than a path may
# have and answers the others itself, so ids keep to what every event brings along unchanged.
ID_PATTERN: Final = "^[A-Za-z0-9_-]{1,64}$"
_ID: Final = re.compile(ID_PATTERN[1:-1])


def is_id(text: str) -> bool:
    """Whether a part of a path may name a resource; any other names none."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Route:
    """``Route("GET", "/v1/tasks/{task_id}", handle)``.

    ``operation`` is its contract, ``served`` the access patterns that its query may ask.
    """

    method: str
    path: str
    handle: Handler
    operation: Operation | None = None
    served: Sequence[Served] = ()

    def fits(self, path: str) -> bool:
        """Whether a path is one of this route's, whatever its method.

        >>> Route("GET", "/v1/tasks/{task_id}", lambda call: Answer(204)).fits("/v1/tasks/7")
        True
        """
        own, other = self.path.split("/"), path.split("/")
        return len(own) == len(other) and all(
            (is_id(given) if part.startswith("{") else part == given)
            for part, given in zip(own, other)
        )


def methods_of(routes: Iterable[Route], path: str) -> list[str]:
    """The methods that an address takes; none where there is no such address.

    Of ``/users/me`` and ``/users/{user_id}`` the one that names it counts.
    """
    fitting = [route for route in routes if route.fits(path)]
    fewest = min((route.path.count("{") for route in fitting), default=0)
    methods = {route.method for route in fitting if route.path.count("{") == fewest}
    return sorted({*methods, "OPTIONS"}) if methods else []


def unrouted(routes: Iterable[Route], path: str) -> Problem:
    """Why there is no route: no such path, or not by this method."""
    methods = methods_of(routes, path)
    if not methods:
        return not_found()
    allowed = ", ".join(methods)
    return Problem(
        405,
        "method.not_allowed",
        f"this address takes {allowed}; use one of them",
        headers={"Allow": allowed},
    )


def listing(
    path: str,
    served: Sequence[Served],
    *,
    repository: Callable[[Call], R],
    bound: Callable[[Call], Mapping[str, object]],
    permit: Permit,
    present: Callable[[Any], object],
    operation: Operation | None = None,
) -> Route:
    """A GET route for several access patterns: the parameters of the query choose among them.

    ``bound`` gives the arguments that the caller may not choose, ``permit`` sees all arguments
    before anything is asked and raises a `Problem` where they are not the caller's to ask. The
    ``operation`` has the model of one item, as ``present`` makes it.
    """
    check_choice(served)

    def handle(call: Call) -> Answer:
        chosen, arguments = choose(served, call.received.query)
        fixed = {name: value for name, value in bound(call).items() if name in chosen.bound}
        everything = {**arguments, **fixed}
        permit(call, everything)
        question = cast("Query[Any]", repository(call).ask(chosen.plan, everything))
        return page_of(question, call, present)

    paged = None if operation is None else replace(operation, paged=True)
    return Route("GET", path, handle, paged, tuple(served))
