"""Connections to a server of the test, and what they leave behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from tabledesign.engine.lanes.async_connections import AsyncConnections

from .answering import Answering, Loop, Step, answer, run

__all__ = ["Scenario", "connections", "echoing", "loop", "served", "without_moto"]


def connections(url: str, size: int = 10, idle: float = 20.0) -> AsyncConnections:
    return AsyncConnections(
        url, context=None, connect_timeout=10, read_timeout=3, size=size, idle=idle
    )


def echoing(body: bytes, _number: int) -> list[Step]:
    return [answer(body)]


def loop() -> Loop:
    return cast(Loop, asyncio.get_running_loop())


Scenario = Callable[[Answering, AsyncConnections], Awaitable[Any]]


def served(script: Callable[[bytes, int], list[Step]], scenario: Scenario, **options: Any) -> Any:
    """What the scenario gives; afterwards no connection may be open on the server's side."""

    async def whole() -> object:
        server = await Answering.start(script)
        own = connections(server.url, **options)
        try:
            return await scenario(server, own)
        finally:
            await own.aclose()
            left = not await server.has(0)
            await server.stop()
            assert not left

    return run(whole())


def without_moto(client: Any) -> Any:
    """The client, and moto no longer on it: once imported, it stands on every new client."""
    events = client.meta.events
    for handler in list(events._emitter._handlers.prefix_search("before-send")):
        events.unregister("before-send", handler)
    return client
