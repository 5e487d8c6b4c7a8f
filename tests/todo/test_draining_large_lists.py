"""A list of any size: hundreds of tasks at once, and the largest list of the example data."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from tests.proof.dataset import Dataset, read_dataset

from tabledesign import Deadline, Entity
from tabledesign.design.creation import create_table
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.engine.embedded import embedded
from tabledesign.engine.scripted import ScriptedEngine
from tabledesign.todo import Member, Role, Task, TaskList, TodoRepository, table
from tabledesign.todo.draining import STEP, Drained, Drainer

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NO_GRACE = timedelta(0)


def test_hundreds_of_tasks_and_members_go_in_a_few_transactions() -> None:
    tasks, members = 2 * STEP + 2, STEP + 1
    with embedded() as real:
        create_table(table, real)
        engine = ScriptedEngine(real)
        todo = TodoRepository(engine, tenant="acme")
        todo.put_all(list(a_list("home", tasks, members)))
        todo.delete_list("home", NOW)
        engine.requests.clear()
        report = Drainer(todo, grace=NO_GRACE).run()

        assert Drained(tasks=tasks, members=members, lists=1) == report
        sent = Counter(request.operation for request in engine.requests)
        assert 3 + 2 == sent["TransactWriteItems"]
        assert 0 == todo.board("home").count()
        assert {"AccessRecord"} == {
            row["entity"]["S"] for row in real.stored(table.name) if "home" in row["pk"]["S"]
        }


def a_list(list_id: str, tasks: int, members: int) -> Iterator[Entity]:
    yield TaskList(list_id=list_id, title="Large", owner_id="0")
    for number in range(members):
        yield Member(list_id=list_id, user_id=str(number), role=Role.EDITOR)
    for number in range(tasks):
        yield Task(task_id=f"t{number}", list_id=list_id, user_id="0", title="Rest", created_at=NOW)


@pytest.mark.full
@pytest.mark.engines
@pytest.mark.dynoxide
@pytest.mark.timeout(3_600)
def test_the_largest_list_of_the_example_data_is_drained_in_many_short_runs(
    tmp_path: Path,
) -> None:
    data = read_dataset("commits", seed="demo")
    sizes = Counter(row.list for row in data.rows)
    [(largest, size), (other, _)] = sizes.most_common(2)[0], sizes.most_common()[-1]
    with Dynoxide(tmp_path / "todo.db") as server:
        engine = server.engine()
        create_table(table, engine)
        todo = TodoRepository(engine, tenant="acme")
        loaded = [*entities_of(data, largest), *entities_of(data, other)]
        assert () == todo.put_all(loaded, deadline=timedelta(minutes=30)).left
        members = todo.members_count(largest)

        started = perf_counter()
        todo.delete_list(largest, NOW, by="ann")
        hidden = perf_counter() - started
        reports: list[Drained] = []
        while not reports or not reports[-1].finished:
            short = todo.within(Deadline.after(5))
            reports.append(report := Drainer(short, grace=NO_GRACE).run())
            assert report.finished or report.tasks + report.members > 0
        seconds = perf_counter() - started
        assert (0, sizes[other]) == tuple(
            todo.tasks_of_list(each).count() for each in (largest, other)
        )

    sys.stdout.write(
        f"{largest}: {size:,} tasks and {members:,} members; hidden in {hidden * 1000:.0f} ms, "
        f"drained in {seconds:.0f} s by {len(reports)} runs of at most 5 s\n"
    )
    assert (15_436, members, 1) == (
        sum(each.tasks for each in reports),
        sum(each.members for each in reports),
        sum(each.lists for each in reports),
    )


def entities_of(data: Dataset, list_id: str) -> Iterator[Entity]:
    return (each for each in data.entities() if getattr(each, "list_id", None) == list_id)
