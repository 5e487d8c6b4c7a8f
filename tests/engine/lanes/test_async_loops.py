"""Connections belong to their event loop and their process, and nobody else reads from them."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable

import pytest
import uvloop

from tabledesign.engine.lanes.async_connections import AsyncConnections

from .answering import Answering, Loop, answer, request, run, settled
from .asking import connections, echoing, served


def test_a_second_event_loop_gets_its_own_connections() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[bytes, int]:
        await own.exchange(request())

        def elsewhere() -> bytes:
            return asyncio.run(own.exchange(request(b"2"))).body

        body = await asyncio.to_thread(elsewhere)
        assert await server.has(1)  # the other loop has closed its own when it ended
        await own.exchange(request())
        return body, server.opened

    assert (b"2", 2) == served(echoing, scenario)


def test_closing_leaves_what_is_under_way_to_its_end_and_the_next_request_connects_anew() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[list[bytes], int]:
        await own.exchange(request(b"1"))
        asked = [asyncio.create_task(own.exchange(request(b"%d" % n))) for n in (2, 3)]
        await settled(1)
        await own.aclose()
        bodies = [each.body for each in await asyncio.gather(*asked)]
        assert await server.has(0)
        bodies.append((await own.exchange(request(b"4"))).body)
        return bodies, server.opened

    assert ([b"2", b"3", b"4"], 3) == served(echoing, scenario)


def test_closing_reaches_the_connections_of_another_loop_that_runs() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> int:
        begun, ended = threading.Event(), threading.Event()

        async def other() -> None:
            await own.exchange(request())
            begun.set()
            await asyncio.to_thread(ended.wait, 10)

        running = asyncio.create_task(asyncio.to_thread(asyncio.run, other()))
        await asyncio.to_thread(begun.wait, 10)
        assert await server.has(1)
        await own.aclose()
        for _ in range(100):
            if await server.has(0):
                break
        left = len(server.open)
        ended.set()
        await running
        return left

    assert 0 == served(echoing, scenario)


def test_connections_end_with_their_loop_without_being_closed() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> bool:
        def others() -> None:
            for _ in range(3):
                asyncio.run(own.exchange(request()))

        await asyncio.to_thread(others)
        gc.collect()
        return await server.has(0)

    assert served(echoing, scenario)


def test_a_forked_process_leaves_the_connections_of_its_parent_alone() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[int, bytes, int]:
        await own.exchange(request(b"1"))
        read, write = os.pipe()
        child = await asyncio.to_thread(forked, own, write)
        os.close(write)
        body = await asyncio.to_thread(os.read, read, 100)
        os.close(read)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        await settled()
        await own.exchange(request(b"3"))
        return status, body, server.opened

    assert (0, b"2", 2) == served(echoing, scenario)


def forked(own: AsyncConnections, write: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            os.write(write, asyncio.run(own.exchange(request(b"2"))).body)
        finally:
            os._exit(0)
    return child


def test_it_works_under_uvloop() -> None:
    async def scenario() -> tuple[list[bytes], int, bool]:
        server = await Answering.start(echoing)
        own = connections(server.url, size=4)
        answers = await asyncio.gather(*(own.exchange(request(b"%d" % n)) for n in range(100)))
        server.end()
        await settled(1)
        last = await own.exchange(request(b"last"))
        most = server.most
        await own.aclose()
        closed = await server.has(0)
        await server.stop()
        return [each.body for each in (*answers, last)], most, closed

    expected = [b"%d" % n for n in range(100)]
    assert ([*expected, b"last"], 4, True) == run(scenario(), uvloop.new_event_loop)


@pytest.mark.parametrize("make", [Loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("size", [1, 2])
def test_cancelled_at_any_await_it_leaves_no_half_read_connection(
    size: int, make: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def scenario() -> int:
        server = await Answering.start(lambda body, _: [answer(body)[:40], answer(body)[40:]])
        ended_first = 0
        for turns in range(30):
            own = connections(server.url, size=size)
            for cold in (True, False):  # when it must connect, and when there is a connection
                asked = [asyncio.create_task(own.exchange(request(b"%d" % n))) for n in range(4)]
                await settled(turns)
                ended_first += asked[0].done()
                asked[turns % 2].cancel()
                await asyncio.wait(asked)
                for number, task in enumerate(asked):
                    if not task.cancelled():
                        assert b"%d" % number == task.result().body, (turns, cold)
                assert b"right" == (await own.exchange(request(b"right"))).body, (turns, cold)
                assert len(server.open) <= size + 1  # one may be on its way out
            await own.aclose()
            assert await server.has(0), turns
        await server.stop()
        return ended_first

    assert 0 < run(scenario(), make) < 60  # some were cancelled too late, and some were not


def test_a_cancelled_request_that_was_sent_says_so() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> list[str]:
        await own.exchange(request())
        waiting = asyncio.create_task(own.exchange(request(b"silent")))
        await settled()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await waiting
        return caught.value.__notes__

    (note,) = served(lambda body, _: [] if body == b"silent" else [answer(body)], scenario)
    assert "had been sent" in note
