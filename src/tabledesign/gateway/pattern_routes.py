"""Any design over HTTP, to read: a route for each access pattern of its repositories.

Who is signed in is of a tenant, and sees that tenant's items; nothing else is decided here. An
API that is deployed has routes of its own, which decide who may ask what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from tabledesign.api.exchange import Answer, Call
from tabledesign.api.inputs import Served, choose
from tabledesign.api.operation import Operation
from tabledesign.api.paging import PAGING
from tabledesign.api.problems import not_found
from tabledesign.api.routing import Route, listing
from tabledesign.patterns.plan import Plan
from tabledesign.repository.repository import Repository
from tabledesign.schema.query import Lookup, Lookups

__all__ = ["pattern_routes"]

Opened = Callable[[type[Repository], Call], Repository]
"""The repository that a call is answered from."""


def pattern_routes(repositories: Iterable[type[Repository]], opened: Opened) -> tuple[Route, ...]:
    """``GET /v1/<repository>/<pattern>?<argument>=...`` for every pattern."""
    return tuple(
        (_listed if plan.operation == "Query" else _looked_up)(cls, plan, opened)
        for cls in repositories
        for plan in cls.plans()
    )


def _listed(cls: type[Repository], plan: Plan, opened: Opened) -> Route:
    return listing(
        _path(cls, plan),
        [_served(plan)],
        repository=lambda call: opened(cls, call),
        bound=lambda call: {},
        permit=lambda call, arguments: None,
        present=_shown,
        operation=_operation(cls, plan, paged=True),
    )


def _looked_up(cls: type[Repository], plan: Plan, opened: Opened) -> Route:
    served = [_served(plan)]

    def handle(call: Call) -> Answer:
        _, arguments = choose(served, call.received.query)
        question = opened(cls, call).ask(plan, arguments)
        if isinstance(question, Lookups):
            items = [_shown(item) for item in cast("Iterable[Any]", question)]
            return Answer(200, {"items": items, "next_cursor": None})
        item = cast("Lookup[Any]", question).first()
        if item is None:
            raise not_found()
        return Answer(200, _shown(item))

    return Route("GET", _path(cls, plan), handle, _operation(cls, plan), served)


def _served(plan: Plan) -> Served:
    """The pattern by its arguments' names, but for those that say which page is wanted."""
    names = [parameter.name for parameter in plan.parameters if parameter.name in PAGING]
    return Served(plan, names={name: f"{name}_" for name in names})


def _path(cls: type[Repository], plan: Plan) -> str:
    return f"/v1/{cls.__name__}/{plan.name}"


def _operation(cls: type[Repository], plan: Plan, *, paged: bool = False) -> Operation:
    model = plan.view or (None if plan.is_collection else plan.entities[0])
    one = model if isinstance(model, type) and issubclass(model, BaseModel) else None
    return Operation(
        id=f"{cls.__name__}.{plan.name}",
        summary=plan.question,
        tag=cls.__name__,
        answers={200: one},
        problems=() if paged else (404,),
    )


def _shown(value: Any) -> object:
    """The value as JSON says it; binary is base64, since a model writes only text in it."""
    if isinstance(value, BaseModel):
        return {name: _shown(member) for name, member in value}
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(name): _shown(member) for name, member in members.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(member) for member in cast("Iterable[object]", value)]
    return to_jsonable_python(value, bytes_mode="base64")
