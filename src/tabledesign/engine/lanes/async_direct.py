"""The direct lane under asyncio: no botocore while the environment holds all that is needed."""

from __future__ import annotations

from typing import ClassVar

from tabledesign.engine.lanes.async_connections import AsyncConnections
from tabledesign.engine.lanes.environment import credentials
from tabledesign.engine.lanes.lane import Lane, SteppedAside
from tabledesign.engine.lanes.reading import response_of
from tabledesign.engine.lanes.sender import Sender
from tabledesign.wire import Request, Response

__all__ = ["AsyncDirectLane"]


class AsyncDirectLane:
    """What a `Sender` renders, over connections of the event loop."""

    lane: ClassVar[Lane] = "direct"

    def __init__(self, sender: Sender) -> None:
        self.endpoint = sender.url
        self._sender = sender
        self._connections = AsyncConnections(sender.url, **sender.peer)

    def aside(self, _request: Request) -> str | None:
        """Why a request must go by botocore; None where it need not."""
        return None if credentials() else "the environment holds no credentials"

    async def carry(self, request: Request) -> Response:
        """The answer to a request; raises `LaneFailure`, or the error that DynamoDB answered with.

        Cancelled, it is as `AsyncFastLane.carry`.
        """
        keys = credentials()
        if keys is None:
            raise SteppedAside
        try:
            data = self._sender.render(request, keys)
        except (TypeError, ValueError) as error:
            raise SteppedAside from error
        return response_of(await self._connections.exchange(data), request, self.endpoint)

    async def aclose(self) -> None:
        """Close the connections that wait for a next request."""
        await self._connections.aclose()
