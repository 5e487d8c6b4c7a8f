"""check, explain and catalogue: what they print and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.design.test_target import FIVE_CODES, FIVE_FAULTS, GOOD

from tabledesign.todo import TodoRepository

TODO = "tabledesign.todo:table"
PATTERNS = len(TodoRepository.plans())
FILES = 1 + 3 * PATTERNS


def test_a_sound_design_is_proved_with_counts_and_warnings(run: Run) -> None:
    done = run("check", TODO)

    assert 0 == done.exit_code
    assert done.out.startswith("table todo: the design holds\n")
    assert f"{PATTERNS}, each one bounded request" in done.out
    assert "lint.single_partition at users" in done.out


def test_check_as_json_has_proof_warnings_and_matrix(run: Run) -> None:
    answer: dict[str, Any] = json.loads(run("check", TODO, "--json").out)

    assert {"ok", "refusals", "proof", "warnings", "matrix"} == set(answer)
    assert answer["ok"] is True
    assert {"table", "indexes", "entities", "keys", "pairs", "patterns", "writes"} == set(
        answer["proof"]
    )
    assert {"code", "where", "fact", "remedy"} == set(answer["warnings"][0])
    assert {
        "pattern",
        "operation",
        "place",
        "key",
        "operator",
        "direction",
        "consistency",
        "entities",
    } == set(answer["matrix"][0])


def test_a_wrong_design_is_refused_with_everything_at_once(run: Run) -> None:
    Path("five_wrong.py").write_text(FIVE_FAULTS)

    done = run("check", "five_wrong:table")

    assert (1, "") == (done.exit_code, done.out)
    assert all(code in done.err for code in FIVE_CODES)


def test_a_wrong_design_as_json_lists_its_refusals(run: Run) -> None:
    Path("five_wrong_too.py").write_text(FIVE_FAULTS)

    done = run("check", "five_wrong_too.py", "--json")
    answer: dict[str, Any] = json.loads(done.out)

    assert (1, False) == (done.exit_code, answer["ok"])
    assert {"code", "where", "fault", "remedy"} == set(answer["refusals"][0])
    assert {refusal["code"] for refusal in answer["refusals"]} >= FIVE_CODES


def test_a_table_without_entities_is_refused(run: Run) -> None:
    Path("no_entities.py").write_text('from tabledesign import Table\ntable = Table("t")\n')

    done = run("check", "no_entities.py:table")

    assert 1 == done.exit_code
    assert "table.no_entities" in done.err


def test_explain_shows_every_pattern_with_one_request(run: Run) -> None:
    done = run("explain", TODO)

    assert 0 == done.exit_code
    assert PATTERNS == done.out.count("\n  request      1 ")


def test_explain_tells_how_many_items_the_writes_of_an_entity_with_rules_touch(run: Run) -> None:
    done = run("explain", TODO)
    assert "writes of User: one transaction of at most so many items: create 2, put 3" in done.out
    assert "writes of Task" not in done.out

    writes = json.loads(run("explain", TODO, "--json").out)["writes"]
    assert {"User", "Member"} == set(writes)
    assert 4 == writes["Member"]["move"]


def test_explain_as_json_has_the_exact_request(run: Run) -> None:
    done = run("explain", TODO, "overdue_tasks", "--json")
    (only,) = json.loads(done.out)["patterns"]

    assert {
        "pattern",
        "question",
        "operation",
        "requests",
        "table",
        "index",
        "partition_attribute",
        "partition",
        "sort_attribute",
        "low",
        "high",
        "direction",
        "consistency",
        "entities",
        "view",
        "filter",
        "cost",
        "notes",
        "request",
    } == set(only)
    values = only["request"]["ExpressionAttributeValues"]
    assert {"S": "Task#open#{today}"} == values[":high"]


@pytest.mark.parametrize("command", ["explain", "ask"])
def test_an_unknown_pattern_is_answered_with_the_nearest_name(run: Run, command: str) -> None:
    done = run(command, TODO, "taks_due")

    assert (2, "") == (done.exit_code, done.out)
    assert "'tasks_due'" in done.err


def test_the_catalogue_is_written_once_and_then_up_to_date(run: Run) -> None:
    assert 1 == run("catalogue", TODO, "--check", "patterns").exit_code
    assert f"{FILES} of {FILES} files written" in run("catalogue", TODO, "--write", "patterns").out
    assert f"0 of {FILES} files written" in run("catalogue", TODO, "--write", "patterns").out
    assert 0 == run("catalogue", TODO, "--check", "patterns").exit_code


def test_each_deviation_of_the_catalogue_is_listed_with_the_command(run: Run) -> None:
    run("catalogue", TODO, "--write", "patterns")
    Path("patterns/users/README.md").write_text("edited")
    Path("patterns/task/request.json").unlink()
    Path("patterns/mine.txt").write_text("")

    done = run("catalogue", TODO, "--check", "patterns")

    assert 1 == done.exit_code
    assert [
        "patterns/mine.txt is stray",
        "patterns/task/request.json is missing",
        "patterns/users/README.md is outdated",
    ] == done.out.splitlines()
    assert "--write patterns" in done.err


@pytest.mark.parametrize("words", [[], ["--write", "a", "--check", "a"]])
def test_the_catalogue_wants_one_of_write_and_check(run: Run, words: list[str]) -> None:
    assert 2 == run("catalogue", TODO, *words).exit_code


def test_a_catalogue_cannot_be_written_to_a_file(run: Run) -> None:
    Path("file").write_text("")

    done = run("catalogue", TODO, "--write", "file")

    assert 2 == done.exit_code
    assert "name a folder" in done.err


def test_a_design_without_patterns_is_sound_and_warned_of(run: Run) -> None:
    Path("no_patterns.py").write_text(GOOD)

    done = run("check", "no_patterns.py")

    assert 0 == done.exit_code
    assert "lint.unread_entity at Note" in done.out
