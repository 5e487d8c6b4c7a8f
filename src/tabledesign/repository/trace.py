"""A hook that sees every request: for logs, metrics and tests, without payloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from tabledesign.engine.protocol import AsyncEngine, Engine, is_async
from tabledesign.errors import TabledesignError
from tabledesign.wire import Request, Response, consumed_units

__all__ = ["Trace", "TraceHook", "traced"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of one request: no key, no value, no row is in it."""

    step: Literal["started", "complete", "failed"]
    operation: str
    index: str | None
    capacity: float | None = None
    rows: int | None = None
    error: str | None = None


TraceHook = Callable[[Trace], None]


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
        self._hook(Trace("started", request.operation, request.parameters.get("IndexName")))

    def _complete(self, request: Request, response: Response) -> None:
        capacity = consumed_units(response)
        index = request.parameters.get("IndexName")
        rows = response.get("ScannedCount")
        self._hook(Trace("complete", request.operation, index, capacity, rows))

    def _failed(self, request: Request, error: Exception) -> None:
        code = error.code if isinstance(error, TabledesignError) else type(error).__name__
        index = request.parameters.get("IndexName")
        self._hook(Trace("failed", request.operation, index, error=code))


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
