"""``tabledesign todo import``: a file of tasks into the table."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from tabledesign import clock
from tabledesign.cli.app import ending, exit_code
from tabledesign.cli.engines import (
    DatabaseOption,
    EndpointOption,
    EngineOption,
    EngineWords,
    ProfileOption,
    RegionOption,
    StateOption,
    TableNameOption,
)
from tabledesign.cli.output import note, print_json
from tabledesign.cli.todo import todo_app
from tabledesign.cli.todo.progress import phases
from tabledesign.cli.todo.tables import TENANT, todo_repository
from tabledesign.errors import TabledesignError
from tabledesign.todo.importing import Importer, ImportReport

__all__ = ["import_file"]

_SHOWN: Final = 20
"""Bad rows that are listed; --json holds the first hundred."""


class OnBadChoice(Enum):
    """What becomes of bad rows."""

    REFUSE = "refuse"
    SKIP = "skip"


FileArgument = Annotated[
    Path, typer.Argument(help="NDJSON or CSV, gzipped or not, or what `todo export` wrote.")
]
EnrichOption = Annotated[
    str | None,
    typer.Option(
        metavar="SEED",
        help="Derive what the file lacks (members, emails, assignees, due dates) from a seed. "
        "Such values look real and are not.",
        show_default=False,
    ),
]
OnBadOption = Annotated[
    OnBadChoice, typer.Option(help="refuse: nothing is written if a row is bad. skip: it is.")
]
AgainOption = Annotated[
    bool,
    typer.Option(
        "--again",
        help="Import a file that was imported before: what was changed since is overwritten.",
    ),
]
TenantOption = Annotated[str, typer.Option(help="The organisation that owns the tasks.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@todo_app.command(
    "import",
    epilog=ending(
        "todo import tasks.ndjson.gz --state todo.state",
        "todo import tasks.csv --database todo.db --on-bad skip --tenant acme",
        "todo import examples/data/todo-comments.ndjson.gz --enrich demo --state todo.state",
    ),
)
def import_file(  # noqa: PLR0913 - one parameter an option
    file: FileArgument,
    *,
    enrich: EnrichOption = None,
    on_bad: OnBadOption = OnBadChoice.REFUSE,
    again: AgainOption = False,
    tenant: TenantOption = TENANT,
    json: JsonOption = False,
    table_name: TableNameOption = None,
    engine: EngineOption = None,
    endpoint_url: EndpointOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
) -> None:
    """Load tasks from a file; stopped and run again, it goes on where it was.

    The whole file is read before anything is written. A file that was imported to its end is not
    imported again. Local engines get their table made, AWS does not.
    """
    words = EngineWords(
        engine=engine,
        endpoint_url=endpoint_url,
        state=state,
        database=database,
        region=region,
        profile=profile,
    )
    report = ImportReport(file_name=file.name)
    started = clock.now()
    opened = todo_repository(words, tenant=tenant, table_name=table_name, create=True)
    with _stopping(report, json=json), opened as todo, phases() as progress:
        importer = Importer(
            todo, file, seed=enrich, on_bad=on_bad.value, again=again, progress=progress
        )
        importer.report = report
        importer.run()
    if json:
        print_json(report.as_dict())
        return
    _say_bad(report)
    _print(report, seconds=(clock.now() - started).total_seconds(), seed=enrich)


@contextmanager
def _stopping(report: ImportReport, *, json: bool) -> Generator[None]:
    """Says what stands in the table when the block does not come to its end."""
    try:
        yield
    except KeyboardInterrupt:
        _say_stopped(report, json=json)
        raise
    except TabledesignError as error:
        note(f"tabledesign: {error.message}")
        _say_stopped(report, json=json)
        raise typer.Exit(exit_code(error)) from None


def _say_stopped(report: ImportReport, *, json: bool) -> None:
    if report.bad > 1:  # the only one stands in the message
        _say_bad(report)
    note(report.where_it_stopped())
    if json:
        print_json(report.as_dict())


def _say_bad(report: ImportReport) -> None:
    for row in report.bad_rows[:_SHOWN]:
        note(f"{report.file_name}, {row}")
    if report.bad > _SHOWN:
        note(f"... and {report.bad - _SHOWN:,} more bad rows")


def _print(report: ImportReport, *, seconds: float, seed: str | None) -> None:
    if report.already_done:
        print(
            f"{report.file_name} was imported before, and nothing was written. To overwrite what "
            "was changed since, add --again."
        )
        return
    if report.resumed_after:
        print(f"Went on after line {report.resumed_after:,}, where an earlier run had come to.")
    counts = {"users": report.users, "lists": report.lists, "members": report.members}
    if report.records:
        counts["access records"] = report.records
    people = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(
        f"Imported {report.tasks:,} tasks, {people} in {seconds:.1f} s "
        f"({report.tasks / max(seconds, 0.001):,.0f} tasks a second, {report.requests:,} requests)."
    )
    if report.kept:
        print(f"Left {report.kept:,} users, lists and members as they were.")
    if report.bad:
        print(f"Skipped {report.bad:,} bad rows.")
    if seed is not None:
        print(f"What the file lacks was derived from the seed {seed!r}: it looks real and is not.")
