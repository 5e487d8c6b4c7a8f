"""Histories: the to-do design and random designs hold; a planted bug is caught and cut short."""

from __future__ import annotations

from typing import Any

import pytest

from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.keys.composite import Composite
from tabledesign.patterns import index_updates
from tabledesign.testing.designs import draw_design
from tabledesign.testing.histories import Failure, run_histories
from tabledesign.testing.holding import assert_design_holds
from tabledesign.testing.settings import Weather, setting
from tabledesign.testing.source import Seeded
from tabledesign.todo import TodoRepository

from ..evidence import HISTORIES, Evidence
from .notes import Notes

WEATHERS: tuple[Weather, ...] = ("calm", "faults", "lag")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("weather", WEATHERS)
def test_the_todo_design_holds_in_every_weather(
    shared: EmbeddedEngine, weather: Weather, evidence: Evidence
) -> None:
    made = setting(TodoRepository, lambda: shared, weather=weather)
    report = run_histories(made, count=76, steps=30)

    assert 76 * 30 == report.rounds
    assert set() == set(TodoRepository.__patterns__) - set(report.hits)
    evidence(HISTORIES, report.histories)


@pytest.mark.full
@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("part", range(10))
def test_the_todo_design_holds_thousands_of_times(
    shared: EmbeddedEngine, weather: Weather, part: int, evidence: Evidence
) -> None:
    made = setting(TodoRepository, lambda: shared, weather=weather)
    report = run_histories(made, count=290, steps=30, seed=1_000 + 290 * part)

    assert 290 == report.histories
    evidence(HISTORIES, report.histories)


@pytest.mark.slow
@pytest.mark.parametrize("designs", [12, pytest.param(60, marks=pytest.mark.full)])
def test_random_designs_hold(shared: EmbeddedEngine, designs: int) -> None:
    for seed in range(designs):
        weather = WEATHERS[seed % 3]
        made = setting(draw_design(Seeded(seed)), lambda: shared, weather=weather)
        run_histories(made, count=2, steps=20, seed=seed * 10)


def test_a_history_is_the_same_for_the_same_seed(shared: EmbeddedEngine) -> None:
    made = setting(Notes, lambda: shared, weather="faults")

    assert run_histories(made, count=3, seed=5).hits == run_histories(made, count=3, seed=5).hits


def test_one_line_shows_that_a_design_holds(shared: EmbeddedEngine) -> None:
    held = assert_design_holds(Notes, engine=shared, histories=5)

    assert (15, 450) == (held.histories, held.rounds)
    assert held.answered > 0


def caught(shared: EmbeddedEngine, weather: Weather = "calm") -> Failure:
    with pytest.raises(Failure) as raised:
        run_histories(setting(Notes, lambda: shared, weather=weather), count=100)
    return raised.value


def no_attributes(_place: object) -> tuple[str, ...]:
    return ()


def test_an_index_key_that_is_left_behind_is_caught_in_few_steps(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_updates, "_attributes", no_attributes)
    failure = caught(shared)

    assert "is untrue" in str(failure)
    assert f"seed {failure.history.seed}" in str(failure)
    assert len(failure.history.rounds) <= 3


def test_a_prefix_without_its_end_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Composite.render

    def naive(self: Composite, values: Any) -> str | None:
        text = whole(self, values)
        return None if text is None else text.lower()

    monkeypatch.setattr(Composite, "render", naive)

    assert len(caught(shared).history.rounds) <= 3


def test_a_write_that_forgets_its_guard_is_caught(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmbeddedEngine.send

    def unguarded(self: EmbeddedEngine, request: Any) -> Any:
        kept = {k: v for k, v in request.parameters.items() if k != "ConditionExpression"}
        if request.operation == "DeleteItem":
            kept.pop("ExpressionAttributeNames", None)
            kept.pop("ExpressionAttributeValues", None)
            return send(self, type(request)(request.operation, kept))
        return send(self, request)

    monkeypatch.setattr(EmbeddedEngine, "send", unguarded)

    assert len(caught(shared).history.rounds) <= 2
