"""Requests sent together: threads come where answers are waited for, and not where they do harm."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

import pytest

from tabledesign import clock
from tabledesign.engine import ClientEngine, drive, send_many
from tabledesign.engine.allowance import Retries, within
from tabledesign.engine.clients import make_client
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.lanes.direct import DirectEngine
from tabledesign.engine.protocol import AsyncEngine, Engine, Waits
from tabledesign.wire import Request, Response

MILLISECOND = 0.001


class Passing:
    """A clock that goes on when an answer is waited for, and only then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gone = 0.0
        monkeypatch.setattr(clock, "monotonic", lambda: self.gone)
        monkeypatch.setattr(clock, "worked", lambda: 0.0)

    def milliseconds(self, count: float) -> None:
        self.gone += count * MILLISECOND


class Waiting:
    thread_safe: ClassVar[bool] = True

    def __init__(self, answer: Callable[[int], object], *, waits: float | None) -> None:
        self.waits = Waits()
        self.waits.seconds = waits
        self.answer = answer
        self.threads: dict[int, threading.Thread] = {}

    def send(self, request: Request) -> Response:
        number: int = request.parameters["n"]
        self.threads[number] = threading.current_thread()
        self.answer(number)
        return request.parameters

    @property
    def alone(self) -> list[int]:
        """The requests that the calling thread has sent."""
        mine = threading.current_thread()
        return sorted(number for number, thread in self.threads.items() if thread is mine)


def sent(count: int, engine: Engine | AsyncEngine, limit: int = 3) -> list[object]:
    requests = tuple(Request("Query", {"n": n}) for n in range(count))
    return list(drive(send_many(requests, limit=limit), engine))


def test_an_engine_that_answers_at_once_is_asked_by_the_calling_thread_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passing = Passing(monkeypatch)
    engine = Waiting(lambda number: passing.milliseconds(0.9), waits=0.0005)
    assert sent(6, engine) == [{"n": n} for n in range(6)]
    assert engine.alone == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("waits", [None, 0.002])
def test_an_engine_that_lets_one_wait_or_is_not_known_yet_is_asked_by_several(
    waits: float | None,
) -> None:
    meeting = threading.Barrier(3)  # passed only when three are under way at once
    engine = Waiting(lambda number: meeting.wait(timeout=5), waits=waits)
    assert sent(6, engine) == [{"n": n} for n in range(6)]
    assert len(set(engine.threads.values())) == 3


def test_threads_come_to_help_as_soon_as_one_answer_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passing, meeting = Passing(monkeypatch), threading.Barrier(3)

    def answer(number: int) -> None:
        if number == 3:
            passing.milliseconds(1.1)
        if number > 3:
            meeting.wait(timeout=5)

    engine = Waiting(answer, waits=0.0)
    assert sent(10, engine) == [{"n": n} for n in range(10)]
    assert engine.alone[:4] == [0, 1, 2, 3]
    assert len(set(engine.threads.values())) == 3


def test_the_shortest_wait_is_remembered_and_one_long_answer_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passing = Passing(monkeypatch)
    engine = Waiting(lambda number: passing.milliseconds(50 if number == 0 else 0.2), waits=0.0)
    sent(1, engine)
    assert engine.waits.seconds == 0.0  # of one alone nothing is learned
    sent(2, engine, limit=2)
    assert engine.waits.seconds == pytest.approx(0.0002)


def test_what_is_not_an_outcome_ends_the_work_of_all_and_is_raised() -> None:
    meeting = threading.Barrier(3)

    def answer(number: int) -> None:
        assert number < 3
        meeting.wait(timeout=5)
        if threading.current_thread().name == "tabledesign-1":
            raise KeyboardInterrupt
        for each in threading.enumerate():  # by now it has told the others
            if each.name == "tabledesign-1":
                each.join(timeout=5)

    engine = Waiting(answer, waits=1.0)
    with pytest.raises(KeyboardInterrupt):
        sent(100, engine)
    assert len(engine.threads) == 3
    assert not [each for each in threading.enumerate() if each.name.startswith("tabledesign-")]


def test_a_deadline_that_has_come_is_the_outcome_of_each_that_is_left() -> None:
    engine = Waiting(lambda number: None, waits=1.0)
    late = within(engine, Deadline(clock.now()))
    outcomes = sent(5, late)
    assert [getattr(outcome, "code", None) for outcome in outcomes] == ["deadline.passed"] * 5
    assert engine.threads == {}


def test_what_is_learned_of_an_engine_is_kept_with_it_under_any_rule() -> None:
    engine = ClientEngine(make_client(endpoint_url="http://127.0.0.1:9", region="eu-central-1"))
    assert engine.waits.seconds is None
    assert getattr(within(engine, retries=Retries()), "waits", None) is engine.waits
    with DirectEngine("eu-central-1") as direct:
        assert direct.waits.seconds is None
