"""The connections of a repository: which way its requests take, and when they are closed."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tabledesign.engine.lanes.lane import Transport, transport_of
from tabledesign.engine.protocol import AsyncEngine, Engine

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
        disconnect: Callable[[], Any] | None = getattr(self.engine, "disconnect", None)
        if disconnect is not None:
            disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
