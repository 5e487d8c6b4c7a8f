"""``tabledesign table create``."""

from __future__ import annotations

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
    opened,
)
from tabledesign.cli.output import note, print_json
from tabledesign.cli.table import table_app
from tabledesign.cli.targets import TargetArgument
from tabledesign.design.provision import Provisioned, provision
from tabledesign.design.target import load_target
from tabledesign.engine.drivers import drive

__all__ = ["create"]


@table_app.command(
    epilog=ending(
        "table create tabledesign.todo:table --profile dev --region eu-central-1",
        "table create design.py:table --state local.state",
    )
)
def create(
    target: TargetArgument,
    *,
    table_name: TableNameOption = None,
    engine: EngineOption = None,
    endpoint_url: EndpointOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Create the table with its indexes and TTL, and wait until it can be used.

    A table that is there already is never changed: it is fine as designed, and otherwise its
    differences are printed.
    """
    table = load_target(target).table
    name = table_name or table.name
    words = EngineWords(
        engine=engine,
        endpoint_url=endpoint_url,
        state=state,
        database=database,
        region=region,
        profile=profile,
    )
    with opened(words) as connected:
        found = drive(provision(table, table_name=table_name), connected)
    if json:
        differences = [one.as_dict() for one in found.differences]
        print_json({"table": name, "outcome": found.outcome, "differences": differences}, indent=2)
    else:
        _print(name, found)
    if found.outcome == "different":
        note(
            f"tabledesign: table {name!r} is there and differs; create it under another name with "
            "--table-name, or change it by hand"
        )
        raise typer.Exit(REFUSED)


def _print(name: str, found: Provisioned) -> None:
    for difference in found.differences:
        print(difference)
    if found.outcome == "created":
        print(f"table {name} is created and ready")
    elif found.outcome == "identical":
        print(f"table {name} is there already, as designed")
