"""``tabledesign todo drain``: what is being deleted is taken away, as far as time allows."""

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
)
from tabledesign.cli.output import note, print_json
from tabledesign.cli.todo import todo_app
from tabledesign.cli.todo.progress import counting
from tabledesign.cli.todo.tables import TENANT, todo_repository
from tabledesign.engine.deadline import Deadline
from tabledesign.engine.protocol import clock_of
from tabledesign.todo.draining import Drained, Drainer

__all__ = ["drain"]

_OUT_OF_TIME = "deadline.passed"

TenantOption = Annotated[str, typer.Option(help="The organisation whose deletions are drained.")]
SecondsOption = Annotated[
    float, typer.Option(min=0.1, help="When to end; what is left is for the next run.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")]


@todo_app.command(
    epilog=ending(
        "todo drain --state todo.state",
        "todo drain --seconds 840 --tenant acme --json",
    )
)
def drain(
    *,
    tenant: TenantOption = TENANT,
    seconds: SecondsOption = 300.0,
    json: JsonOption = False,
    table_name: TableNameOption = None,
    engine: EngineOption = None,
    endpoint_url: EndpointOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
) -> None:
    """Take away what belongs to deleted lists and accounts; run it as often as you like.

    A list or an account is hidden at once when it is deleted, and is gone a minute later at the
    earliest. A run that is ended anywhere is continued by the next.
    """
    words = EngineWords(
        engine=engine,
        endpoint_url=endpoint_url,
        state=state,
        database=database,
        region=region,
        profile=profile,
    )
    with (
        todo_repository(words, tenant=tenant, table_name=table_name) as todo,
        counting("Tasks") as progress,
    ):
        deadline = Deadline.after(seconds, clock=clock_of(todo.engine))
        drainer = Drainer(todo.within(deadline), progress=lambda report: progress(report.tasks))
        report = drainer.run()
    if json:
        print_json(report.as_dict())
    else:
        print(_told(report))
    if report.stopped not in (None, _OUT_OF_TIME):
        note(f"tabledesign: the table ended the run ({report.stopped}); run it again")
        raise typer.Exit(REFUSED)


def _told(report: Drained) -> str:
    waiting = "nothing is left"
    if report.waiting or report.stopped is not None:
        waiting = f"{len(report.waiting):,} wait for the next run"
        if report.stopped == _OUT_OF_TIME:
            waiting = "the time is over, and the rest waits for the next run"
    return (
        f"Removed {report.lists:,} lists and {report.users:,} users, with {report.tasks:,} tasks "
        f"and {report.members + report.left:,} memberships; {waiting}."
    )
