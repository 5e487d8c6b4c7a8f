"""The engine for asyncio over whatever serves threads: a boto3 client, or an engine."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from typing import ClassVar

from tabledesign.engine.allowance import retries_of
from tabledesign.engine.client import engine_of
from tabledesign.engine.protocol import (
    Engine,
    capabilities_of,
    clock_of,
    is_async,
    is_thread_safe,
    name_of,
)
from tabledesign.errors import InputError
from tabledesign.wire import Request, Response

__all__ = ["AsyncClientEngine"]


class AsyncClientEngine:
    """A synchronous engine for asyncio: each request is sent in a worker thread.

    An engine that is not thread-safe is sent one request at a time.
    """

    is_async: ClassVar[bool] = True
    thread_safe: ClassVar[bool] = True

    def __init__(self, client_or_engine: object) -> None:
        engine = engine_of(client_or_engine)
        if is_async(engine):
            raise InputError(
                f"{name_of(engine)!r} is an asynchronous engine already; use it as it is",
                code="engine.is_async",
            )
        self.engine: Engine = engine
        self.name = name_of(engine)
        self.capabilities = capabilities_of(engine)
        self.clock = clock_of(engine)
        self.retries = retries_of(engine)
        self.cursor_key: bytes | None = getattr(engine, "cursor_key", None)
        self._turn = nullcontext() if is_thread_safe(engine) else threading.Lock()

    async def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        import asyncio

        return await asyncio.to_thread(self._send, request)

    def _send(self, request: Request) -> Response:
        with self._turn:
            return self.engine.send(request)
