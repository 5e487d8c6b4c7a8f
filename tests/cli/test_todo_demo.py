"""The demo answers every pattern, refuses what is wrong, and fits 100 columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tabledesign.todo import TodoRepository

from .conftest import Ran, Run

FILE = Path(__file__).parents[2] / "examples" / "data" / "todo-comments.ndjson.gz"


@pytest.fixture(scope="module")
def ended() -> list[Ran]:
    """The one run that all tests look at."""
    return []


@pytest.fixture
def demo(run: Run, ended: list[Ran]) -> Ran:
    if not ended:
        ended.append(run("todo", "demo", "--file", str(FILE)))
    return ended[0]


def test_the_demo_ends_well_and_says_nothing_on_stderr(demo: Ran) -> None:
    assert (demo.exit_code, demo.err) == (0, "")


def test_every_pattern_is_answered_with_rows_in_one_request(demo: Ran) -> None:
    names = re.findall(r"^ ?\d+ of \d+  (\w+)$", demo.out, re.MULTILINE)
    assert [plan.name for plan in TodoRepository.plans()] == names
    found = re.findall(r"^ +found +(\d+) rows? of .* in (.*?): ", demo.out, re.MULTILINE)
    assert len(found) == len(names)
    assert all(int(rows) > 0 and requests == "1 request" for rows, requests in found)


def test_the_demo_is_plain_in_a_pipe_and_never_wider_than_100_columns(demo: Ran) -> None:
    assert "\x1b" not in demo.out
    assert max(map(len, demo.out.splitlines())) <= 100


def test_derived_values_are_said_to_be_derived(demo: Ran) -> None:
    assert "derived from the seed 'demo', look real and are not" in " ".join(demo.out.split())


def test_the_three_faults_of_the_wrong_design_are_refused(demo: Ran) -> None:
    codes = re.findall(r"^ +refused +(\S+) at", demo.out, re.MULTILINE)
    assert codes == ["key.overlap", "pattern.consistent_on_global", "pattern.skipped_part"]


def test_completing_a_task_shows_one_update_and_the_two_indexes_it_changes(demo: Ran) -> None:
    assert "1 UpdateItem, nothing read before it" in demo.out
    changed = re.findall(r"^ +gsi\d +(gsi\dsk) was ", demo.out, re.MULTILINE)
    assert changed == ["gsi1sk", "gsi2sk"]


def test_altered_and_foreign_cursors_are_refused_with_nothing_sent(demo: Ran) -> None:
    text = " ".join(demo.out.split())
    assert text.count("the cursor is not valid here") == 2
    assert text.count("(requests sent: 0)") == 2


def test_a_file_that_is_not_there_is_one_sentence(run: Run) -> None:
    ran = run("todo", "demo", "--file", "none.ndjson")
    assert ran.exit_code == 1
    assert "there is no file none.ndjson; check the path" in ran.err
