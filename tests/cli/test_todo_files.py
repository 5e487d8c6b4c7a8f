"""`todo import`, `todo export` and `todo ask`: what they say and how they end."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from .conftest import Ran, Run

ROW = {"list": "home", "user": "ann", "title": "Feed", "created_at": "2026-11-23T09:30:00Z"}
STATE = ("--state", "todo.state")


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    return write(tmp_path / "tasks.ndjson", [{**ROW, "id": f"t{n}"} for n in range(1, 4)])


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def only_object(ran: Ran) -> dict[str, object]:
    found: dict[str, object] = json.loads(ran.out)
    return found


def test_an_import_makes_its_table_on_a_local_engine_and_says_what_it_did(
    run: Run, tasks: Path
) -> None:
    ran = run("todo", "import", str(tasks), *STATE)
    assert ran.exit_code == 0
    assert ran.out.startswith("Imported 3 tasks, 1 users, 1 lists, 0 members in ")
    assert ran.err == ""


def test_the_json_of_an_import_is_one_object_with_its_counts(run: Run, tasks: Path) -> None:
    assert only_object(run("todo", "import", str(tasks), "--json", *STATE)) == {
        "file": "tasks.ndjson",
        "tasks": 3,
        "users": 1,
        "lists": 1,
        "members": 0,
        "records": 0,
        "kept": 0,
        "bad": 0,
        "bad_rows": [],
        "resumed_after": 0,
        "already_done": False,
        "finished": True,
        "requests": 3,
    }


def test_importing_again_says_that_nothing_was_written_and_how_to_overwrite(
    run: Run, tasks: Path
) -> None:
    run("todo", "import", str(tasks), *STATE)
    again = run("todo", "import", str(tasks), *STATE)
    assert (again.exit_code, again.out) == (
        0,
        "tasks.ndjson was imported before, and nothing was written. To overwrite what was changed "
        "since, add --again.\n",
    )
    assert run("todo", "import", str(tasks), "--again", *STATE).out.startswith("Imported 3 tasks")


def test_an_embedded_engine_without_a_state_file_is_said_to_forget(run: Run, tasks: Path) -> None:
    ran = run("todo", "import", str(tasks), "--engine", "embedded")
    assert "forgets everything at the end; keep it with --state FILE" in ran.err


def test_an_enriched_import_says_that_values_were_derived(run: Run, tasks: Path) -> None:
    ran = run("todo", "import", str(tasks), "--enrich", "demo", *STATE)
    assert "derived from the seed 'demo': it looks real and is not." in ran.out


def test_bad_rows_refuse_the_file_by_number_and_nothing_is_written(
    run: Run, tmp_path: Path
) -> None:
    path = write(tmp_path / "tasks.ndjson", [{**ROW}, {"list": "home"}, {**ROW, "due": "soon"}])
    ran = run("todo", "import", str(path), *STATE)
    assert (ran.exit_code, ran.out) == (1, "")
    assert "tasks.ndjson, line 2: user, title, created_at missing" in ran.err
    assert "tasks.ndjson, line 3: due is not a day" in ran.err
    assert ran.err.endswith("Nothing was written.\n")
    assert run("todo", "ask", "tasks_of_user", "user_id=ann", "--count", *STATE).out == "0\n"


def test_bad_rows_are_skipped_by_choice_and_listed(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "tasks.ndjson", [{**ROW}, {"list": "home"}, {**ROW, "due": "soon"}])
    ran = run("todo", "import", str(path), "--on-bad", "skip", *STATE)
    assert (ran.exit_code, ran.err.count("tasks.ndjson, line ")) == (0, 2)
    assert "Imported 1 tasks" in ran.out
    assert "Skipped 2 bad rows." in ran.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b'{"a":"b"}\n' * 9_000)[:-9], "ends too early after line"),
        (b"\0\1\2\3", "is binary"),
        (b"name;age\nann;7\n", "neither a JSON object nor a CSV header"),
        (None, "there is no file"),
    ],
    ids=["truncated", "binary", "csv", "missing"],
)
def test_a_file_that_cannot_be_read_ends_with_1_and_says_that_nothing_was_written(
    run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "tasks"
    if content is not None:
        path.write_bytes(content)
    ran = run("todo", "import", str(path), *STATE)
    assert ran.exit_code == 1
    assert said in ran.err
    assert ran.err.endswith("\nNothing was written.\n")
    assert "Traceback" not in ran.err


def test_a_table_that_is_not_the_to_do_table_is_left_alone(
    run: Run, tasks: Path, tmp_path: Path
) -> None:
    design = tmp_path / "design.py"
    design.write_text(
        "from tabledesign import Entity, Key, Table\n"
        'table = Table("todo")\n'
        "class Note(Entity, table=table):\n"
        "    note_id: str\n"
        '    by_id = Key(partition="note_id")\n',
        encoding="utf-8",
    )
    assert run("table", "create", "design.py:table", *STATE).exit_code == 0
    ran = run("todo", "import", str(tasks), *STATE)
    assert ran.exit_code == 1
    assert "is there and is not the to-do table" in ran.err


def test_without_a_table_the_command_that_makes_it_is_named(run: Run) -> None:
    ran = run("todo", "export", "all.ndjson", *STATE)
    assert (ran.exit_code, ran.err) == (
        1,
        "tabledesign: there is no table 'todo'; make it with `tabledesign table create "
        "tabledesign.todo:table --state todo.state`\n",
    )


def test_an_export_can_be_imported_into_another_table(
    run: Run, tasks: Path, tmp_path: Path
) -> None:
    run("todo", "import", str(tasks), "--enrich", "demo", *STATE)
    ran = run("todo", "export", "all.ndjson.gz", *STATE)
    assert ran.out == "Exported 3 tasks, 1 users, 1 lists and 1 members to all.ndjson.gz.\n"
    assert run("todo", "import", "all.ndjson.gz", "--state", "other.state").exit_code == 0
    streams = [run("todo", "export", "-", "--state", f"{s}.state").out for s in ("todo", "other")]
    assert sorted(streams[0].splitlines()) == sorted(streams[1].splitlines())


def test_an_export_to_stdout_is_nothing_but_lines_of_json(run: Run, tasks: Path) -> None:
    run("todo", "import", str(tasks), *STATE)
    ran = run("todo", "export", "-", *STATE)
    kinds = [json.loads(line).get("entity", "Task") for line in ran.out.splitlines()]
    assert (kinds[0], kinds[-1]) == ("Export", "End")
    assert sorted(kinds[1:-1]) == ["List", "Task", "Task", "Task", "User"]


def test_json_and_the_export_do_not_share_stdout(run: Run) -> None:
    assert run("todo", "export", "-", "--json", *STATE).exit_code == 2


def test_todo_ask_answers_for_the_tenant_that_imports_go_to(run: Run, tasks: Path) -> None:
    run("todo", "import", str(tasks), *STATE)
    ran = run("todo", "ask", "tasks_of_list", "list_id=home", "--json", *STATE)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["item"]["task_id"] for line in lines[:-1]] == ["t1", "t2", "t3"]
    assert run("todo", "ask", "tasks_of_list", "list_id=home", "--count", "--tenant", "acme",
               *STATE).out == "0\n"  # fmt: skip


def test_an_unknown_pattern_is_wrong_usage_and_the_nearest_is_named(run: Run) -> None:
    ran = run("todo", "ask", "open_task", *STATE)
    assert ran.exit_code == 2
    assert "open_tasks" in ran.err
