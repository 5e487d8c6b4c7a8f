"""The feeds of lists on this machine: no stream calls a function here, so each write does."""

from __future__ import annotations

import threading
from typing import Any, Final

from tabledesign.engine.protocol import Engine
from tabledesign.observing import Observer
from tabledesign.testing.recorder import Recorder
from tabledesign.todo.activity_stream import activity_stream
from tabledesign.todo.entities import table
from tabledesign.todo.repository import TodoRepository
from tabledesign.wire import Request, Response

__all__ = ["Followed"]

_SILENT: Final = Observer(namespace=None, write=lambda line: None)


class _Context:
    """A call that has time enough."""

    aws_request_id = "serve"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Followed:
    """An engine whose writes are told to the function that keeps the feeds, before they answer.

    A record that it cannot handle is parked, or gone: the stream that would keep it is not here.
    """

    def __init__(self, engine: Engine, *, tenant: str) -> None:
        self._engine = engine
        self._recorder = Recorder(engine, table)
        todo = TodoRepository(engine, tenant=tenant)
        self._handler = activity_stream(todo.scoped, observer=_SILENT)
        self._turn = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def send(self, request: Request) -> Response:
        """Carry the request; what it wrote is told, also where its answer is lost."""
        if request.repeat == "read":
            return self._engine.send(request)
        with self._turn:
            try:
                return self._recorder.send(request)
            finally:
                self._handler(self._recorder.event(), _Context())
                self._recorder.forget()
