"""Serving a target: its table, its routes and its pages, until the process is told to end."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic.json_schema import PydanticJsonSchemaWarning

from tabledesign import clock
from tabledesign.api.exchange import Call
from tabledesign.api.openapi import openapi_document
from tabledesign.api.routing import Route
from tabledesign.api.tokens.sample_users import SAMPLE_USERS
from tabledesign.cli.engines import EngineWords, opened
from tabledesign.cli.output import note
from tabledesign.cli.todo.serving import todo_contents
from tabledesign.dataclass import replace
from tabledesign.design.provision import provision
from tabledesign.design.samples import SAMPLE_TENANT
from tabledesign.design.target import Target
from tabledesign.engine.drivers import drive
from tabledesign.engine.protocol import Engine, name_of
from tabledesign.errors import InputError
from tabledesign.gateway.composing import Contents, composed
from tabledesign.gateway.explorer.explorer import Explorer
from tabledesign.gateway.explorer.pages import EXPLORER, explorer_pages
from tabledesign.gateway.pattern_routes import Opened, pattern_routes
from tabledesign.gateway.serving import LOOPBACK, listening, serve
from tabledesign.observing import Observer
from tabledesign.repository.repository import Repository
from tabledesign.todo import table as todo_table

__all__ = ["run"]


def run(
    target: Target,
    words: EngineWords,
    *,
    port: int,
    data: Path | None,
    tenants: Sequence[str],
    verbose: bool,
) -> None:
    """Serve it; raises `InputError` for a port or a table that cannot be had."""
    with listening(port) as listener, opened(words) as engine:
        _make(target, engine)
        taken: int = listener.getsockname()[1]
        contents = _contents(target, engine, data, tenants)
        contents = replace(contents, observer=_observer(verbose=verbose))
        with _said(contents, taken):
            serve(composed(contents, taken), listener)


def _observer(*, verbose: bool) -> Observer:
    def write(line: str) -> None:
        # What fails is told in any case: the answer says no more than that it did.
        if verbose or '"level":"ERROR"' in line:
            note(line)

    return Observer(namespace=None, write=write)


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
