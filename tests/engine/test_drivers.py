from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import ClassVar

import pytest

from tabledesign.engine import (
    AsyncClientEngine,
    Operation,
    Outcome,
    SendMany,
    adrive,
    drive,
    new_id,
    now,
    send,
    send_many,
    sleep,
)
from tabledesign.errors import InputError, Throttled
from tabledesign.wire import Request, Response

Answer = Callable[[Request], Response]


class Threaded:
    thread_safe: ClassVar[bool] = True

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def send(self, request: Request) -> Response:
        return self.answer(request)


class Plain(Threaded):
    thread_safe: ClassVar[bool] = False


class Awaited:
    is_async: ClassVar[bool] = True

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.under_way = self.most = 0

    async def send(self, request: Request) -> Response:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        return self.answer(request)


def numbered(count: int) -> tuple[Request, ...]:
    return tuple(Request("Query", {"n": n}) for n in range(count))


def echo(request: Request) -> Response:
    return request.parameters


def odd_fails(request: Request) -> Response:
    if request.parameters["n"] % 2:
        raise Throttled("too much; slow down", code="request.throttled")
    return request.parameters


def described(outcomes: tuple[Outcome, ...]) -> list[object]:
    return [
        outcome.code if isinstance(outcome, Throttled) else dict(outcome)
        for outcome in outcomes
        if not isinstance(outcome, Exception) or isinstance(outcome, Throttled)
    ]


def second_try() -> Operation[str]:
    try:
        yield from send(Request("Query", {"n": 1}))
    except Throttled as error:
        response = yield from send(Request("Query", {"n": 2}))
        return f"{error.code}, then {response['n']}"
    return "no error"


def everything() -> Operation[tuple[timedelta, str]]:
    before = yield from now()
    yield from sleep(0)
    after = yield from now()
    identity = yield from new_id()
    return after - before, identity


def fails(request: Request) -> Response:
    raise ZeroDivisionError(request.operation)


def test_an_operation_handles_an_error_of_the_engine_at_its_yield() -> None:
    assert drive(second_try(), Plain(odd_fails)) == "request.throttled, then 2"


def test_an_operation_handles_an_error_of_an_asynchronous_engine_at_its_yield() -> None:
    answer = asyncio.run(adrive(second_try(), Awaited(odd_fails)))
    assert answer == "request.throttled, then 2"


def test_time_and_ids_come_from_the_driver() -> None:
    elapsed, identity = drive(everything(), Plain(echo))
    assert (elapsed >= timedelta(0), len(identity)) == (True, 32)


def test_time_and_ids_come_from_the_asynchronous_driver() -> None:
    elapsed, identity = asyncio.run(adrive(everything(), Awaited(echo)))
    assert (elapsed >= timedelta(0), len(identity)) == (True, 32)


def test_an_unhandled_error_ends_the_operation_and_is_raised() -> None:
    operation = send(Request("Query", {}))
    with pytest.raises(ZeroDivisionError):
        drive(operation, Plain(fails))
    assert list(operation) == []


@pytest.mark.parametrize("engine", [Plain(odd_fails), Threaded(odd_fails)])
def test_one_of_many_that_fails_leaves_its_error_in_its_place(engine: Plain | Threaded) -> None:
    outcomes = drive(send_many(numbered(4), limit=3), engine)
    assert described(outcomes) == [{"n": 0}, "request.throttled", {"n": 2}, "request.throttled"]


def test_one_of_many_awaited_that_fails_leaves_its_error_in_its_place() -> None:
    outcomes = asyncio.run(adrive(send_many(numbered(3), limit=3), Awaited(odd_fails)))
    assert described(outcomes) == [{"n": 0}, "request.throttled", {"n": 2}]


def test_many_are_sent_side_by_side_up_to_the_limit_on_a_thread_safe_engine() -> None:
    meeting = threading.Barrier(3)  # passed only when three are under way at once
    threads: set[str] = set()

    def answer(request: Request) -> Response:
        meeting.wait(timeout=5)
        threads.add(threading.current_thread().name)
        return request.parameters

    outcomes = drive(send_many(numbered(9), limit=3), Threaded(answer))
    assert (described(outcomes), len(threads)) == ([{"n": n} for n in range(9)], 3)


def test_many_are_sent_in_the_calling_thread_on_an_engine_that_is_not_thread_safe() -> None:
    threads: set[threading.Thread] = set()

    def answer(request: Request) -> Response:
        threads.add(threading.current_thread())
        return request.parameters

    drive(send_many(numbered(9), limit=3), Plain(answer))
    assert threads == {threading.current_thread()}


def test_threads_of_many_see_the_context_of_the_caller() -> None:
    trace = ContextVar("trace", default="none")
    trace.set("segment")
    outcomes = drive(
        send_many(numbered(2), limit=2), Threaded(lambda request: {"trace": trace.get()})
    )
    assert described(outcomes) == [{"trace": "segment"}] * 2


def test_many_awaited_are_bounded_by_the_limit_and_keep_their_order() -> None:
    engine = Awaited(echo)
    outcomes = asyncio.run(adrive(send_many(numbered(20), limit=4), engine))
    assert (described(outcomes), engine.most) == ([{"n": n} for n in range(20)], 4)


@pytest.mark.parametrize("engine", [Plain(fails), Threaded(fails)])
def test_a_defect_among_many_is_raised_and_not_taken_for_an_outcome(
    engine: Plain | Threaded,
) -> None:
    with pytest.raises(ZeroDivisionError):
        drive(send_many(numbered(4), limit=2), engine)


def test_a_defect_among_many_awaited_is_raised_and_nothing_stays_under_way() -> None:
    async def scenario() -> int:
        with pytest.raises(ZeroDivisionError):
            await adrive(send_many(numbered(8), limit=2), Awaited(fails))
        return len(asyncio.all_tasks())

    assert asyncio.run(scenario()) == 1


def test_none_to_send_is_no_effect_at_all() -> None:
    assert drive(send_many((), limit=1), Plain(fails)) == ()


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        SendMany((), limit=0)


def test_driving_an_asynchronous_engine_without_await_names_the_remedy() -> None:
    with pytest.raises(InputError, match="starts with an a") as caught:
        drive(second_try(), Awaited(echo))
    assert caught.value.code == "engine.is_async"


def test_awaiting_a_synchronous_engine_names_the_remedy() -> None:
    with pytest.raises(InputError, match="AsyncClientEngine") as caught:
        asyncio.run(adrive(second_try(), Plain(echo)))
    assert caught.value.code == "engine.is_sync"


def test_a_synchronous_engine_wrapped_for_asyncio_leaves_the_event_loop_free() -> None:
    ticked = threading.Event()

    def answer(request: Request) -> Response:
        assert ticked.wait(timeout=5)  # only the event loop sets it
        return request.parameters

    async def scenario() -> Response:
        engine = AsyncClientEngine(Threaded(answer))
        task = asyncio.create_task(adrive(send(Request("Query", {"n": 7})), engine))
        await asyncio.sleep(0)
        ticked.set()
        return await task

    assert asyncio.run(scenario()) == {"n": 7}


def test_an_engine_that_is_not_thread_safe_is_sent_one_request_at_a_time() -> None:
    alone = threading.Lock()

    def answer(request: Request) -> Response:
        assert alone.acquire(blocking=False)
        alone.release()
        return request.parameters

    engine = AsyncClientEngine(Plain(answer))
    outcomes = asyncio.run(adrive(send_many(numbered(50), limit=8), engine))
    assert described(outcomes) == [{"n": n} for n in range(50)]
