"""The engine for asyncio over whatever serves threads: a boto3 client, or an engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tabledesign.engine.allowance import retries_of
from tabledesign.engine.client import ClientEngine, engine_of
from tabledesign.engine.lanes.doubts import Doubts
from tabledesign.engine.lanes.lane import Lane, SteppedAside, Transport, lane_of, transport_of
from tabledesign.engine.lanes.lost import LaneFailure
from tabledesign.engine.protocol import (
    Engine,
    capabilities_of,
    clock_of,
    is_async,
    is_thread_safe,
    name_of,
)
from tabledesign.errors import InputError, RequestError
from tabledesign.wire import Request, Response

if TYPE_CHECKING:
    from tabledesign.engine.lanes.sender import Sender

__all__ = ["AsyncClientEngine"]


class _Lane(Protocol):
    lane: ClassVar[Lane]
    endpoint: str

    def aside(self, request: Request, /) -> str | None: ...
    async def carry(self, request: Request) -> Response: ...
    async def aclose(self) -> None: ...


class AsyncClientEngine:
    """Serves asyncio: requests are signed and sent from the event loop itself.

    So it is for a plain boto3 client and for a `DirectEngine`. Where something stands in the way,
    as ``transport`` tells, and for any other engine, requests are sent in worker threads; an engine
    that is not thread-safe is sent one at a time. A cancelled request may have been sent, and a
    note on the CancelledError says so.
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
        self._lane = _lane(engine)
        self._doubts = Doubts()

    @property
    def transport(self) -> Transport:
        """The lane that a query takes now, and why; nothing is sent."""
        lane = self._lane
        if lane is None:
            return transport_of(self.engine)
        aside = lane.aside(Request("Query", {}))
        if aside is None:
            return Transport(lane.lane, "nothing stands in its way")
        return Transport("compatible", f"in a worker thread: {aside}")

    async def send(self, request: Request) -> Response:
        """Carry one request; raises a `RequestError` that says whether to send again."""
        lane = self._lane
        if lane is None or lane.aside(request) is not None:
            return await self._in_thread(request)
        if request in self._doubts:
            return await self._in_thread(request, doubted=True)
        try:
            return await lane.carry(request)
        except SteppedAside:
            return await self._in_thread(request)
        except LaneFailure as failure:
            error = failure.error(request, lane.endpoint)
            self._doubts.note(request, error)
            raise error from failure
        except RequestError as error:
            self._doubts.note(request, error)
            raise

    async def adisconnect(self) -> None:
        """Close the connections that wait for a next request; one that comes opens its own."""
        if self._lane is not None:
            await self._lane.aclose()
        disconnect: Callable[[], object] | None = getattr(self.engine, "disconnect", None)
        if disconnect is not None:
            disconnect()

    async def _in_thread(self, request: Request, *, doubted: bool = False) -> Response:
        import asyncio

        try:
            return await asyncio.to_thread(self._send, request, doubted=doubted)
        except asyncio.CancelledError as error:
            error.add_note("a worker thread still sends the request: a write may be applied")
            raise

    def _send(self, request: Request, *, doubted: bool) -> Response:
        with self._turn:
            engine: Any = self.engine
            answer: Response = (engine.send_compatibly if doubted else engine.send)(request)
            return answer


def _lane(engine: Any) -> _Lane | None:
    """The way from the event loop itself, for an engine that has one."""
    if type(engine) is ClientEngine and lane_of(engine.client).lane == "fast":
        from tabledesign.engine.lanes.async_fast import AsyncFastLane

        return AsyncFastLane(engine.client)
    sender: Sender | None = getattr(engine, "sender", None)
    if sender is not None:
        from tabledesign.engine.lanes.async_direct import AsyncDirectLane

        return AsyncDirectLane(sender)
    return None
