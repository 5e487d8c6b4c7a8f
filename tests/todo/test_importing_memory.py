"""An import takes the memory of a few batches: what grows with the file is users, lists and ids."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tabledesign.engine.scripted import FakeClock
from tabledesign.todo import TodoRepository, importing
from tabledesign.todo.importing import Importer
from tabledesign.wire import Request

from .conftest import WriteRows

DATA = Path(__file__).parents[2] / "examples" / "data"


class Swallowing:
    """Takes everything that is written, and holds nothing."""

    thread_safe = False

    def __init__(self) -> None:
        self.clock = FakeClock()

    def send(self, request: Request) -> Mapping[str, Any]:
        return {"Responses": {}} if request.operation == "BatchGetItem" else {}


def peak(path: Path) -> tuple[int, int]:
    """How many tasks are imported, and the most memory that it takes."""
    importer = Importer(TodoRepository(Swallowing(), tenant="demo"), path)
    tracemalloc.start()
    report = importer.run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return report.tasks, most


def test_more_rows_of_the_same_people_take_no_more_memory(
    rows: WriteRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 25)

    def imported(count: int) -> tuple[int, int]:
        return peak(rows(*({"id": f"t{number}"} for number in range(count))))

    imported(1)
    (few, least), (many, most) = imported(50), imported(150)

    assert (50, 150) == (few, many)
    assert most - least < 80_000


@pytest.mark.full
def test_a_file_fifteen_times_as_long_takes_less_than_20_mb_more() -> None:
    few, least = peak(DATA / "todo-comments.ndjson.gz")
    many, most = peak(DATA / "commits.ndjson.gz")

    assert (6_367, 94_457) == (few, many)
    # Its rows have no ids: of each, 16 bytes of its content are held, to tell equal ones apart.
    assert most - least < 20_000_000
