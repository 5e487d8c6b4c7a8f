"""A run as a page, and its lines on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.gates import Verdict, verdicts
from benchmarks.harness import ROUNDS
from benchmarks.results import Measured, Results

__all__ = ["bounds_text", "page", "table_text", "time_text"]

HEAD = """# Results of `make bench`

Written by `make bench`; what the figures do not show is in [README.md](README.md). A ratio is the
median, over the rounds, of a contender's time to the base's in the same round; the base is
the first line of its table. CPU is that of the whole process, threads and native code included.
"""

PROVISIONAL = f"**Provisional: fewer than {ROUNDS} rounds; no figure here is to be quoted.**"


def time_text(microseconds: float) -> str:
    """Microseconds, or milliseconds from ten of them on."""
    if microseconds >= 10_000:
        return f"{microseconds / 1000:,.1f} ms"
    return f"{microseconds:,.0f} us" if microseconds >= 100 else f"{microseconds:,.2f} us"


def table_text(table: Measured) -> Iterator[str]:
    """The lines of one table for a terminal."""
    yield f"\n{table.title}, {table.unit}, {table.rounds} rounds"
    yield f"  {'':<42}{'least CPU':>12}{'CPU x':>8}{'wall':>12}{'wall x':>8}"
    for line in table.lines:
        yield (
            f"  {line.name:<42}{time_text(line.least_us):>12}{line.ratio:>8.2f}"
            f"{time_text(line.wall_us):>12}{line.wall_ratio:>8.2f}"
        )


def bounds_text(results: Results) -> Iterator[str]:
    """The table of what must be reached, for a terminal."""
    yield f"\n{'':<76}{'must':>6}{'aim':>6}{'measured':>10}"
    for verdict in verdicts(results):
        gate = verdict.gate
        yield (
            f"{gate.title.replace('`', ''):<76}{gate.must:>6.2f}{gate.aim:>6.2f}"
            f"{_measured(verdict):>10}  {verdict.word}"
        )


def page(results: Results) -> str:
    """The whole page, in Markdown."""
    about = results.about
    lines = [
        HEAD,
        f"Measured on {about.date}: {about.machine}, Python {about.python}, load {about.load} when "
        "it began; " + ", ".join(f"{name} {found}" for name, found in about.versions.items()) + ".",
        *([] if about.rounds >= ROUNDS else ["", PROVISIONAL]),
        "",
        "## What must be reached",
        "",
        "| figure | must be at most | aim | measured | |",
        "| --- | --: | --: | --: | --- |",
        *(_row(verdict) for verdict in verdicts(results)),
    ]
    for table in results.tables:
        lines += ["", f"## {table.title}", "", f"{table.rounds} rounds.", "", *_table(table)]
    if results.absent:
        lines += ["", "## Not measured", ""]
        lines += [f"* {name}: {reason}" for name, reason in results.absent.items()]
    return "\n".join(lines) + "\n"


def _row(verdict: Verdict) -> str:
    gate = verdict.gate
    return (
        f"| {gate.title} | {gate.must:.2f} | {gate.aim:.2f} | {_measured(verdict)} "
        f"| {verdict.word} |"
    )


def _measured(verdict: Verdict) -> str:
    return "-" if verdict.measured is None else f"{verdict.measured:.3f}"


def _table(table: Measured) -> Iterator[str]:
    yield f"| {table.unit} | least CPU | CPU x | least wall | wall x |"
    yield "| --- | --: | --: | --: | --: |"
    for line in table.lines:
        name = f"**{line.name}**" if line.name.startswith("tabledesign") else line.name
        yield (
            f"| {name} | {time_text(line.least_us)} | {line.ratio:.2f} "
            f"| {time_text(line.wall_us)} | {line.wall_ratio:.2f} |"
        )
