"""Connections are used again while they are sound, and only then."""

from __future__ import annotations

import contextlib
import gc
import select
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tabledesign import clock as real
from tabledesign.engine.lanes.connections import Connections
from tabledesign.engine.lanes.http import AnswerParser, render
from tabledesign.engine.lanes.lost import Closed, NotSent, TimedOut, Untrusted
from tabledesign.engine.lanes.tls import trusting

from .certificates import self_signed
from .forking import fork
from .raw_server import PLAIN, RawServer, answer, cut, echo, respond, together

REQUEST = render("/", "localhost", {}, b"{}")


class Hand:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def pool(
    url: str, *, size: int = 10, clock: Callable[[], float] = real.monotonic
) -> Generator[Connections]:
    made = Connections(
        url, context=None, connect_timeout=5, read_timeout=5, size=size, monotonic=clock
    )
    try:
        yield made
    finally:
        made.close()


def exchange_at_once(connections: Connections, count: int) -> None:
    threads = [threading.Thread(target=connections.exchange, args=(REQUEST,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_until_readable(connections: Connections) -> None:
    (connection,) = connections._mine().connections
    assert select.select([connection._socket], [], [], 10)[0]


def test_a_connection_is_used_again() -> None:
    with RawServer(respond()) as server, pool(server.url) as connections:
        for _ in range(5):
            assert b"{}" == connections.exchange(REQUEST).body
        assert (1, 1, 1) == (connections.opened, connections.idle, server.accepted)
        connections.close()
        assert server.all_ended()


def test_the_request_is_sent_as_it_is() -> None:
    with RawServer(respond()) as server, pool(server.url) as connections:
        large = render("/", "localhost", {"A": "b"}, b"x" * 3_000_000)
        connections.exchange(large)
        assert [large] == server.requests


def test_an_answer_that_says_so_is_the_last_of_its_connection() -> None:
    act = respond(answer(more="Connection: close\r\n"))
    with RawServer(act) as server, pool(server.url) as connections:
        connections.exchange(REQUEST)
        assert connections.idle == 0
        connections.exchange(REQUEST)
        assert connections.opened == 2
        assert server.all_ended()


def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    with RawServer(cut(), respond()) as server, pool(server.url) as connections:
        connections.exchange(REQUEST)
        wait_until_readable(connections)
        assert 200 == connections.exchange(REQUEST).status
        assert (2, 2) == (connections.opened, len(server.requests))


def test_rubbish_after_an_answer_is_never_taken_for_the_next_one() -> None:
    stale = answer(b'{"Item":{"pk":{"S":"of somebody else"}}}')
    with RawServer(respond(PLAIN + stale), respond()) as server, pool(server.url) as connections:
        connections.exchange(REQUEST)
        if connections.idle:  # it came in two pieces
            wait_until_readable(connections)
        assert b"{}" == connections.exchange(REQUEST).body
        assert connections.opened == 2


def test_a_connection_that_was_idle_for_long_is_dropped_with_those_below_it() -> None:
    clock = Hand()
    with (
        RawServer(*[together(3)] * 3, respond()) as server,
        pool(server.url, clock=clock) as connections,
    ):
        exchange_at_once(connections, 3)
        assert connections.idle == 3
        clock.seconds = 20.0
        connections.exchange(REQUEST)
        assert connections.opened == 3
        clock.seconds = 40.5
        connections.exchange(REQUEST)
        assert (4, 1) == (connections.opened, connections.idle)


def test_a_connection_left_over_from_a_busier_time_is_dropped_in_passing() -> None:
    clock = Hand()
    with (
        RawServer(*[together(3)] * 3, respond()) as server,
        pool(server.url, clock=clock) as connections,
    ):
        exchange_at_once(connections, 3)
        for _ in range(5):
            clock.seconds += 15.0
            connections.exchange(REQUEST)
        assert (3, 1) == (connections.opened, connections.idle)


def test_a_clock_that_stood_still_while_the_process_was_frozen_keeps_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with RawServer(respond()) as server, pool(server.url, clock=Hand()) as connections:
        connections.exchange(REQUEST)
        later = real.now() + timedelta(minutes=10)
        monkeypatch.setattr(real, "now", lambda: later)
        connections.exchange(REQUEST)
        assert connections.opened == 2


def test_no_more_connections_are_kept_than_the_pool_holds() -> None:
    with RawServer(together(5)) as server, pool(server.url, size=2) as connections:
        exchange_at_once(connections, 5)
        assert (5, 2) == (connections.opened, connections.idle)
        connections.close()
        assert server.all_ended()


def test_threads_share_the_connections_and_each_gets_its_own_answer() -> None:
    answers: list[bytes] = []
    expected = [f"{number}.{turn}".encode() for number in range(8) for turn in range(50)]

    with RawServer(echo) as server, pool(server.url, size=4) as connections:

        def work(number: int) -> None:
            for said in expected[number * 50 : number * 50 + 50]:
                body = connections.exchange(render("/", "localhost", {}, said)).body
                answers.append(body if body == said else b"wrong")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(expected) == sorted(answers)
        assert connections.idle <= 4
        connections.close()
        assert server.all_ended()


def test_after_closing_a_connection_in_use_is_closed_and_another_is_opened_anew() -> None:
    def act(connection: socket.socket, request: bytes) -> bool:
        connections.close()
        return respond()(connection, request)

    with RawServer(act, respond()) as server, pool(server.url) as connections:
        kept = connections._kept
        connections.exchange(REQUEST)
        assert ([], 0) == (kept.connections, connections.idle)
        assert server.all_ended()
        connections.exchange(REQUEST)
        assert (2, 1) == (connections.opened, connections.idle)


def test_a_fork_opens_connections_of_its_own_and_leaves_its_parents_alone() -> None:
    with RawServer(respond()) as server, pool(server.url) as connections:
        connections.exchange(REQUEST)
        connections._kept._lock.acquire()  # as a thread of the parent may hold it

        def exchanged() -> list[int]:
            status = connections.exchange(REQUEST).status
            told = [status, connections.opened, connections.idle]
            connections.close()
            return told

        result = fork(exchanged)
        connections._kept._lock.release()
        assert [200, 1, 1] == result()
        connections.exchange(REQUEST)
        assert (1, 2) == (connections.opened, server.accepted)


def test_a_pool_that_nobody_closed_leaves_no_connection_open() -> None:
    class Holder:
        def __init__(self, url: str) -> None:
            self.itself = self  # only the collector finds it, and it may end things in any order
            self.pool = Connections(url, context=None, connect_timeout=5, read_timeout=5, size=1)

    with RawServer(respond()) as server:
        Holder(server.url).pool.exchange(REQUEST)
        gc.collect()
        assert server.all_ended()


def test_where_nothing_listens_nothing_was_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pool(url) as connections, pytest.raises(NotSent, match="refused"):
            connections.exchange(REQUEST)


def test_a_host_that_can_have_no_address_gets_nothing_sent() -> None:
    with pool(f"http://{'a' * 64}:1") as connections, pytest.raises(NotSent):
        connections.exchange(REQUEST)


def test_each_address_of_a_host_is_tried_within_the_time_to_connect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with RawServer(respond()) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        open_port = int(server.url.rpartition(":")[2])
        ports = (closed.getsockname()[1], open_port)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]

        def both(*_: object, **__: object) -> object:
            return found

        monkeypatch.setattr(socket, "getaddrinfo", both)
        with pool(server.url) as connections:
            assert 200 == connections.exchange(REQUEST).status


def test_a_server_that_does_not_shake_hands_is_given_up_when_the_time_to_connect_is_over() -> None:
    context = ssl.create_default_context()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        connections = Connections(
            url, context=context, connect_timeout=0.05, read_timeout=5, size=1
        )
        with pytest.raises(NotSent, match="timed out"):
            connections.exchange(REQUEST)


def test_a_server_that_does_not_speak_tls_is_not_trusted() -> None:
    def talk(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with contextlib.suppress(ConnectionError), connection:
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(1 << 16)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, args=(listener,))
        thread.start()
        connections = Connections(
            f"https://127.0.0.1:{listener.getsockname()[1]}",
            context=ssl.create_default_context(),
            connect_timeout=5,
            read_timeout=5,
            size=1,
        )
        with pytest.raises(Untrusted):
            connections.exchange(REQUEST)
        thread.join()


def test_an_end_over_tls_that_the_other_side_did_not_announce_ends_no_answer(
    tmp_path: Path,
) -> None:
    server_side, trusted = self_signed(tmp_path)
    endless = PLAIN.replace(b"Content-Length: 2\r\n", b"")  # it lasts until the connection ends
    with RawServer(cut(endless), context=server_side) as server:
        context = trusting(str(trusted))
        connections = Connections(
            server.url, context=context, connect_timeout=5, read_timeout=5, size=1
        )
        with pytest.raises(Closed):
            connections.exchange(REQUEST)


def test_bytes_that_trickle_in_do_not_hold_the_caller_beyond_its_time() -> None:
    asked = threading.Semaphore(0)
    clock = Hand()

    def ticking() -> float:
        clock.seconds += 1.0
        asked.release()
        return clock.seconds

    began: list[float] = []

    def trickle(connection: socket.socket, request: bytes) -> bool:
        began.append(clock.seconds)
        for at in range(len(PLAIN)):
            asked.acquire()
            connection.sendall(PLAIN[at : at + 1])
        return True

    with RawServer(trickle) as server, pool(server.url, clock=ticking) as connections:
        with pytest.raises(TimedOut, match="within 5 s"):
            connections.exchange(REQUEST)
        assert clock.seconds >= began[0] + 4  # it is the clock that ended it
        assert connections.idle == 0
        asked.release(len(PLAIN))
        assert server.all_ended()


def test_an_interruption_closes_the_connection_that_is_in_the_midst_of_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupting(AnswerParser):
        def filled(self, count: int) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("tabledesign.engine.lanes.connection.AnswerParser", Interrupting)
    with RawServer(respond()) as server, pool(server.url) as connections:
        with pytest.raises(KeyboardInterrupt) as caught:
            connections.exchange(REQUEST)
        assert connections.idle == 0
        assert server.all_ended()
        del caught  # till now it held the connection, so that nobody else has closed it
