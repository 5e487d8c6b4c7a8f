"""Options of the whole suite, and the numbers it prints at its end."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import pytest

from tabledesign.engine.store import REAPER

from .evidence import KEY, Evidence, lines_of, page_of, shown_by, write_page
from .guarding import guard_repositories

guard_repositories()
STARTED = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write the golden files anew from what the code does; review the difference",
    )
    parser.addoption(
        "--evidence-page",
        metavar="FILE",
        help="write what the run has shown, in numbers, to this page too",
    )


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """``evidence(what, count)``: so many cases were seen without a violation."""

    def note(what: str, count: int) -> None:
        request.node.user_properties.append((KEY, (what, count)))

    return note


def pytest_collection_finish() -> None:
    _no_reaper()
    # Thousands of collected tests live to the end: the collector need not look at them each time.
    gc.collect()
    gc.freeze()


def _no_reaper() -> None:
    """The emulator's own deletion of what expired would take rows away in any test."""
    names = {thread.name for thread in threading.enumerate()}
    assert REAPER not in names, "a test module imports ministack before the embedded engine does"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    stats = terminalreporter.stats
    shown = shown_by(stats.get("passed", ()))
    failed = len(stats.get("failed", ())) + len(stats.get("error", ()))
    if shown:
        terminalreporter.section("evidence")
        for line in lines_of(shown, failed):
            terminalreporter.write_line(line)
    page = config.getoption("--evidence-page")
    if page:
        totals = ", ".join(
            f"{len(stats[name])} {name}" for name in ("passed", "failed", "error") if name in stats
        )
        seconds = time.monotonic() - STARTED
        write_page(Path(page), page_of(shown, failed, seconds=seconds, totals=totals))
