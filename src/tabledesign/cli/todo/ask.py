"""``tabledesign todo ask``: one pattern of the to-do design answered from the shell."""

from __future__ import annotations

from typing import Annotated

import typer

from tabledesign.cli import ask as generic
from tabledesign.cli.app import ending
from tabledesign.cli.engines import (
    CursorKeyOption,
    DatabaseOption,
    EndpointOption,
    EngineOption,
    ProfileOption,
    RegionOption,
    StateOption,
    TableNameOption,
)
from tabledesign.cli.todo import todo_app
from tabledesign.cli.todo.tables import TENANT

__all__ = ["ask"]


@todo_app.command(
    epilog=ending(
        "todo ask open_tasks user_id=u005acd3a --state todo.state",
        "todo ask tasks_due user_id=u005acd3a due=2026-11-01..2026-11-30 --state todo.state",
        "todo ask board list_id=pydantic/pydantic --limit 20 --state todo.state --json",
    )
)
def ask(  # noqa: PLR0913 - one parameter an option
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help="The pattern's name.")],
    words: generic.WordsArgument = None,
    *,
    limit: generic.LimitOption = 100,
    everything: generic.AllOption = False,
    cursor: generic.CursorOption = None,
    count: generic.CountOption = False,
    explain: generic.ExplainOption = False,
    json: generic.JsonOption = False,
    tenant: Annotated[str, typer.Option(help="The organisation that is asked.")] = TENANT,
    table_name: TableNameOption = None,
    engine: EngineOption = None,
    endpoint_url: EndpointOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    cursor_key_file: CursorKeyOption = None,
) -> None:
    """Ask one pattern of the to-do design: what `ask tabledesign.todo:table` does."""
    generic.ask(
        "tabledesign.todo:table",
        pattern,
        words,
        limit=limit,
        everything=everything,
        cursor=cursor,
        count=count,
        explain=explain,
        json=json,
        tenant=tenant,
        table_name=table_name,
        engine=engine,
        endpoint_url=endpoint_url,
        state=state,
        database=database,
        region=region,
        profile=profile,
        cursor_key_file=cursor_key_file,
    )
