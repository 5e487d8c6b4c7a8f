"""Counters that threads and forked processes add to over engines they share: every one exact."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count

import pytest

from tabledesign import clock
from tabledesign.engine import ClientEngine, DirectEngine, Engine
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.wire import Request

from ...evidence import Evidence
from ..conftest import TABLE
from .engines import with_keys
from .forking import fork

pytestmark = [pytest.mark.dynoxide, pytest.mark.engines]

COUNTERS = 7
THREADS = 24
FORKS = 4
THREADS_OF_A_FORK = 6

Seen = list[tuple[int, int]]
"""Which counter was added to, and what it was then."""


def key_of(counter: int) -> dict[str, dict[str, str]]:
    return {"pk": {"S": "counter"}, "sk": {"S": str(counter)}}


def add(engine: Engine, counter: int) -> int:
    parameters = {
        "TableName": "todo",
        "Key": key_of(counter),
        "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
        "ReturnValues": "UPDATED_NEW",
    }
    answer = engine.send(Request("UpdateItem", parameters))
    return int(answer["Attributes"]["n"]["N"])


def adds(engines: list[Engine], threads: int, going: Callable[[int], bool]) -> Seen:
    """What so many threads saw, each adding to one counter after another."""
    seen: Seen = []
    failed: list[Exception] = []

    def work(number: int) -> None:
        engine = engines[number % len(engines)]
        try:
            for turn in count():
                if not going(turn) or failed:
                    return
                counter = (number + turn) % COUNTERS
                seen.append((counter, add(engine, counter)))
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that waits
            failed.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failed:
        raise failed[0]
    return seen


def count_together(server: Dynoxide, going: Callable[[int], bool]) -> int:
    """Have threads here and in forks add; how often they did, every counter exact."""
    client = ClientEngine(server.client())
    with DirectEngine(endpoint_url=server.endpoint, read_timeout=60) as direct:
        engines: list[Engine] = [client, direct]
        direct.send(Request("CreateTable", TABLE))
        seen = adds(engines, 2, lambda turn: turn < 1)  # each has a connection that is forked
        results = [fork(lambda: adds(engines, THREADS_OF_A_FORK, going)) for _ in range(FORKS)]
        seen += adds(engines, THREADS, going)
        for result in results:
            seen += [(counter, value) for counter, value in result()]
        lanes = [engine.transport.lane for engine in (client, direct)]
        assert ["fast", "direct"] == lanes
        client.disconnect()
    # Each number came back once: nothing was added twice, no answer went to somebody else.
    for counter in range(COUNTERS):
        values = sorted(value for each, value in seen if each == counter)
        assert list(range(1, len(values) + 1)) == values
    return len(seen)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(monkeypatch)


@pytest.mark.usefixtures("keys")
def test_what_threads_and_forks_count_together_is_exact() -> None:
    with Dynoxide() as server:
        assert 2 + 5 * (THREADS + FORKS * THREADS_OF_A_FORK) == count_together(
            server, lambda turn: turn < 5
        )


@pytest.mark.full
@pytest.mark.usefixtures("keys")
def test_what_threads_and_forks_count_together_for_a_minute_is_exact(evidence: Evidence) -> None:
    end = clock.monotonic() + 60
    with Dynoxide() as server:
        evidence(
            "numbers that threads and forks counted together, each seen once",
            count_together(server, lambda turn: clock.monotonic() < end),
        )
