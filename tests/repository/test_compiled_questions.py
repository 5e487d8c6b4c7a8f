"""A question that was compiled is asked as it was declared, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tabledesign import InputError, View, field
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import Task, TodoRepository


class Title(View, of=Task):
    task_id: str
    title: str


CHANGES: dict[str, Callable[[Any], Any]] = {
    "latest_first": lambda asked: asked.latest_first(),
    "consistent": lambda asked: asked.consistent(),
    "where": lambda asked: asked.where(field("title") == "x"),
    "as_view": lambda asked: asked.as_view(Title),
}


@pytest.mark.parametrize("method", CHANGES)
def test_what_is_said_to_a_compiled_question_is_refused_and_never_ignored(method: str) -> None:
    asked = TodoRepository(ScriptedEngine(), tenant="acme").open_tasks("ann")
    with pytest.raises(InputError, match=rf"without this {method}\(\)") as caught:
        CHANGES[method](asked)
    assert caught.value.code == "query.compiled"


def test_a_compiled_lookup_is_not_made_consistent_afterwards() -> None:
    todo = TodoRepository(ScriptedEngine(), tenant="acme")
    for asked in (todo.user("ann"), todo.tasks_by_id(["1"])):
        with pytest.raises(InputError, match=r"without this consistent\(\)"):
            asked.consistent()


def test_a_compiled_question_is_turned_round_and_is_else_the_same() -> None:
    asked = TodoRepository(ScriptedEngine(), tenant="acme").open_tasks("ann")
    turned = asked.reversed()

    assert {**asked.request(), "ScanIndexForward": False} == turned.request()
    assert asked.request() == turned.reversed().request()
    assert asked.explain().replace("ascending", "descending") == turned.explain()
