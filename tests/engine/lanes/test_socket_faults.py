"""A server that fails at any byte of its answer: no wrong answer, no leaked connection."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tabledesign.engine.lanes.connections import Connections
from tabledesign.engine.lanes.http import render
from tabledesign.engine.lanes.lost import Closed, Lost, TimedOut

from ...evidence import Evidence
from .raw_server import CHUNKED, PLAIN, Act, RawServer, cut, reset, respond, stall

REQUEST = render("/", "localhost", {}, b"{}")


def exchanged(connections: Connections) -> bytes | type[Lost]:
    try:
        return connections.exchange(REQUEST).body
    except Lost as lost:
        return type(lost)


@pytest.mark.parametrize("data", [PLAIN, CHUNKED], ids=["plain", "chunked"])
@pytest.mark.parametrize(("fault", "expected"), [(cut, Closed), (reset, Closed), (stall, TimedOut)])
def test_an_answer_that_stops_at_any_byte_is_lost_and_so_is_its_connection(
    fault: Callable[[bytes, int], Act], expected: type[Lost], data: bytes, evidence: Evidence
) -> None:
    acts = [fault(data, at) for at in range(len(data))]
    patience = 0.005 if fault is stall else 10
    with RawServer(*acts, respond()) as server:
        connections = Connections(
            server.url, context=None, connect_timeout=10, read_timeout=patience, size=10
        )
        outcomes = [exchanged(connections) for _ in acts]
        assert [expected] * len(acts) == outcomes
        # Each was sent once, on a connection of its own, of which none is left.
        assert (len(acts), len(acts)) == (len(server.requests), connections.opened)
        assert (0, True) == (connections.idle, server.all_ended())
    evidence("answers stopped at a byte, each reported as lost", len(acts))


@pytest.mark.parametrize("data", [PLAIN, CHUNKED], ids=["plain", "chunked"])
@pytest.mark.parametrize("fault", [cut, reset])
def test_what_happens_after_the_last_byte_of_an_answer_does_not_damage_it(
    fault: Callable[[bytes], Act], data: bytes
) -> None:
    with RawServer(fault(data), respond()) as server:
        connections = Connections(
            server.url, context=None, connect_timeout=10, read_timeout=10, size=10
        )
        assert b"{}" == connections.exchange(REQUEST).body
        connections.close()
        assert server.all_ended()
