"""Arguments from a shell's words, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Literal
from uuid import UUID

import pytest
from tests.design.designs import Orders, State

from tabledesign import InputError, Range, StartsWith
from tabledesign.design.arguments import read_arguments, write_argument
from tabledesign.design.samples import sample_arguments
from tabledesign.design.spelling import read_value, write_value
from tabledesign.patterns.plan import Plan
from tabledesign.todo import TodoRepository


class Level(Enum):
    LOW = 1
    HIGH = 2


VALUES: list[tuple[object, str, object]] = [
    (str, "a=b ..", "a=b .."),
    (str, "", ""),
    (int, "-7", -7),
    (Decimal, "12.50", Decimal("12.50")),
    (bool, "true", True),
    (date, "2026-01-31", date(2026, 1, 31)),
    (datetime, "2026-01-31T09:00:00Z", datetime(2026, 1, 31, 9, tzinfo=UTC)),
    (UUID, "123e4567-e89b-12d3-a456-426614174000", UUID("123e4567e89b12d3a456426614174000")),
    (State, "sent", State.SENT),
    (Level, "2", Level.HIGH),
    (Literal["a", 1], "1", 1),
    (bytes, "YWI=", b"ab"),
]


@pytest.mark.parametrize(("kind", "text", "value"), VALUES)
def test_a_value_is_read_and_written_back(kind: object, text: str, value: object) -> None:
    assert value == read_value(kind, text, name="x")
    assert text == write_value(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (int, "7.0"),
        (int, "1_0"),
        (int, ""),
        (Decimal, "NaN"),
        (bool, "yes"),
        (date, "1767139200"),
        (date, "2026-02-30"),
        (datetime, "2026-01-31T09:00:00"),
        (datetime, "2026-01-31"),
        (UUID, "12"),
        (State, "SENT"),
        (Level, "3"),
        (bytes, "?"),
    ],
)
def test_a_misspelled_value_is_refused_with_the_name_and_not_the_value(
    kind: object, text: str
) -> None:
    with pytest.raises(InputError, match="'due' is not") as refused:
        read_value(kind, text, name="due")

    assert ("argument.value", "due") == (refused.value.code, refused.value.field)


DAYS: list[tuple[str, Range[date]]] = [
    ("2026-01-01..2026-01-31", Range(date(2026, 1, 1), date(2026, 1, 31))),
    ("..<2026-01-31", Range.before(date(2026, 1, 31))),
    ("..2026-01-31", Range.at_most(date(2026, 1, 31))),
    (">2026-01-01..", Range.after(date(2026, 1, 1))),
    ("2026-01-01..", Range.at_least(date(2026, 1, 1))),
    ("..", Range()),
]


@pytest.mark.parametrize(("text", "days"), DAYS)
def test_a_range_is_read_and_written_back(text: str, days: Range[date]) -> None:
    plan = TodoRepository.tasks_due.plan

    arguments = read_arguments(plan, ["user_id=ann", f"due={text}"])

    assert {"user_id": "ann", "due": days} == arguments
    assert text == write_argument(days)


@pytest.mark.parametrize("words", [["task_ids=a,b"], ["task_ids=a", "task_ids=b"]])
def test_a_sequence_is_separated_or_repeated(words: Sequence[str]) -> None:
    assert {"task_ids": ["a", "b"]} == read_arguments(TodoRepository.tasks_by_id.plan, words)


def test_a_beginning_is_the_text_itself() -> None:
    arguments = read_arguments(Orders.titled.plan, ["shop=s", "beginning=St"])

    assert {"shop": "s", "beginning": StartsWith("St")} == arguments


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["user_id"], "argument.form"),
        (["usr_id=a"], "argument.unknown"),
        (["user_id=a"], "argument.missing"),
        (["user_id=a", "user_id=b", "due=.."], "argument.twice"),
        (["user_id=a", "due=2026-01-01"], "argument.range"),
        (["user_id=a", "due=1..2..3"], "argument.range"),
        (["user_id=a", "due=x.."], "argument.value"),
        (["user_id=a", "due=2026-02-01..2026-01-01"], "range.reversed"),
    ],
)
def test_words_that_do_not_fit_are_refused_by_code(words: list[str], code: str) -> None:
    with pytest.raises(InputError) as refused:
        read_arguments(TodoRepository.tasks_due.plan, words)

    assert code == refused.value.code


@pytest.mark.parametrize("plan", [*Orders.plans(), *TodoRepository.plans()], ids=lambda p: p.name)
def test_sample_arguments_survive_the_shell_and_can_be_bound(plan: Plan) -> None:
    samples = sample_arguments(plan)
    words = [f"{name}={write_argument(value)}" for name, value in samples.items()]

    assert samples == read_arguments(plan, words)
    plan.bind(samples, "acme" if plan.table.tenants else None)
