"""A hook that sees every request: for logs, metrics and tests, without payloads."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ClassVar, Literal, TypeVar

from tabledesign.dataclass import dataclass
from tabledesign.engine.drivers import adrive, drive
from tabledesign.engine.effects import Operation
from tabledesign.engine.protocol import AsyncEngine, Engine, is_async
from tabledesign.errors import TabledesignError
from tabledesign.wire import Request, Response, consumed_units

__all__ = ["Trace", "TraceHook", "aask", "ask", "traced"]

T = TypeVar("T")

# Of the running question, for the hook alone. A thread that sends for it has a copy.
_asked_by: ContextVar[str | None] = ContextVar("asked_by", default=None)


Step = Literal["started", "complete", "failed"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of one request: no key, no value, no row is in it.

    ``asked_by`` is the access pattern, or the verb of the repository and its entity
    (``Task.update``, ``commit``).
    """

    step: Step
    operation: str
    index: str | None
    capacity: float | None = None
    rows: int | None = None
    error: str | None = None
    asked_by: str | None = None


TraceHook = Callable[[Trace], None]


def ask(name: str, operation: Operation[T], engine: Engine | AsyncEngine) -> T:
    """Run an operation to its end; its requests are traced as asked by ``name``."""
    before = _asked_by.set(name)
    try:
        return drive(operation, engine)
    finally:
        _asked_by.reset(before)


async def aask(name: str, operation: Operation[T], engine: Engine | AsyncEngine) -> T:
    """`ask`, awaited."""
    before = _asked_by.set(name)
    try:
        return await adrive(operation, engine)
    finally:
        _asked_by.reset(before)


def traced(engine: Engine | AsyncEngine, hook: TraceHook | None) -> Engine | AsyncEngine:
    """The engine with the hook around every request; the engine itself for no hook."""
    if hook is None:
        return engine
    return _AsyncTraced(engine, hook) if is_async(engine) else _Traced(engine, hook)


class _Around:
    """Hides nothing of the engine but its ``send``."""

    def __init__(self, engine: Any, hook: TraceHook) -> None:
        self._engine = engine
        self._hook = hook

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def _started(self, request: Request) -> None:
        self._tell(request, "started")

    def _complete(self, request: Request, response: Response) -> None:
        rows = response.get("ScannedCount")
        self._tell(request, "complete", capacity=consumed_units(response), rows=rows)

    def _failed(self, request: Request, error: Exception) -> None:
        code = error.code if isinstance(error, TabledesignError) else type(error).__name__
        self._tell(request, "failed", error=code)

    def _tell(self, request: Request, step: Step, **told: Any) -> None:
        index = request.parameters.get("IndexName")
        self._hook(Trace(step, request.operation, index, **told, asked_by=_asked_by.get()))


class _Traced(_Around):
    def send(self, request: Request) -> Response:
        self._started(request)
        try:
            response: Response = self._engine.send(request)
        except Exception as error:
            self._failed(request, error)
            raise
        self._complete(request, response)
        return response


class _AsyncTraced(_Around):
    is_async: ClassVar[bool] = True

    async def send(self, request: Request) -> Response:
        self._started(request)
        try:
            response: Response = await self._engine.send(request)
        except Exception as error:
            self._failed(request, error)
            raise
        self._complete(request, response)
        return response
