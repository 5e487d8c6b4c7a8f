"""All 94,457 tasks of the larger file, in `full`: plain Python agrees.

A sample is read on the embedded engine, filled as from a state file, from the file as it is and
with what it lacks made up. The whole of the latter is imported into dynoxide, which answers long
partitions quickly.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import pytest
from tests.engine.lanes.engines import directly

from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import embedded
from tabledesign.todo import TodoRepository, table
from tabledesign.todo.importing import Importer

from .checking import Counts, check, counts_of
from .dataset import FILES, Dataset, read_dataset
from .engines import create_table, fill
from .guard import Guard
from .questions import Question, of_ids, of_list, of_user
from .quirks import EXTRA_SCANNED

PATTERNS = set(TodoRepository.__patterns__)
# What was done to a table, and what was made of its stream.
NEVER = {"access_of_list", "activity_of_list", "deletions", "parked_records"}
NOT_IN_THE_FILE = {
    # Every task of the file is completed; it names no email, no members and no assignees.
    *NEVER, "assigned_tasks", "lists_of_user", "members_of_list", "open_tasks", "overdue_tasks",
    "user_by_email",
}  # fmt: skip
LONG = 1_600  # rows; longer answers take the embedded engine too long, and are read in `full`


@dataclass(eq=False)
class Loaded:
    data: Dataset
    guard: Guard
    todo: TodoRepository


@pytest.fixture(scope="module")
def sampled(request: pytest.FixtureRequest) -> Iterator[Loaded]:
    data = read_dataset("commits", seed=request.param)
    with embedded() as engine:
        create_table(engine)
        fill(engine, data.entities(), tenant="acme")
        guard = Guard(engine, table, tenant="acme")
        todo = TodoRepository(guard, tenant="acme", cursor_keys=b"k" * 32)
        yield Loaded(data, guard, todo)


@pytest.mark.full
@pytest.mark.parametrize("sampled", [None, "proof"], ids=["as it is", "enriched"], indirect=True)
def test_a_sample_of_users_and_lists_is_answered_as_plain_python_does(sampled: Loaded) -> None:
    data, random = sampled.data, Random(18)
    users = [*data.heaviest(2), *random.sample(data.oracle.users(), 100)]
    by_size = sorted(data.lists, key=lambda each: len(data.oracle.tasks_of_list(each)))
    questions = chain(
        chain.from_iterable(of_user(data, user, random) for user in users),
        chain.from_iterable(of_list(data, list_id, random) for list_id in by_size[:6]),
        of_ids(data, random, count=250),
    )
    short = (each for each in questions if len(each.expected) < LONG or each.pattern == "users")
    counts = counts_of(short, lambda each: check(sampled.todo, sampled.guard, each))
    counts.report()
    never = NEVER if data.memberships else NOT_IN_THE_FILE
    assert {name for name in PATTERNS if not counts.answered[name]} == never


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: each task is stored by some 100 KB of writing."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.mark.full
@pytest.mark.engines
@pytest.mark.dynoxide
@pytest.mark.timeout(3_600)
def test_every_user_and_list_is_answered_as_plain_python_does(folder: Path) -> None:
    data, random = read_dataset("commits", seed="proof"), Random(18)
    started = perf_counter()
    with Dynoxide(folder / "todo.db") as server, directly(server) as engine:
        create_table(engine)
        guard = Guard(engine, table, tenant="acme")
        todo = TodoRepository(guard, tenant="acme", cursor_keys=b"k" * 32)
        imported = Importer(todo, FILES["commits"], seed="proof").run()
        loaded = perf_counter()
        counts = counts_of(
            everything(data, random), lambda each: check(todo, guard, each, extra=EXTRA_SCANNED)
        )
    assert (94_457, 5_893, 45) == (imported.tasks, imported.users, imported.lists)
    report(counts, data, loaded - started, perf_counter() - loaded)
    assert {name for name in PATTERNS if not counts.answered[name]} == NEVER


def everything(data: Dataset, random: Random) -> Iterator[Question]:
    for user in data.oracle.users():
        yield from of_user(data, user, random, most=2)
    for list_id in data.oracle.lists():
        yield from of_list(data, list_id, random)
    yield from of_ids(data, random, count=1_000)


def report(counts: Counts, data: Dataset, loading: float, asking: float) -> None:
    counts.report()
    sys.stdout.write(
        f"{data.name}: {len(data.rows):,} tasks loaded in {loading:.0f} s; "
        f"{sum(counts.asked.values()):,} questions, {sum(counts.rows.values()):,} rows "
        f"compared in {asking:.0f} s\n"
    )
