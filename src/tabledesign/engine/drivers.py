"""The two drivers: they carry out the effects of an operation, waiting or awaiting."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from tabledesign.engine.allowance import Allowance
from tabledesign.engine.effects import (
    Allowed,
    Effect,
    Fraction,
    NewId,
    Now,
    Operation,
    Outcome,
    Send,
    SendMany,
    Sleep,
)
from tabledesign.engine.protocol import (
    AsyncEngine,
    Engine,
    clock_of,
    is_async,
)
from tabledesign.errors import InputError, RequestError
from tabledesign.wire import Request, Response

__all__ = ["adrive", "drive"]

T = TypeVar("T")


def drive(operation: Operation[T], engine: Engine | AsyncEngine) -> T:
    """Run an operation to its end on a synchronous engine and return its answer.

    An error of the engine is raised inside the operation, at the yield it belongs to. Nothing is
    sent after the engine's deadline: `DeadlinePassed` is raised there instead.

    >>> from tabledesign.engine.effects import send
    >>> class Echo:
    ...     def send(self, request):
    ...         return {"Item": request.parameters["Key"]}
    >>> drive(send(Request("GetItem", {"Key": {"pk": {"S": "a"}}})), Echo())
    {'Item': {'pk': {'S': 'a'}}}
    """
    if is_async(engine):
        operation.close()
        raise InputError(
            "the engine is asynchronous; await the verb that starts with an a, "
            "such as 'aget', or use 'async for'",
            code="engine.is_async",
        )
    allowance = Allowance.of(engine)
    try:
        effect = next(operation)
        while True:
            try:
                result = _perform(effect, engine, allowance)
            except Exception as error:  # noqa: BLE001 - raised anew inside the operation
                effect = operation.throw(error)
            else:
                effect = operation.send(result)
    except StopIteration as done:
        answer: T = done.value
        return answer
    finally:
        operation.close()


async def adrive(operation: Operation[T], engine: Engine | AsyncEngine) -> T:
    """Run an operation to its end on an asynchronous engine and return its answer.

    An error of the engine is raised inside the operation, at the yield it belongs to.
    """
    if not is_async(engine):
        operation.close()
        raise InputError(
            "the engine is synchronous; use the plain verb, such as 'get', "
            "or wrap the engine in AsyncClientEngine",
            code="engine.is_sync",
        )
    allowance = Allowance.of(engine)
    try:
        effect = next(operation)
        while True:
            try:
                result = await _aperform(effect, engine, allowance)
            except Exception as error:  # noqa: BLE001 - raised anew inside the operation
                effect = operation.throw(error)
            else:
                effect = operation.send(result)
    except StopIteration as done:
        answer: T = done.value
        return answer
    finally:
        operation.close()


def _perform(effect: Effect, engine: Engine, allowance: Allowance) -> object:
    match effect:
        case Send(request):
            allowance.check(engine)
            return engine.send(request)
        case SendMany(requests, limit):
            from tabledesign.engine.abreast import send_abreast  # few send several at once

            return send_abreast(requests, limit, engine, allowance)
        case Sleep(seconds):
            clock_of(engine).sleep(seconds)
            return None
        case Now():
            return clock_of(engine).now()
        case NewId():
            return clock_of(engine).new_id()
        case Fraction():
            return clock_of(engine).fraction()
        case Allowed():
            return allowance


async def _aperform(effect: Effect, engine: AsyncEngine, allowance: Allowance) -> object:
    match effect:
        case Send(request):
            return await _asend(request, engine, allowance)
        case SendMany(requests, limit):
            return await _asend_many(requests, limit, engine, allowance)
        case Sleep(seconds):
            await clock_of(engine).asleep(seconds)
            return None
        case Now():
            return clock_of(engine).now()
        case NewId():
            return clock_of(engine).new_id()
        case Fraction():
            return clock_of(engine).fraction()
        case Allowed():
            return allowance


async def _asend(request: Request, engine: AsyncEngine, allowance: Allowance) -> Response:
    deadline = allowance.retries.deadline
    if deadline is None:
        return await engine.send(request)
    from tabledesign.engine.cutting import send_until  # few have a deadline

    allowance.check(engine)
    return await send_until(deadline, request, engine)


async def _asend_many(
    requests: tuple[Request, ...], limit: int, engine: AsyncEngine, allowance: Allowance
) -> tuple[Outcome, ...]:
    outcomes: dict[int, Outcome] = {}
    waiting = iter(enumerate(requests))

    async def work() -> None:
        for place, request in waiting:  # which all the workers share
            try:
                outcomes[place] = await _asend(request, engine, allowance)
            except RequestError as error:
                outcomes[place] = error

    workers = min(limit, len(requests))
    if workers == 1:
        await work()
    else:
        await _side_by_side([work() for _ in range(workers)])
    return tuple(outcomes[place] for place in range(len(requests)))


async def _side_by_side(works: list[Coroutine[Any, Any, None]]) -> None:
    """Run them to their end; where one fails or the caller is cancelled, none stays under way."""
    import asyncio

    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
