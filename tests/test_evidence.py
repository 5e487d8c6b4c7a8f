"""The numbers at the end of a run: what passed is added up, what failed counts for nothing."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pytest

from .evidence import KEY, lines_of, page_of, shown_by


def report(
    what: str, count: int, when: Literal["setup", "call", "teardown"] = "call"
) -> pytest.TestReport:
    return pytest.TestReport(
        "tests/test_it.py::test_it",
        ("tests/test_it.py", 1, "test_it"),
        {},
        "passed",
        None,
        when,
        user_properties=[("other", 1), (KEY, (what, count))],
    )


def test_the_cases_of_all_tests_are_added_up_once() -> None:
    reports = [report("walks", 300), report("walks", 1), report("kills", 4)]
    teardown = report("walks", 300, when="teardown")

    assert Counter(walks=301, kills=4) == shown_by([*reports, teardown])


def test_a_failed_test_takes_the_zero_from_every_line() -> None:
    shown = Counter(walks=301)

    assert ["      301  walks: 0 violations"] == lines_of(shown, 0)
    assert "1 tests failed" in lines_of(shown, 1)[0]
    assert "| walks | 301 | 0 |" in page_of(shown, 0, seconds=60, totals="3 passed")
    assert "| walks | 301 | 0 |" not in page_of(shown, 1, seconds=60, totals="3 passed")
