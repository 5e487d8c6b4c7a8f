"""``tabledesign table diff``."""

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
from tabledesign.cli.output import print_json
from tabledesign.cli.table import table_app
from tabledesign.cli.targets import TargetArgument
from tabledesign.design.provision import compare
from tabledesign.design.target import load_target
from tabledesign.engine.drivers import drive

__all__ = ["diff"]


@table_app.command(
    epilog=ending(
        "table diff tabledesign.todo:table --table-name todo-prod",
        "table diff design.py:table --endpoint-url http://127.0.0.1:8000 --json",
    )
)
def diff(
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
    """Print every difference of a live table from its design: keys, indexes, projections, TTL.

    1 where there is any. Billing, backups, encryption, tags and streams are not compared.
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
        found = drive(compare(table, table_name=table_name), connected)
    if json:
        print_json({"table": name, "differences": [one.as_dict() for one in found]}, indent=2)
    else:
        for difference in found:
            print(difference)
        if not found:
            print(f"table {name} is as designed")
    if found:
        raise typer.Exit(REFUSED)
