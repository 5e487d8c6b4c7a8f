"""An import takes the memory of a few batches: what grows with the file is users, lists and ids."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine.scripted import FakeClock
from tabledesign.todo import TodoRepository, importing
from tabledesign.todo.import_report import ImportReport
from tabledesign.todo.importing import Importer
from tabledesign.wire import Request

from .conftest import WriteRows

ROOT = Path(__file__).parents[2]
DATA = ROOT / "examples" / "data"


class Swallowing:
    """Takes everything that is written, and holds nothing."""

    thread_safe = False

    def __init__(self) -> None:
        self.clock = FakeClock()

    def send(self, request: Request) -> Mapping[str, Any]:
        return {"Responses": {}} if request.operation == "BatchGetItem" else {}


def peak(path: Path) -> tuple[int, int]:
    """How many tasks are imported, and the most memory that it takes."""
    tracemalloc.start()
    report = imported(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return report.tasks, most


def imported(path: Path) -> ImportReport:
    return Importer(TodoRepository(Swallowing(), tenant="demo"), path).run()


def test_more_rows_of_the_same_people_take_no_more_memory(
    rows: WriteRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 25)

    def taken(count: int) -> tuple[int, int]:
        return peak(rows(*({"id": f"t{number}"} for number in range(count))))

    taken(1)
    (few, least), (many, most) = taken(50), taken(150)

    assert (50, 150) == (few, many)
    assert most - least < 80_000


MEASURED = """
import resource, sys
from pathlib import Path
from tests.todo.test_importing_memory import imported
tasks = imported(Path(sys.argv[1])).tasks
print(tasks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def resident(path: Path) -> tuple[int, int]:
    """How many tasks a process of its own imports, and the most memory that it holds, in KB."""
    command = [sys.executable, "-c", MEASURED, str(path)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    tasks, most = told.split()
    return int(tasks), int(most)


@pytest.mark.full
def test_a_file_fifteen_times_as_long_takes_less_than_20_mb_more() -> None:
    few, least = resident(DATA / "todo-comments.ndjson.gz")
    many, most = resident(DATA / "commits.ndjson.gz")

    assert (6_367, 94_457) == (few, many)
    # Its rows have no ids: of each, 16 bytes of its content are held, to tell equal ones apart.
    assert most - least < 20_000
