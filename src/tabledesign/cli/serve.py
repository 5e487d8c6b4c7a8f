"""``tabledesign serve``: an API with its pages on this machine."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from tabledesign.cli.app import app, ending
from tabledesign.cli.engines import DatabaseOption, EngineChoice, EngineWords, StateOption
from tabledesign.design.target import load_target
from tabledesign.errors import InputError
from tabledesign.todo import table as todo_table

__all__ = ["serve"]

TODO: Final = "tabledesign.todo:table"

_NEEDED: Final = frozenset({"aws_lambda_powertools", "cedarpy", "cryptography", "jwt", "uvicorn"})
"""What only this command imports, so that the others do without."""


class LocalEngine(Enum):
    """The engines that are on this machine: anybody signs in as anybody here."""

    EMBEDDED = "embedded"
    DYNOXIDE = "dynoxide"


TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="[TARGET]",
        help="The design: module:table or path/to/file.py:table.",
    ),
]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any free one.")]
EngineOption = Annotated[
    LocalEngine | None,
    typer.Option(
        help="embedded (in this process), dynoxide (a local server, for large tables). "
        "Default: dynoxide with --database, else embedded.",
        show_default=False,
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Tasks to load first, as `todo import` takes them; what the file lacks is derived.",
        show_default=False,
    ),
]

VerboseOption = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="A line of JSON for each request of the API, on stderr."),
]
TenantsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tenant",
        metavar="NAME",
        help="A tenant that the table explorer shows; may be repeated. Default: acme.",
        show_default=False,
    ),
]


@app.command(
    epilog=ending(
        "serve",
        "serve --port 8080 --data examples/data/todo-comments.ndjson.gz",
        "serve design.py:table --engine dynoxide",
    )
)
def serve(
    target: TargetArgument = TODO,
    *,
    port: PortOption = 8000,
    engine: EngineOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    data: DataOption = None,
    verbose: VerboseOption = False,
    tenants: TenantsOption = None,
) -> None:
    """Serve a design's API and pages on this machine, until ctrl-C.

    The to-do API has sample people, whom you sign in as, a small page of its own and sample
    tasks. Nothing but this machine is answered; what is in memory is gone at the end.
    """
    found = load_target(target)
    if data is not None and found.table is not todo_table:
        raise InputError(
            "--data is for the to-do design; leave it out, or fill the table by its API",
            code="argument.data",
            field="data",
        )
    words = EngineWords(
        engine=None if engine is None else EngineChoice(engine.value),
        state=state,
        database=database,
    )
    if words.name == "aws":
        words = EngineWords(engine=EngineChoice.EMBEDDED)
    try:
        from tabledesign.cli.serving import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        raise InputError(
            f"serving needs {error.name}; run `pip install tabledesign[serve]`",
            code="serve.not_installed",
        ) from error
    run(found, words, port=port, data=data, tenants=tenants or (), verbose=verbose)
