"""Under asyncio an answer is waited for until the caller's deadline, and no longer.

A thread that waits for a socket cannot be called off, and so a synchronous engine may overrun a
deadline by one attempt. A task can: the wait is cut short, the connection closed, and the caller
is told what is known.
"""

from __future__ import annotations

from tabledesign.engine.deadline import Deadline
from tabledesign.engine.protocol import AsyncEngine, clock_of, name_of
from tabledesign.engine.translate import table_of
from tabledesign.errors import DeadlinePassed, OutcomeUnknown, RequestError
from tabledesign.wire import Request, Response

__all__ = ["send_until"]


async def send_until(deadline: Deadline, request: Request, engine: AsyncEngine) -> Response:
    """Send, and wait for the answer until the deadline.

    A read that is cut off raises `DeadlinePassed`; a write `OutcomeUnknown`, for it may have been
    applied, or may still be. Where the caller's own task is cancelled nothing is turned into
    anything: asyncio must see its CancelledError, which has a note if the request had been sent.
    """
    import asyncio

    limit = asyncio.timeout(deadline.left(clock_of(engine).now()))
    try:
        async with limit:
            return await engine.send(request)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise _cut(request, engine) from error


def _cut(request: Request, engine: AsyncEngine) -> RequestError:
    what = f"the deadline passed before {name_of(engine)!r} had answered {request.operation}"
    details = {"operation": request.operation, "table": table_of(request)}
    if request.repeat == "read":
        return DeadlinePassed(
            f"{what}; allow more time, or ask for less at once",
            code="deadline.passed",
            details=details,
        )
    return OutcomeUnknown(
        f"{what}, and it may have been applied; read the item before sending again",
        code="outcome.unknown",
        details=details,
    )
