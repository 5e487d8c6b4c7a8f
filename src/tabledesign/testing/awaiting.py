"""The same histories by the awaited verbs: a repository for asyncio that is called without await.

Whoever drives it, machine, histories or a sweep of faults, calls ``create`` and means ``acreate``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from tabledesign.engine.protocol import Engine
from tabledesign.repository.repository import Repository
from tabledesign.wire import Request, Response

__all__ = ["Awaited", "Immediate"]

Verb = Callable[..., Awaitable[Any]]


class Immediate:
    """A synchronous engine under asyncio, without a thread: a request is carried when it is sent.

    What a test has put between, a fault or a stop before each request, happens where it would.
    """

    is_async: ClassVar[bool] = True

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def send(self, request: Request) -> Response:
        """Carry one request."""
        return self._engine.send(request)


class Awaited:
    """A repository whose verbs and questions are awaited, each call on an event loop of its own."""

    def __init__(self, make: Callable[[Any], Repository], engine: Engine) -> None:
        self.engine = engine
        self._repository = make(Immediate(engine))
        self.context = self._repository.context

    def __getattr__(self, name: str) -> Any:
        twin: Verb | None = getattr(self._repository, f"a{name}", None)
        if twin is not None:
            return partial(_run, twin)
        found: Any = getattr(self._repository, name)
        return partial(_ask, found) if name in self._repository.__patterns__ else found


class _Question:
    """A bound question that is awaited."""

    def __init__(self, question: Any) -> None:
        self._question = question

    def __getattr__(self, name: str) -> Any:
        return partial(_run, getattr(self._question, f"a{name}"))

    def __iter__(self) -> Iterator[Any]:
        return iter(_run(self._rows))

    async def _rows(self) -> list[Any]:
        return [row async for row in self._question]


def _ask(pattern: Callable[..., Any], *given: Any, **options: Any) -> _Question:
    return _Question(pattern(*given, **options))


def _run(verb: Verb, *given: Any, **options: Any) -> Any:
    async def whole() -> Any:
        return await verb(*given, **options)

    return asyncio.run(whole())
