"""Cursors through a repository: what another question issued, or nobody, moves no request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from random import Random
from typing import Any

import pytest

from tabledesign import CursorInvalid, Query
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import TodoRepository, table

from .checking import ask
from .engines import create_table, fill
from .guard import Guard
from .questions import Question, of_list, of_user
from .world import TENANTS, world

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class Issued:
    """A cursor, and whoever may use it: the question, asked by its own tenant."""

    tenant: str
    question: Question
    cursor: str


@cache
def issued() -> list[Issued]:
    """The first and second cursor of every question that has them, in each tenant."""
    engine = embedded()
    create_table(engine)
    found: list[Issued] = []
    for tenant, prefix in TENANTS.items():
        data = world(tenant)
        fill(engine, data.entities(), tenant=tenant)
        guard = Guard(engine, table, tenant=prefix)
        todo = TodoRepository(guard, tenant=tenant, cursor_keys=KEY)
        random = Random(18)
        questions = chain(
            chain.from_iterable(of_user(data, user, random) for user in data.users),
            chain.from_iterable(of_list(data, list_id, random) for list_id in data.lists),
        )
        for question in questions:
            if len(question.expected) > 2:
                asked: Query[Any] = ask(todo, question)
                first = asked.page(1).cursor
                found += (
                    Issued(tenant, question, each)
                    for each in (first, asked.page(1, first).cursor)
                    if each is not None
                )
    return found


def refuse(issue: Issued, cursor: str, **changed: Any) -> None:
    """Ask the question with the cursor: it must be refused, and the engine not be asked."""
    engine = ScriptedEngine()
    options: dict[str, Any] = {"tenant": issue.tenant, "cursor_keys": KEY} | changed
    asked: Query[Any] = ask(TodoRepository(engine, **options), issue.question)
    with pytest.raises(CursorInvalid) as caught:
        asked.page(1, cursor)
    assert (caught.value.code, caught.value.field) == ("cursor.invalid", "cursor")
    assert engine.requests == []


def identity(issue: Issued) -> tuple[object, ...]:
    """What a cursor is bound to, told by the exact request and the pattern."""
    engine = ScriptedEngine()
    todo = TodoRepository(engine, tenant=issue.tenant, cursor_keys=KEY)
    return (issue.question.pattern, str(ask(todo, issue.question).request()))


def test_a_cursor_goes_on_where_its_own_question_is_asked() -> None:
    """Without this the refusals below would show nothing."""
    for issue in issued()[::7]:
        engine = ScriptedEngine(fault=lambda request, n: {"Items": [], "Count": 0})
        todo = TodoRepository(engine, tenant=issue.tenant, cursor_keys=KEY)
        ask(todo, issue.question).page(1, issue.cursor)
        assert ["ExclusiveStartKey" in each.parameters for each in engine.requests] == [True]


def test_6500_cursors_of_other_questions_are_refused() -> None:
    random, refused = Random(21), 0
    identities = [identity(issue) for issue in issued()]
    assert len(set(identities)) > 300
    while refused < 6_500:
        one, other = random.sample(range(len(identities)), 2)
        if identities[one] != identities[other]:
            refuse(issued()[one], issued()[other].cursor)
            refused += 1


def test_the_same_question_of_another_tenant_refuses_the_cursor() -> None:
    for issue in issued():
        for tenant in {*TENANTS, "T1", "t1 "} - {issue.tenant}:
            refuse(issue, issue.cursor, tenant=tenant)


def test_another_table_or_another_key_refuses_the_cursor() -> None:
    for issue in issued():
        refuse(issue, issue.cursor, table_name="todo-2")
        refuse(issue, issue.cursor, cursor_keys=OTHER_KEY)


def test_about_4000_tampered_cursors_are_refused() -> None:
    random = Random(22)
    cursors = {issue.cursor for issue in issued()}
    known = sorted(cursors)
    for issue in random.choices(issued(), k=4_000):
        made = tampered(issue.cursor, random.choice(known), random)
        if made not in cursors:
            refuse(issue, made)


def tampered(cursor: str, other: str, random: Random) -> str:
    """The cursor with something changed, lost, added or taken from another one."""
    at = random.randrange(len(cursor))
    changed = (
        cursor[:at] + random.choice(LETTERS) + cursor[at + 1 :],
        cursor[:at] + cursor[at + 1 :],
        cursor[:at],
        cursor[:at] + random.choice(LETTERS) + cursor[at:],
        cursor[:at] + other[at:],
        cursor + random.choice(("=", " ", "\n", "A", "\u0000")),
        random.choice(("", "e30", "null", "\u2603", "A" * 20_000)),
    )
    return random.choice(changed)
