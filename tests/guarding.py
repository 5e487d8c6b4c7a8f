"""Every repository of the tests stands behind the strict wrapper and the scope guard.

So whatever a test is about, a request that DynamoDB would refuse, or one that names a key of
another tenant, fails it, on every engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabledesign.engine.protocol import Engine, is_async
from tabledesign.keys.text import escape
from tabledesign.repository.repository import Repository
from tabledesign.testing.clients import Client
from tabledesign.testing.scope import Scope
from tabledesign.testing.strict import Strict
from tabledesign.wire import Request, Response

__all__ = ["guard_repositories"]


class _Guarded:
    """Is taken for the engine behind it, whose requests pass both guards first."""

    def __init__(self, engine: Any, guard: Engine) -> None:
        self._engine: Any = engine
        self._guard = guard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    if not TYPE_CHECKING:  # which takes the class of an object for one that may be assigned

        @property
        def __class__(self) -> type:
            return type(self._engine)

    def send(self, request: Request) -> Any:
        return self._guard.send(request)


class _AsyncGuarded(_Guarded):
    """The same for an asynchronous engine: nothing goes out that the guards refuse."""

    async def send(self, request: Request) -> Any:
        self._guard.send(request)
        return await self._engine.send(request)


class _Nowhere:
    """Stands behind guards that are asked before an asynchronous engine is."""

    def send(self, request: Request) -> Response:
        return {}


class _ScopeOfExports(Scope):
    """The scope guard, which lets an export through: a Scan that is filtered to the tenant."""

    def send(self, request: Request) -> Any:
        values = request.parameters.get("ExpressionAttributeValues")
        own = {":tenant": {"S": escape(self.tenant) + "#"}}
        if request.operation == "Scan" and values == own:
            return self.engine.send(request)
        return super().send(request)


def guard_repositories() -> None:
    """From now on every repository that is made is guarded."""
    made, scoped = Repository.__init__, Repository.scoped

    def init(self: Repository, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        vars(self)["_bare"] = self.engine
        self.engine = _guarded(self.engine, self)

    def of_tenant(self: Repository, tenant: str) -> Repository:
        other = scoped(self, tenant)
        other.engine = _guarded(vars(other)["_bare"], other)
        return other

    Repository.__init__ = init  # type: ignore[method-assign]
    Repository.scoped = of_tenant  # type: ignore[method-assign, assignment]


def _guarded(engine: Any, repository: Repository) -> Any:
    table, tenant = repository.context.table, repository.context.tenant
    if _is_guarded(engine, tenant):
        return engine
    behind: Engine = _Nowhere() if is_async(engine) else engine
    guard: Engine = Strict(behind, table)
    if tenant is not None:
        guard = _ScopeOfExports(guard, table, tenant)
    return (_AsyncGuarded if is_async(engine) else _Guarded)(engine, guard)


def _is_guarded(engine: object, tenant: str | None) -> bool:
    """Whether a client of the kit's histories has both guards right behind it."""
    behind = engine.engine if isinstance(engine, Client) else None
    return (
        isinstance(behind, Scope) and behind.tenant == tenant and isinstance(behind.engine, Strict)
    )
