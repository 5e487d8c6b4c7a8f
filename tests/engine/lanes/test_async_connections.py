"""Connections under asyncio: a right answer, or an error that says what may have happened."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta

import pytest

from tabledesign import clock
from tabledesign.engine.lanes.async_connections import AsyncConnections
from tabledesign.engine.lanes.lost import BadAnswer, Closed, LaneFailure, NotSent, TimedOut

from .answering import END, RESET, Answering, Step, answer, request, run, settled
from .asking import connections, echoing, loop, served

WHOLE = answer(b'{"Count": 1}')
CHUNKED = answer(b"", headers=["Transfer-Encoding: chunked"], length=-1, crc=0) + (
    b'5\r\n{"Cou\r\n7\r\nnt": 1}\r\n0\r\n\r\n'
)


def test_an_answer_comes_back_whole_and_its_connection_is_used_again() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[list[bytes], int]:
        bodies = [(await own.exchange(request(b"%d" % n))).body for n in range(5)]
        return bodies, server.opened

    assert ([b"0", b"1", b"2", b"3", b"4"], 1) == served(echoing, scenario)


@pytest.mark.parametrize("every", [13, pytest.param(1, marks=pytest.mark.full)])
@pytest.mark.parametrize("whole", [WHOLE, CHUNKED], ids=["by length", "chunked"])
@pytest.mark.parametrize("trouble", ["closed", "reset", "stalled", "split"])
def test_an_answer_that_breaks_off_at_any_byte_is_no_answer_and_leaves_no_connection(
    whole: bytes, trouble: str, every: int
) -> None:
    offsets = range(0, len(whole), every)
    after: dict[str, list[Step]] = {"closed": [END], "reset": [RESET], "stalled": [], "split": []}

    def script(body: bytes, _number: int) -> list[Step]:
        if body == b"right":
            return [answer(b"right")]
        return [whole[: int(body)], *after[trouble]]

    async def cut(server: Answering, own: AsyncConnections, offset: int) -> str:
        waiting = asyncio.create_task(own.exchange(request(b"%d" % offset)))
        if trouble == "stalled":
            await settled(8)
            loop().skip(3)
        elif trouble == "split":
            await settled(8)
            for connection in server.open:
                connection.transport.write(whole[offset:])
        try:
            return (await waiting).body.decode()
        except LaneFailure as error:
            return type(error).__name__

    async def scenario(server: Answering, own: AsyncConnections) -> None:
        wanted = {
            "closed": Closed.__name__,
            "reset": Closed.__name__,
            "stalled": TimedOut.__name__,
            "split": '{"Count": 1}',
        }
        for offset in offsets:
            assert wanted[trouble] == await cut(server, own, offset), offset
            assert b"right" == (await own.exchange(request(b"right"))).body
            assert await server.has(1)

    served(script, scenario)


WRONG: dict[str, tuple[list[Step], type[LaneFailure]]] = {
    "too few bytes": ([answer(b"{}", length=3), END], Closed),
    "no number": ([answer(b"{}", headers=["Content-Length: x"], length=-1)], BadAnswer),
    "another protocol": ([b"SSH-2.0-OpenSSH\r\n\r\n\r\n"], BadAnswer),
    "headers without end": ([b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 12_000], BadAnswer),
    "compressed": ([answer(b"{}", headers=["Content-Encoding: gzip"])], BadAnswer),
    "nothing": ([END], Closed),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_answer_is_told_as_such_and_its_connection_is_closed(name: str) -> None:
    steps, error = WRONG[name]

    def script(body: bytes, number: int) -> list[Step]:
        return steps if number == 1 else [answer(b"right")]

    async def scenario(server: Answering, own: AsyncConnections) -> bytes:
        with pytest.raises(error):
            await own.exchange(request())
        assert await server.has(0)
        return (await own.exchange(request())).body

    assert b"right" == served(script, scenario)


def test_bytes_beyond_an_answer_are_not_taken_for_the_next_one() -> None:
    def script(body: bytes, _number: int) -> list[Step]:
        return [answer(body) + answer(b"not yours")]

    async def scenario(server: Answering, own: AsyncConnections) -> tuple[list[bytes], int]:
        bodies = [(await own.exchange(request(b"%d" % n))).body for n in range(3)]
        return bodies, server.opened

    assert ([b"0", b"1", b"2"], 3) == served(script, scenario)


@pytest.mark.parametrize("turns", [0, 5])
def test_an_answer_that_nobody_asked_for_ends_the_idle_connection(turns: int) -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[bytes, int]:
        await own.exchange(request(b"1"))
        for connection in server.open:
            connection.transport.write(answer(b"not yours"))
        # Sent, and perhaps not seen by the loop yet: the connection is asked before it is used.
        await settled(turns)
        return (await own.exchange(request(b"2"))).body, server.opened

    assert (b"2", 2) == served(echoing, scenario)


@pytest.mark.parametrize("turns", [0, 5])
def test_a_connection_that_the_server_has_closed_meanwhile_is_not_used(turns: int) -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[bytes, int]:
        await own.exchange(request(b"1"))
        server.end()
        await settled(1)
        await settled(turns)
        return (await own.exchange(request(b"2"))).body, server.opened

    assert (b"2", 2) == served(echoing, scenario)


def test_connection_close_is_obeyed() -> None:
    def script(body: bytes, _number: int) -> list[Step]:
        return [answer(body, headers=["Connection: close"])]

    async def scenario(server: Answering, own: AsyncConnections) -> tuple[list[bytes], int]:
        bodies = [(await own.exchange(request(b"%d" % n))).body for n in range(3)]
        return bodies, server.opened

    assert ([b"0", b"1", b"2"], 3) == served(script, scenario)


def test_an_answer_without_length_ends_with_its_connection() -> None:
    def script(body: bytes, _number: int) -> list[Step]:
        return [answer(body, length=-1), END]

    async def scenario(server: Answering, own: AsyncConnections) -> bytes:
        return (await own.exchange(request(b"all of it"))).body

    assert b"all of it" == served(script, scenario)


def test_one_byte_now_and_then_does_not_hold_the_caller_for_ever() -> None:
    def script(body: bytes, _number: int) -> list[Step]:
        return [WHOLE[:10]]

    async def scenario(server: Answering, own: AsyncConnections) -> int:
        waiting = asyncio.create_task(own.exchange(request()))
        offset = 10
        for offset in range(10, 20):
            await settled()
            for connection in server.open:
                connection.transport.write(WHOLE[offset : offset + 1])
            loop().skip(1)
            if waiting.done():
                break
        with pytest.raises(TimedOut, match="no complete answer within 3 s"):
            await waiting
        return offset

    assert 15 > served(script, scenario)


def test_where_nothing_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NotSent):
            run(connections(url).exchange(request()))


def test_who_could_not_connect_gives_his_place_back() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> None:
        await server.stop()
        for _ in range(3):
            async with asyncio.timeout(60):
                with pytest.raises(NotSent):
                    await own.exchange(request())

    served(echoing, scenario, size=1)


def test_an_answer_to_a_cancelled_request_is_not_taken_for_that_to_the_next() -> None:
    def script(body: bytes, number: int) -> list[Step]:
        return [] if body == b"cancelled" else [answer(b"right")]

    async def scenario(server: Answering, own: AsyncConnections) -> tuple[bytes, int]:
        await own.exchange(request(b"first"))
        waiting = asyncio.create_task(own.exchange(request(b"cancelled")))
        await server.has_been_asked(2)
        waiting.cancel()
        await asyncio.wait([waiting])
        return (await own.exchange(request(b"next"))).body, server.opened

    body, opened = served(script, scenario, size=1)
    assert (b"right", 2) == (body, opened)


def test_a_name_that_is_none_is_told_as_not_sent() -> None:
    with pytest.raises(NotSent):
        run(connections(f"http://{'a' * 70}.invalid:1").exchange(request()))


def test_a_connection_that_is_idle_for_too_long_is_dropped() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[int, bool]:
        await own.exchange(request())
        loop().skip(3)  # an answer would be due, and none is waited for
        await settled()
        kept = len(server.open)
        loop().skip(20)
        return kept, await server.has(0)

    assert (1, True) == served(echoing, scenario)


def test_a_time_out_after_an_idle_time_comes_when_it_is_due() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> None:
        await own.exchange(request(b"1"))
        for _ in range(2):  # the one timer is set anew for the end of the idle time
            loop().skip(3)
            await settled()
        waiting = asyncio.create_task(own.exchange(request(b"2")))
        await settled()
        loop().skip(3)
        await settled()
        assert waiting.done()
        with pytest.raises(TimedOut):
            await waiting

    served(lambda body, _: [] if body == b"2" else [answer(body)], scenario)


def test_the_time_of_the_machine_tells_of_a_freeze_that_the_loop_did_not_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> int:
        await own.exchange(request())
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=60))
        await own.exchange(request())
        return server.opened

    assert 2 == served(echoing, scenario)


def test_a_thousand_exchanges_at_once_share_ten_connections() -> None:
    async def scenario(server: Answering, own: AsyncConnections) -> tuple[list[bytes], int]:
        answers = await asyncio.gather(*(own.exchange(request(b"%d" % n)) for n in range(1000)))
        return [each.body for each in answers], server.most

    assert ([b"%d" % n for n in range(1000)], 10) == served(echoing, scenario)


def test_who_waits_for_a_connection_is_served_in_order_whatever_ends_the_one_before() -> None:
    def script(body: bytes, number: int) -> list[Step]:
        return [answer(body), *([END] if number % 3 == 0 else [])]

    async def scenario(server: Answering, own: AsyncConnections) -> tuple[list[bytes], int]:
        await asyncio.gather(*(own.exchange(request(b"%d" % n)) for n in range(30)))
        return server.requests, server.most

    assert ([b"%d" % n for n in range(30)], 1) == served(script, scenario, size=1)


def test_a_failure_frees_its_place_for_who_waits() -> None:
    def script(body: bytes, _number: int) -> list[Step]:
        return [RESET] if body == b"bad" else [answer(body)]

    async def scenario(server: Answering, own: AsyncConnections) -> list[str]:
        bodies = [b"bad" if n % 2 else b"good" for n in range(40)]
        asked = (own.exchange(request(body)) for body in bodies)
        return [
            type(each).__name__ if isinstance(each, BaseException) else each.body.decode()
            for each in await asyncio.gather(*asked, return_exceptions=True)
        ]

    assert ["good", "Closed"] * 20 == served(script, scenario, size=2)
