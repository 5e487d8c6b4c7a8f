from __future__ import annotations

from tabledesign.engine.lanes.doubts import KEPT, Doubts
from tabledesign.errors import OutcomeUnknown, Throttled
from tabledesign.wire import Request

LOST = OutcomeUnknown("lost; read the item", code="outcome.unknown")


def test_each_of_several_requests_in_doubt_is_known_and_no_equal_one() -> None:
    doubts, requests = Doubts(), [Request("ListTables", {}) for _ in range(4)]
    for request in requests[:3]:
        doubts.note(request, LOST)
    assert [request in doubts for request in requests] == [True, True, True, False]


def test_a_request_that_was_refused_is_not_in_doubt() -> None:
    doubts, request = Doubts(), Request("ListTables", {})
    doubts.note(request, Throttled("too much; slow down", code="request.throttled"))
    assert request not in doubts


def test_the_oldest_is_forgotten_so_that_they_take_no_more_memory_in_a_long_outage() -> None:
    doubts, requests = Doubts(), [Request("ListTables", {}) for _ in range(KEPT + 1)]
    for request in requests:
        doubts.note(request, LOST)
    assert [request in doubts for request in requests] == [False, *[True] * KEPT]
