"""``tabledesign todo export``: everything a tenant holds, as NDJSON."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from tabledesign.cli.app import REFUSED, ending
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
from tabledesign.cli.todo.progress import counting
from tabledesign.cli.todo.tables import TENANT, todo_repository
from tabledesign.errors import InputError
from tabledesign.todo.exporting import Exporter, ExportReport

__all__ = ["export_file"]


FileArgument = Annotated[
    Path, typer.Argument(help="Where to write; gzipped if it ends in .gz; - is stdout.")
]
TenantOption = Annotated[str, typer.Option(help="The organisation that is exported.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")]


@todo_app.command(
    "export",
    epilog=ending(
        "todo export all.ndjson.gz --state todo.state",
        "todo export - --database todo.db --tenant acme",
    ),
)
def export_file(
    file: FileArgument,
    *,
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
    """Write all that one tenant holds, tasks, people and grants, as `todo import` reads it.

    It scans the table: that reads, and on AWS costs, the items of every tenant. The file appears
    when it is complete.
    """
    words = EngineWords(
        engine=engine,
        endpoint_url=endpoint_url,
        state=state,
        database=database,
        region=region,
        profile=profile,
    )
    to_stdout = str(file) == "-"
    _check(to_stdout=to_stdout, json=json)
    with (
        todo_repository(words, tenant=tenant, table_name=table_name) as todo,
        counting("Lines") as progress,
    ):
        exporter = Exporter(todo, progress=progress)
        if to_stdout:
            _to_stdout(exporter)
        else:
            exporter.to_file(file)
    _say(exporter.report, file, quiet=to_stdout, json=json)
    if exporter.report.unreadable:
        raise typer.Exit(REFUSED)


def _check(*, to_stdout: bool, json: bool) -> None:
    if to_stdout and json:
        raise InputError(
            "--json and the export would share stdout; export to a file, or leave --json out",
            code="argument.json",
            field="json",
        )


def _to_stdout(exporter: Exporter) -> None:
    # UTF-8 and bare line ends whatever the locale says.
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        exporter.to_stream(stream)
        stream.flush()
    finally:
        stream.detach()


def _say(report: ExportReport, file: Path, *, quiet: bool, json: bool) -> None:
    for row in report.unreadable:
        note(f"not exported, since it cannot be read: {dict(row.key)}: {row.reason}")
    if json:
        print_json(report.as_dict())
    elif not quiet:
        records = f" with {report.records:,} access records" if report.records else ""
        print(
            f"Exported {report.tasks:,} tasks, {report.users:,} users, {report.lists:,} lists and "
            f"{report.members:,} members{records} to {file}."
        )
