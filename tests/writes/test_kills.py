"""kill -9 of a client, or of dynoxide itself, in the middle of an import and of transactions.

What was acknowledged is in dynoxide's file, of what was not all or nothing is; every key, claim
and count is true, and the import goes on and ends with each row once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from tabledesign.design.definition import table_definition
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.testing.truth import scan
from tabledesign.todo import table as todo_table
from tabledesign.wire import Item, Request

from ..evidence import KILLS, Evidence
from .design import TENANT_NAME, House
from .design import table as house_table
from .killing import (
    Moment,
    Told,
    Victim,
    check_history,
    check_import,
    check_todo,
    import_into,
    killed,
    reference,
)
from .memory import Memory
from .steps import History

LINES = 20
"""So many lines at most between the answer that is waited for and the kill."""


def rows(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = {
                "id": f"t{number:06}",
                "list": f"list {number % 5}",
                "user": f"user {number % 7}",
                "title": "Feed the cat",
                "created_at": "2026-11-23T09:30:00+01:00",
            }
            file.write(json.dumps(row) + "\n")
    return path


@dataclass(frozen=True)
class Whole:
    """A file, what an undisturbed import of it leaves, and how many writes that takes."""

    path: Path
    count: int
    items: Mapping[tuple[str, ...], Item]
    answers: int


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Whole]:
    folder = tmp_path_factory.mktemp("imported")

    @cache
    def of(count: int) -> Whole:
        path = rows(folder / f"{count}.ndjson", count)
        return Whole(path, count, *reference(path))

    return of


def kill_once(database: Path, victim: Victim, *, share: float, seed: int, whole: Whole) -> None:
    """One kill after this share of the import, and everything that must hold after it."""
    lines = Random(seed).randrange(LINES)
    moment = Moment(1 + int(share * (whole.answers - 2)), lines)
    with Dynoxide(database) as server:
        for table in (todo_table, house_table):
            server.engine().send(Request("CreateTable", table_definition(table)))
        told = killed(victim, moment, server, whole.path, seed)
        assert (victim == "server") == bool(told.failed), told.failed
        assert set(told.failed.values()) <= {"engine.unreachable", "outcome.unknown"}
        server.stop()  # what a killed client had sent is carried out, or never
        engine = server.start().engine()

        check_history(list(scan(engine, house_table.name)), told, seed)
        check_import(list(check_todo(engine).values()), told, whole.items)
        report = import_into(engine, whole.path).report
        assert (whole.count, True) == (report.resumed_after + report.tasks, report.finished)
        assert whole.items == check_todo(engine)


@pytest.mark.engines
@pytest.mark.dynoxide
@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("victim", get_args(Victim))
def test_a_kill_loses_nothing_acknowledged_and_the_import_goes_on(
    tmp_path: Path,
    victim: Victim,
    number: int,
    whole: Callable[[int], Whole],
    evidence: Evidence,
) -> None:
    share = (2 * number + (victim == "server")) / 4
    kill_once(tmp_path / "killed.db", victim, share=share, seed=number, whole=whole(300))
    evidence(KILLS, 1)


@pytest.mark.full
@pytest.mark.timeout(1_800)
@pytest.mark.engines
@pytest.mark.dynoxide
@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("victim", get_args(Victim))
def test_twenty_kills_lose_nothing_acknowledged(
    tmp_path: Path,
    victim: Victim,
    number: int,
    whole: Callable[[int], Whole],
    evidence: Evidence,
) -> None:
    database = tmp_path / "killed.db"
    kill_once(database, victim, share=number / 10, seed=100 + number, whole=whole(1_200))
    evidence(KILLS, 1)


def played(steps: int) -> tuple[list[Item], Told]:
    memory = Memory()
    history = History(House(memory, tenant=TENANT_NAME), 1)
    for _ in range(steps):
        history.step()
    return list(memory.items.values()), Told(steps=steps)


def test_a_step_that_was_lost_or_half_done_would_be_seen() -> None:
    items, told = played(40)
    check_history(items, told, 1)
    check_history(items, replace(told, steps=39), 1)

    with pytest.raises(AssertionError, match="after 60 steps"):
        check_history(items, replace(told, steps=60), 1)
    claims = [item for item in items if item["entity"] == {"S": "unique"}]
    with pytest.raises(AssertionError):
        check_history([item for item in items if item is not claims[0]], told, 1)


def test_a_row_that_was_acknowledged_and_lost_would_be_seen(
    whole: Callable[[int], Whole],
) -> None:
    expected = whole(300).items
    items = list(expected.values())
    told = Told(stored=[item["pk"]["S"] for item in items])
    check_import(items, told, expected)

    task = next(item for item in items if item["entity"] == {"S": "Task"})
    with pytest.raises(AssertionError, match="lost"):
        check_import([item for item in items if item is not task], told, expected)
    with pytest.raises(AssertionError, match="not as the file says"):
        check_import([{**task, "title": {"S": "half"}}], Told(), expected)
