"""What only a process of its own shows: its memory, and what it leaves behind when killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.todo import TodoRepository
from tabledesign.todo.importing import Importer

from .conftest import GOOD, create_table, scan

IMPORT_INTO_NOTHING = """
import resource, sys
from pathlib import Path
from tabledesign.todo import TodoRepository
from tabledesign.todo.importing import Importer

class Swallowing:
    def send(self, request):
        return {"Responses": {}} if request.operation == "BatchGetItem" else {}

importer = Importer(TodoRepository(Swallowing(), tenant="demo"), Path(sys.argv[1]), seed="demo")
tasks = importer.run().tasks
print(tasks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

IMPORT_AND_TELL = """
import sys
from pathlib import Path
from tabledesign.engine.dynoxide import Dynoxide
from tabledesign.todo import TodoRepository
from tabledesign.todo.importing import Importer

rows = 0
def progress(phase, done, total):
    global rows
    if phase == "tasks":
        rows += 1
        print(rows, flush=True)

with Dynoxide(Path(sys.argv[2])) as server:
    todo = TodoRepository(server.engine(), tenant="demo")
    Importer(todo, Path(sys.argv[1]), progress=progress).run()
"""


def generated(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = {**GOOD, "id": f"t{number:06}", "user": f"u{number % 7}", "notes": "x" * 600}
            file.write(json.dumps(row) + "\n")
    return path


def peak_kilobytes(path: Path, *, tasks: int) -> int:
    command = [sys.executable, "-c", IMPORT_INTO_NOTHING, str(path)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    counted, peak = map(int, found.stdout.split())
    assert counted == tasks
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    short = peak_kilobytes(generated(tmp_path / "short.ndjson", 3_000), tasks=3_000)
    long = peak_kilobytes(generated(tmp_path / "long.ndjson", 12_000), tasks=12_000)
    # 9,000 rows more are 7 MB of text, and several times that as objects.
    assert long - short < 2_500


@pytest.mark.engines
@pytest.mark.dynoxide
def test_an_import_that_was_killed_goes_on_and_holds_each_row_once(tmp_path: Path) -> None:
    path, database = generated(tmp_path / "tasks.ndjson", 1_600), tmp_path / "todo.db"
    with Dynoxide(database) as server:
        create_table(server.engine())
    command = [sys.executable, "-c", IMPORT_AND_TELL, str(path), str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 1_250:
                process.send_signal(signal.SIGKILL)
                break
        assert process.wait() == -signal.SIGKILL

    with Dynoxide(database) as server:
        engine = server.engine()
        written = len(scan(engine, entity="Task"))
        report = Importer(TodoRepository(engine, tenant="demo"), path).run()
        items = scan(engine)

    assert 1_000 <= written < 1_600
    assert (report.resumed_after, report.tasks) == (1_000, 600)
    ids = [item["task_id"]["S"] for item in items if item["entity"]["S"] == "Task"]
    assert [f"t{number:06}" for number in range(1_600)] == ids
    others = sorted(item["entity"]["S"] for item in items if item["entity"]["S"] != "Task")
    assert ["Import", "List", *["User"] * 7] == others
