"""Requests that mean harm: each is answered, none with a failure, none with another's rows."""

from __future__ import annotations

import pytest

from ..evidence import Evidence
from .spoiling import WAYS
from .storming import storm

HOSTILE = "requests of hostile clients through five kinds of event: 5xx, foreign rows, canaries"


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.full)])
def test_hostile_requests_are_answered_and_learn_nothing(evidence: Evidence, count: int) -> None:
    seen = storm(count, seed=count)

    assert seen.failure is None, f"request {seen.count}: {seen.failure}"
    assert count == seen.count
    assert {200, 400, 401, 403, 404, 422} <= seen.statuses.keys()
    if count >= 10_000:
        # A few hundred do not meet everything that may be met.
        assert {201, 204, 405, 406} <= seen.statuses.keys()
        assert WAYS.keys() == seen.ways.keys()
        assert [] == [route for route, good in seen.routes.items() if not good]
    evidence(HOSTILE, count)
