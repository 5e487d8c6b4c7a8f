"""``tabledesign catalogue``: the reviewed folder of patterns, written or compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabledesign.cli.app import REFUSED, app, ending
from tabledesign.cli.output import note
from tabledesign.cli.targets import TargetArgument, named_of
from tabledesign.design.catalogue import catalogue_files, check_catalogue, write_catalogue
from tabledesign.design.target import load_target
from tabledesign.errors import InputError

__all__ = ["catalogue"]


@app.command(
    epilog=ending(
        "catalogue tabledesign.todo:table --write access_patterns",
        "catalogue tabledesign.todo:table --check access_patterns",
    )
)
def catalogue(
    target: TargetArgument,
    *,
    write: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write what is missing or outdated.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Compare only; 1 where anything deviates.")
    ] = None,
) -> None:
    """Keep a folder with the request, explanation and cost of every pattern.

    Files that are not part of the catalogue are reported and never touched.
    """
    if (write is None) == (check is None):
        raise InputError("give either --write DIR or --check DIR", code="argument.catalogue")
    found = load_target(target)
    files = catalogue_files(found.table, named_of(found))
    if write is not None:
        written, strays = write_catalogue(files, write)
        for stray in strays:
            note(f"{write / stray.path} is stray: no pattern writes it; remove it by hand")
        print(f"{len(written)} of {len(files)} files written to {write}")
        return
    assert check is not None
    deviations = check_catalogue(files, check)
    for deviation in deviations:
        print(f"{check / deviation.path} is {deviation.fault}")
    if deviations:
        note(
            f"tabledesign: {len(deviations)} files deviate from the design; run "
            f"`tabledesign catalogue {target} --write {check}`, and remove stray ones"
        )
        raise typer.Exit(REFUSED)
    print(f"{len(files)} files in {check} are as the design says")
