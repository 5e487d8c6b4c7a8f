"""Every pattern on every engine: the same answers, page by page, and plain Python's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from random import Random
from typing import Any

import pytest

from tabledesign import Page, Query
from tabledesign.engine import Engine
from tabledesign.todo import TodoRepository, table

from .checking import ask, check, counts_of
from .dataset import Dataset
from .engines import create_table, opened
from .guard import Guard
from .questions import Question, of_ids, of_list, of_user
from .quirks import ENGINES, has_quirk
from .world import TENANTS, world

# moto takes a millisecond for each item that it answers with.
TASKS = {"embedded": 40, "dynoxide": 40, "moto": 14}


@cache
def world_of(tenant: str, engine: str) -> Dataset:
    return world(tenant, tasks=TASKS[engine])


def on(engine: str) -> Any:
    """A parameter with the engine's marks."""
    marks = [] if engine == "embedded" else [pytest.mark.engines, getattr(pytest.mark, engine)]
    return pytest.param(engine, id=engine, marks=marks)


@dataclass(eq=False)
class Stored:
    engine: Engine
    name: str

    def of(self, tenant: str) -> tuple[TodoRepository, Guard]:
        guard = Guard(self.engine, table, tenant=TENANTS[tenant])
        return TodoRepository(guard, tenant=tenant, cursor_keys=b"k" * 32), guard


@pytest.fixture(scope="module", params=[on(name) for name in ENGINES])
def stored(request: pytest.FixtureRequest) -> Iterator[Stored]:
    with opened(request.param) as engine:
        create_table(engine)
        stored = Stored(engine, request.param)
        for tenant in TENANTS:
            todo, _ = stored.of(tenant)
            assert todo.put_all(world_of(tenant, request.param).entities()).left == ()
        yield stored


def everything(data: Dataset) -> Iterator[Question]:
    random = Random(18)
    return chain(
        chain.from_iterable(of_user(data, user, random) for user in data.users),
        chain.from_iterable(of_list(data, list_id, random) for list_id in data.lists),
        of_ids(data, random, count=30),
    )


@pytest.mark.parametrize("tenant", TENANTS)
def test_each_engine_answers_every_pattern_as_plain_python_does(
    stored: Stored, tenant: str
) -> None:
    todo, guard = stored.of(tenant)
    counts = counts_of(
        everything(world_of(tenant, stored.name)), lambda each: check(todo, guard, each)
    )
    never = {name for name in TodoRepository.__patterns__ if not counts.answered[name]}
    # They are made of a stream, which is not replayed here.
    assert never == {"activity_of_list", "parked_records"}


def test_each_engine_gives_the_same_pages(stored: Stored) -> None:
    """Pages are those that plain Python cuts, cursors and the end of them included."""
    todo, guard = stored.of("t1")
    for question in everything(world_of("t1", stored.name)):
        if question.pattern in WALKED:
            asked: Query[Any] = ask(todo, question)
            for limit in (1, 3):
                found = pages(asked, guard, limit)
                expected = pages_of(question, limit)
                if has_quirk(stored.name, "end") and found != expected:
                    assert expected.pop() == []
                assert found == expected


WALKED = {"open_tasks", "completed_within", "board", "tasks_of_list_by_status"}


def pages(asked: Query[Any], guard: Guard, limit: int) -> list[list[Any]]:
    found: list[list[Any]] = []
    cursor: str | None = None
    while cursor is not None or not found:
        guard.forget()
        page: Page[Any] = asked.page(limit, cursor)
        assert page.requests == guard.requests <= 1
        found.append(list(page.items))
        cursor = page.cursor
    return found


def pages_of(question: Question, limit: int) -> list[list[Any]]:
    """What DynamoDB does: a page that is just full says that there may be more."""
    rows = list(question.expected)
    return [rows[at : at + limit] for at in range(0, len(rows) + 1, limit)]
