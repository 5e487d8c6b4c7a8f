"""Progress of long work, on a terminal only and on stderr, so that output can be piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

__all__ = ["counting", "phases"]

_WORDS = {
    "reading": "Reading the file",
    "people": "Users and lists",
    "tasks": "Writing tasks",
}


@contextmanager
def phases() -> Generator[Callable[[str, int, int], None]]:
    """What `Importer` tells its progress to: a bar for each phase, or nothing at all."""
    if not sys.stderr.isatty():
        yield lambda phase, done, total: None
        return
    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(bar_width=40),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield _Bars(progress)


class _Bars:
    """One bar a phase, moved only when its number does."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._phase = ""
        self._done = -1
        self._bar = TaskID(0)

    def __call__(self, phase: str, done: int, total: int) -> None:
        if phase != self._phase:
            if self._phase:
                finished = self._progress.tasks[self._bar].total
                self._progress.update(self._bar, completed=finished)
            self._phase, self._done = phase, -1
            self._bar = self._progress.add_task(_WORDS.get(phase, phase), total=total or None)
        if done != self._done:
            self._done = done
            self._progress.update(self._bar, completed=done)


@contextmanager
def counting(what: str) -> Generator[Callable[[int], None]]:
    """A count that goes up, where the end is not known."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(f"{what}: 0", total=None)

        def count_up(count: int) -> None:
            if count % 500 == 0:
                progress.update(bar, description=f"{what}: {count:,}")

        yield count_up
