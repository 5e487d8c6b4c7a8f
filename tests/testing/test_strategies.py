"""Strategies and the machine, under hypothesis."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from tabledesign.codec import codec_of
from tabledesign.engine.embedded import EmbeddedEngine
from tabledesign.keys.scalars import scalar_of
from tabledesign.patterns import index_updates
from tabledesign.repository.repository import Repository
from tabledesign.testing.broken import Broken
from tabledesign.testing.machine import machine_of
from tabledesign.testing.settings import setting
from tabledesign.testing.strategies import (
    arguments_of,
    changes_of,
    designs,
    entities_of,
    from_source,
    values,
)
from tabledesign.todo import TodoRepository
from tabledesign.todo.entities import Status, Task

from .notes import Note, Notes

FEW = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
KINDS: list[Any] = [str, int, Decimal, bool, bytes, datetime, UUID, Status]


@FEW
@given(data=st.data())
def test_key_values_can_stand_in_keys(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    scalar = scalar_of(kind)
    value = data.draw(values(kind, identifies=True))

    assert scalar is not None
    assert scalar.decode(scalar.encode(value, field="x")) == value


@FEW
@given(entities_of(Task))
def test_drawn_entities_pass_their_own_validators_and_are_stored(task: Task) -> None:
    assert (task.status is Status.DONE) == (task.completed_at is not None)
    assert task == codec_of(Task).decode(codec_of(Task).encode(task))


@FEW
@given(changes_of(Note), arguments_of(Notes.open_notes))
def test_changes_leave_the_primary_key_alone(change: Any, arguments: dict[str, object]) -> None:
    assert set() == change.touched & {"owner", "note_id"}
    assert {"owner", "due"} == set(arguments)


@FEW
@given(designs())
def test_random_designs_compile(design: type[Repository]) -> None:
    assert len(design.plans()) == len(design.__patterns__) > 0


def test_a_strategy_shrinks_to_the_simplest_value() -> None:
    @FEW
    @given(from_source(lambda source: source.integer(0, 1_000)))
    def fails_from_ten(number: int) -> None:
        assert number < 10, number

    with pytest.raises(AssertionError, match=r"^10"):
        fails_from_ten()


@pytest.mark.slow
def test_the_machine_finds_nothing_in_the_todo_design(shared: EmbeddedEngine) -> None:
    machine = machine_of(setting(TodoRepository, lambda: shared))
    few = settings(FEW, max_examples=5, stateful_step_count=10)

    run_state_machine_as_test(machine, settings=few)


@pytest.mark.slow
def test_the_machine_finds_a_planted_bug(
    shared: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_attributes(_place: object) -> tuple[str, ...]:
        return ()

    monkeypatch.setattr(index_updates, "_attributes", no_attributes)
    machine = machine_of(setting(Notes, lambda: shared))

    searching = settings(
        FEW, max_examples=50, stateful_step_count=12, phases=[Phase.generate], print_blob=False
    )

    with pytest.raises(Broken, match="is untrue"):
        run_state_machine_as_test(machine, settings=searching)
