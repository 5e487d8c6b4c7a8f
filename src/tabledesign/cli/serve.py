"""``tabledesign serve``: an API with its pages on this machine."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic.json_schema import PydanticJsonSchemaWarning

from tabledesign import clock
from tabledesign.api.exchange import Call
from tabledesign.api.openapi import openapi_document
from tabledesign.api.routing import Route
from tabledesign.api.tokens.sample_users import SAMPLE_USERS
from tabledesign.cli.app import app, ending
from tabledesign.cli.engines import DatabaseOption, EngineChoice, EngineWords, StateOption, opened
from tabledesign.cli.output import note
from tabledesign.cli.todo.serving import todo_contents
from tabledesign.design.provision import provision
from tabledesign.design.samples import SAMPLE_TENANT
from tabledesign.design.target import Target, load_target
from tabledesign.engine.drivers import drive
from tabledesign.engine.protocol import Engine, name_of
from tabledesign.errors import InputError
from tabledesign.gateway.composing import Contents, composed
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.gateway.explorer.pages import EXPLORER, explorer_pages
from tabledesign.gateway.pattern_routes import Opened, pattern_routes
from tabledesign.gateway.serving import LOOPBACK, listening
from tabledesign.gateway.serving import serve as answer_until_interrupted
from tabledesign.observing import Observer
from tabledesign.repository.repository import Repository
from tabledesign.todo import table as todo_table

__all__ = ["serve"]

TODO: Final = "tabledesign.todo:table"


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
    _check_data(found, data)
    words = EngineWords(
        engine=None if engine is None else EngineChoice(engine.value),
        state=state,
        database=database,
    )
    if words.name == "aws":
        words = EngineWords(engine=EngineChoice.EMBEDDED)
    with listening(port) as listener, opened(words) as chosen:
        _make(found, chosen)
        taken: int = listener.getsockname()[1]
        contents = _contents(found, chosen, data, tenants or ())
        contents = replace(contents, observer=_observer(verbose=verbose))
        with _said(contents, taken):
            answer_until_interrupted(composed(contents, taken), listener)


def _observer(*, verbose: bool) -> Observer:
    def write(line: str) -> None:
        # What fails is told in any case: the answer says no more than that it did.
        if verbose or '"level":"ERROR"' in line:
            note(line)

    return Observer(namespace=None, write=write)


def _check_data(target: Target, data: Path | None) -> None:
    if data is not None and target.table is not todo_table:
        raise InputError(
            "--data is for the to-do design; leave it out, or fill the table by its API",
            code="argument.data",
            field="data",
        )


def _make(target: Target, engine: Engine) -> None:
    if drive(provision(target.table), engine).outcome == "different":
        raise InputError(
            f"there is a table {target.table.name!r} that is not the design's; see `tabledesign "
            "table diff`, or choose another file",
            code="serve.table_differs",
        )


def _contents(
    target: Target, engine: Engine, data: Path | None, tenants: Sequence[str]
) -> Contents:
    if target.table is todo_table:
        return todo_contents(engine, data, tenants)
    table = target.table
    shown = (tenants or [SAMPLE_TENANT]) if table.tenants else ()
    routes = pattern_routes(target.repositories.values(), _opening(target, engine))
    return Contents(
        title=table.name,
        lead="The access patterns of this design over HTTP, for reading.",
        routes=routes,
        document=_document(routes, table.name),
        users=SAMPLE_USERS.values(),
        pieces=explorer_pages(Explorer(table, engine, tenants=shown)),
        entries=[EXPLORER],
        facts=[f"Target: {target.text}.", f"Engine: {name_of(engine)}."],
    )


def _document(routes: Sequence[Route], title: str) -> dict[str, object]:
    with warnings.catch_warnings():
        # A default that JSON cannot say is left out of a schema, and nobody need be told.
        warnings.simplefilter("ignore", PydanticJsonSchemaWarning)
        return openapi_document(routes, title=title, version="0")


def _opening(target: Target, engine: Engine) -> Opened:
    keys = clock.random_bytes(32)

    def opened_for(cls: type[Repository], call: Call) -> Repository:
        tenant = call.principal.tenant if target.table.tenants else None
        return cls(engine, tenant=tenant, cursor_keys=keys).within(call.deadline)

    return opened_for


@contextmanager
def _said(contents: Contents, port: int) -> Generator[None]:
    address = f"http://{LOOPBACK}:{port}"
    print(f"{contents.title} on {address}/ (ctrl-C ends it)")
    for entry in contents.ways:
        print(f"  {entry.title:<16}{address}{entry.path}")
    sys.stdout.flush()  # whoever reads it through a pipe waits for it
    yield
    print("Ended.")
