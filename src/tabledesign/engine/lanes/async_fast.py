"""The fast lane under asyncio: a boto3 client's requests, signed and sent from the event loop.

No method of the client is called, as those wait. So whoever looks at a client's calls must be found
before: where a handler that is not botocore's own stands on any event of a call, or a tracer has
wrapped the client, `aside` says so, and the request takes the client's method in a worker thread.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from tabledesign import clock
from tabledesign.engine.lanes.async_connections import AsyncConnections
from tabledesign.engine.lanes.fast import frozen
from tabledesign.engine.lanes.http import endpoint_of, render
from tabledesign.engine.lanes.lane import Lane, SteppedAside
from tabledesign.engine.lanes.reading import response_of
from tabledesign.engine.lanes.signer import Credentials, Signer
from tabledesign.engine.lanes.tls import context_of
from tabledesign.engine.once import STAND_INS, once
from tabledesign.wire import Request, Response

__all__ = ["AsyncFastLane"]

REFRESH_SECONDS: Final = 15 * 60
MARGIN_SECONDS: Final = 5


class AsyncFastLane:
    """The endpoint, the signer and the connections of one client; event loops may share it."""

    lane: ClassVar[Lane] = "fast"

    def __init__(self, client: Any) -> None:
        meta, signer = client.meta, client._request_signer  # noqa: SLF001 - has no other form
        self.endpoint: str = meta.endpoint_url
        self._watch = once(client).watch
        self._owner = signer  # of the credentials
        self._where = where = endpoint_of(self.endpoint)
        self._signer = Signer(where.authority, signer.region_name, signer.signing_name, where.path)
        session = client._endpoint.http_session  # noqa: SLF001 - has no other form
        self._connections = AsyncConnections(
            self.endpoint,
            context=context_of(session) if where.secure else None,
            connect_timeout=meta.config.connect_timeout,
            read_timeout=meta.config.read_timeout,
            size=meta.config.max_pool_connections,
        )
        model = meta.service_model.metadata
        agent: str = client._user_agent_creator.to_string()  # noqa: SLF001 - has no other form
        self._headers = {
            operation: {
                "X-Amz-Target": f"{model['targetPrefix']}.{operation}",
                "Content-Type": f"application/x-amz-json-{model['jsonVersion']}",
                "User-Agent": agent,
            }
            for operation in STAND_INS
        }

    def aside(self, request: Request) -> str | None:
        """Why a request must take the client's own method; None where it need not."""
        look = self._watch.look(request.operation)
        if look.aside is not None:
            return look.aside
        if look.wants_parameters:
            return "somebody looks at the calls of the client"
        if look.asks_before:
            return "a handler on before-send may answer instead of the service"
        if request.operation not in self._headers:
            return f"{request.operation} is not about items"
        if self._owner._credentials is None:  # noqa: SLF001 - has no other form
            return "the client has no credentials"
        return None

    async def carry(self, request: Request) -> Response:
        """The answer to a request; raises `LaneFailure`, or the error that DynamoDB answered with.

        Cancelled, it leaves no half-read connection behind. A note on the CancelledError says
        whether the request had been sent. More cannot be done: a cancelled task must end with that
        error and no other, so neither `OutcomeUnknown` nor an answer that came in the same moment
        can take its place.
        """
        keys = self._keys()
        if keys is None:
            keys = await asyncio.to_thread(self._refreshed)
        answered = await self._connections.exchange(self._rendered(request, keys))
        return response_of(answered, request, self.endpoint)

    async def aclose(self) -> None:
        """Close the connections that wait for a next request."""
        await self._connections.aclose()

    def _rendered(self, request: Request, keys: Credentials) -> bytes:
        where, headers = self._where, self._headers[request.operation]
        try:
            body = request.body
            signature = self._signer.sign(headers, body, keys, clock.now())
            return render(where.path, where.authority, {**headers, **signature}, body)
        except (TypeError, ValueError) as error:
            raise SteppedAside from error

    def _keys(self) -> Credentials | None:
        """The credentials; None where botocore would refresh them, for which it waits."""
        credentials = self._owner._credentials  # noqa: SLF001 - has no other form
        needed = getattr(credentials, "refresh_needed", None)
        if needed is not None:
            # Asked a little earlier than botocore would ask by itself, or it refreshed them here.
            early = getattr(credentials, "_advisory_refresh_timeout", REFRESH_SECONDS)
            if needed(early + MARGIN_SECONDS):
                return None
        return frozen(credentials)

    def _refreshed(self) -> Credentials:
        return frozen(self._owner._credentials)  # noqa: SLF001 - has no other form
