"""The connections of a repository: which way its requests take, and when they are closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from tabledesign.engine.lanes.lane import Transport, transport_of
from tabledesign.engine.protocol import AsyncEngine, Engine
from tabledesign.engine.protocol import is_async as engine_is_async
from tabledesign.errors import InputError

__all__ = ["Connected"]


class Connected:
    """The base of `Repository` that knows how its requests travel."""

    engine: Engine | AsyncEngine

    @property
    def transport(self) -> Transport:
        """The lane that requests take now, and why: ``fast``, ``compatible`` or ``direct``.

        TABLEDESIGN_TRANSPORT=botocore in the environment turns the fast one off.
        """
        return transport_of(self.engine)

    def close(self) -> None:
        """Close the connections that wait for a next request; one that comes opens its own.

        A client that was handed in keeps what botocore holds open for it.
        """
        self._check(is_async=False)
        disconnect: Callable[[], object] | None = getattr(self.engine, "disconnect", None)
        if disconnect is not None:
            disconnect()

    async def aclose(self) -> None:
        """`close`, awaited."""
        self._check(is_async=True)
        disconnect: Callable[[], Awaitable[object]] | None = getattr(
            self.engine, "adisconnect", None
        )
        if disconnect is not None:
            await disconnect()

    def __enter__(self) -> Self:
        self._check(is_async=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self._check(is_async=True)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _check(self, *, is_async: bool) -> None:
        if is_async == engine_is_async(self.engine):
            return
        if is_async:
            raise InputError(
                "the engine is synchronous; call close(), or write 'with', or wrap the engine in "
                "AsyncClientEngine",
                code="engine.is_sync",
            )
        raise InputError(
            "the engine is asynchronous; await aclose(), or write 'async with'",
            code="engine.is_async",
        )
