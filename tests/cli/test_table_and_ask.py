"""table create, table diff and ask, on the embedded engine."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from tabledesign.cli.output import shown
from tabledesign.engine.embedded import embedded
from tabledesign.todo import Task, TodoRepository

TODO = "tabledesign.todo:table"
HERE = ("--state", "local.state")
ACME = ("--tenant", "acme", *HERE)
KEY = "not a secret, and 32 bytes or more long"


def fill(count: int) -> None:
    """Put tasks of ann into the table."""
    with embedded(Path("local.state")) as engine:
        repository = TodoRepository(engine, tenant="acme")
        for number in range(count):
            repository.put(
                Task(
                    task_id=f"t{number}",
                    list_id="l",
                    user_id="ann",
                    title=f"Task {number}\x1b[31m",
                    due=date(2026, 1, 1 + number),
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_table_is_created_once_and_then_as_designed(run: Run) -> None:
    assert "table todo is created and ready\n" == run("table", "create", TODO, *HERE).out
    again = run("table", "create", TODO, *HERE, "--json")
    assert {"table": "todo", "outcome": "identical", "differences": []} == json.loads(again.out)
    assert "table todo is as designed\n" == run("table", "diff", TODO, *HERE).out


def test_a_table_that_is_not_there_is_a_difference(run: Run) -> None:
    done = run("table", "diff", TODO, *HERE, "--table-name", "gone", "--json")

    assert 1 == done.exit_code
    assert {
        "table": "gone",
        "differences": [
            {
                "where": "table",
                "property": "the table",
                "designed": "a table",
                "found": "not there",
            }
        ],
    } == json.loads(done.out)


def test_a_table_that_differs_is_not_touched_and_refused(run: Run) -> None:
    Path("other_design.py").write_text(
        "from tabledesign import Entity, Key, Table\n"
        'table = Table("todo", global_indexes=("extra",))\n'
        "class A(Entity, table=table):\n"
        "    a: str\n"
        '    by_id = Key(partition="a")\n'
    )
    run("table", "create", TODO, *HERE)

    done = run("table", "create", "other_design.py", *HERE)

    assert 1 == done.exit_code
    assert "global index 'extra': the index is not there, and the design has an index" in done.out
    assert "--table-name" in done.err


def test_an_answer_is_a_table_with_the_fields_of_the_entity(run: Run) -> None:
    run("table", "create", TODO, *HERE)
    fill(2)

    done = run("ask", TODO, "tasks_due", "user_id=ann", "due=2026-01-01..<2026-01-02", *ACME)

    assert 0 == done.exit_code
    assert done.out.startswith("tasks_due: 1 Task\n")
    assert all(name in done.out for name in Task.model_fields)
    assert "Task 0\\x1b[31m" in done.out
    assert "\x1b" not in done.out
    assert "1 request, 1 rows evaluated" in done.err


def test_an_answer_as_json_is_a_line_a_row_and_one_for_the_page(run: Run) -> None:
    run("table", "create", TODO, *HERE)
    fill(3)

    words = ("tasks_due", "user_id=ann", "due=>2026-01-01..", "--limit", "1", "--json")
    row, page = lines(run("ask", TODO, *words, *ACME).out)

    assert "Task" == row["entity"]
    assert set(Task.model_fields) == set(row["item"])
    assert ("t1", "2026-01-02") == (row["item"]["task_id"], row["item"]["due"])
    assert {
        "items",
        "missing",
        "more",
        "cursor",
        "unreadable",
        "expired",
        "evaluated",
        "requests",
        "capacity",
    } == set(page["page"])
    assert page["page"]["more"] is True


def test_a_cursor_goes_on_where_the_page_ended(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("table", "create", TODO, *HERE)
    fill(3)
    monkeypatch.setenv("TABLEDESIGN_CURSOR_KEY", KEY)
    Path("key").write_text(KEY + "\n")
    words = ("ask", TODO, "tasks_of_user", "user_id=ann", "--limit", "2", "--json", *ACME)

    *_, page = lines(run(*words).out)
    monkeypatch.delenv("TABLEDESIGN_CURSOR_KEY")
    rest = lines(run(*words, "--cursor", page["page"]["cursor"], "--cursor-key-file", "key").out)

    assert ["t2"] == [line["item"]["task_id"] for line in rest[:-1]]
    assert rest[-1]["page"]["more"] is False


def test_a_foreign_cursor_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLEDESIGN_CURSOR_KEY", KEY)

    done = run("ask", TODO, "users", "--cursor", "AQAA", *ACME)

    assert 1 == done.exit_code
    assert "cursor is not valid" in done.err


def test_counting_all_and_explaining(run: Run) -> None:
    run("table", "create", TODO, *HERE)
    fill(3)
    words = ("ask", TODO, "tasks_of_user", "user_id=ann", *ACME)

    assert "3\n" == run(*words, "--count").out
    assert [{"count": 3}] == lines(run(*words, "--count", "--json").out)
    assert 4 == len(lines(run(*words, "--all", "--limit", "1", "--json").out))
    explained, *_ = lines(run(*words, "--explain", "--json").out)
    assert "acme#user#ann#" == explained["explanation"]["partition"]
    assert "gsi3pk = acme#user#ann#" in run(*words, "--explain").out


def test_items_named_by_key_are_found_or_said_to_be_missing(run: Run) -> None:
    run("table", "create", TODO, *HERE)
    fill(1)

    row, page = lines(run("ask", TODO, "tasks_by_id", "task_ids=t0,nope", "--json", *ACME).out)
    none = run("ask", TODO, "task", "task_id=nope", *ACME)

    assert ("t0", 1) == (row["item"]["task_id"], page["page"]["missing"])
    assert (0, "task: nothing found\n") == (none.exit_code, none.out)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("a\nb\x1b", "a\\nb\\x1b"),
        (frozenset({"b", "a"}), "a, b"),
        ([1, 2], "1, 2"),
        ({"a": date(2026, 1, 1)}, '{"a": "2026-01-01"}'),
        (True, "True"),
    ],
)
def test_a_cell_is_one_line_that_steers_no_terminal(value: object, text: str) -> None:
    assert text == shown(value)
