"""What a run of the tests has shown, in numbers: collected from all workers, printed at the end.

A test calls ``evidence(what, count)`` once it has seen so many cases without a violation; a
violation fails the test, so what is printed was held by all of them.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, cast

import pytest

__all__ = [
    "BATCHES",
    "CANCELLATIONS",
    "DIFFERENTIAL",
    "EFFECTS",
    "FAULTS",
    "HISTORIES",
    "INTERLEAVINGS",
    "KEY",
    "KILLS",
    "WALKS",
    "Evidence",
    "lines_of",
    "page_of",
    "shown_by",
    "write_page",
]

HISTORIES = "machine histories of 30 steps: index truth, lost updates, tenants, expiry"
FAULTS = "faults at request n, once and from then on, for every n of every scenario"
EFFECTS = "non-idempotent writes applied, their answer dropped: effects counted exactly"
CANCELLATIONS = "transaction cancellations: products of reasons over 1-4 steps"
BATCHES = "batches with random unprocessed shares: in = done + left over"
INTERLEAVINGS = "interleavings of two clients: moves, versions, unique values, request keys"
WALKS = "cursor walks under concurrent writes: a row present throughout appears exactly once"
DIFFERENTIAL = "differential histories: embedded engine and dynoxide give the same answers"
KILLS = "kill -9 during imports and transactions on dynoxide's file: nothing acknowledged is lost"

KEY = "evidence"


class Evidence(Protocol):
    """Notes that so many cases were seen without a violation."""

    def __call__(self, what: str, count: int) -> None: ...


def shown_by(reports: Iterable[object]) -> Counter[str]:
    """The numbers of the tests that passed, added up."""
    shown: Counter[str] = Counter()
    for report in reports:
        if not isinstance(report, pytest.TestReport) or report.when != "call":
            continue
        for key, value in report.user_properties:
            if key == KEY:
                what, count = cast("tuple[str, int]", value)
                shown[what] += count
    return shown


def lines_of(shown: Counter[str], failed: int) -> list[str]:
    """One line for each kind of case, in the order of their names."""
    verdict = "0 violations" if not failed else f"{failed} tests failed, see above"
    return [f"{count:>9,}  {what}: {verdict}" for what, count in sorted(shown.items())]


def page_of(shown: Counter[str], failed: int, *, seconds: float, totals: str) -> str:
    """The page that a long run leaves: what ran, when, on which commit, and what it showed."""
    commit = _commit()
    when = datetime.now(UTC).date()
    rows = [
        f"| {what} | {count:,} | {'0' if not failed else 'see the failed tests'} |"
        for what, count in sorted(shown.items())
    ]
    return "\n".join(
        [
            "# What the long lane has shown",
            "",
            f"`make full` on {when}, commit {commit}, {os.cpu_count()} cores, "
            f"{seconds / 60:.0f} minutes: {totals}. Seeds are written in the tests: case n has "
            "seed n, so that a run is the same each time.",
            "",
            "| what | cases | violations |",
            "|---|---:|---:|",
            *rows,
            "",
        ]
    )


def write_page(path: Path, text: str) -> None:
    """Leave the page where it was asked for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _commit() -> str:
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
