"""Two clients of the API at once, in every order, and with a fault at each request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest

from tabledesign.engine.scripted import Fault
from tabledesign.testing import faults
from tabledesign.todo.http import tasks

from ..evidence import Evidence
from .contests import CONTESTS, fill
from .duel import Arena, Outcome
from .laws import Ring

RACES = "races of two HTTP requests, every order: one effect, one winner, the first answer again"
FAULTS = "races of two HTTP requests, every order, a fault at each request: told as it was"

TROUBLES: Mapping[str, Fault] = {
    "dropped": faults.dropped,
    "answer lost": faults.answer_lost,
    "throttled": faults.throttled,
    "conflict": faults.conflicts,
    "server error before": faults.server_error(applied=False),
    "server error after": faults.server_error(applied=True),
    "crash": faults.crash,
}
MOST = 15
"""Orders of one fault: one that lasts is met again and again, and each time the other may go on."""


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    made = Arena(fill)
    yield made
    made.close()


@pytest.mark.parametrize("most", [6, pytest.param(1_000, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", CONTESTS)
def test_two_requests_at_once_are_as_one_after_the_other(
    arena: Arena, name: str, most: int, evidence: Evidence
) -> None:
    ring = Ring(arena, CONTESTS[name])
    count = 0
    for outcomes in arena.every(ring.sent, most=most):
        ring.check(outcomes, failing=False)
        count += 1
    assert count > 1
    evidence(RACES, count)


@pytest.mark.parametrize("name", CONTESTS)
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.full
def test_a_fault_at_any_request_of_one_is_told_as_it_was(
    arena: Arena, name: str, trouble: str, evidence: Evidence
) -> None:
    ring = Ring(arena, CONTESTS[name])
    count = 0
    for lasting in (False, True):
        place = faults.from_request if lasting else faults.at_request
        for number in range(1, ring.requests + 1):
            fault = place(number, TROUBLES[trouble])
            for outcomes in arena.every(ring.sent, fault, most=MOST):
                ring.check(outcomes, failing=True)
                count += 1
    evidence(FAULTS, count)


def test_a_creation_whose_answer_is_lost_while_its_double_runs_has_one_effect(
    arena: Arena, evidence: Evidence
) -> None:
    ring = Ring(arena, CONTESTS["a task created twice under one key"])
    count = 0
    for outcomes in arena.every(ring.sent, faults.at_request(3, faults.answer_lost), most=12):
        ring.check(outcomes, failing=True)
        count += 1
    evidence(FAULTS, count)


def test_a_race_that_both_win_is_found(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "as_read", _none)
    ring = Ring(arena, CONTESTS["two changes of other fields"])

    assert any(not _is_lawful(ring, outcomes) for outcomes in arena.every(ring.sent))


def test_a_key_that_is_not_heeded_is_found(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "request_key", _none)
    ring = Ring(arena, CONTESTS["a task created twice under one key"])

    assert any(not _is_lawful(ring, outcomes) for outcomes in arena.every(ring.sent))


def _none(*_: object) -> None:
    return None


def _is_lawful(ring: Ring, outcomes: Sequence[Outcome]) -> bool:
    try:
        ring.check(outcomes, failing=False)
    except AssertionError:
        return False
    return True
