"""A repository over the to-do table, made first where the engine is a local one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from tabledesign.cli.engines import EngineWords, opened
from tabledesign.cli.output import note
from tabledesign.design.provision import provision
from tabledesign.engine.drivers import drive
from tabledesign.engine.protocol import Engine
from tabledesign.errors import InputError, TableMissing
from tabledesign.todo import TodoRepository, table

__all__ = ["TENANT", "todo_repository"]

TENANT = "demo"
"""The organisation the to-do commands work for, unless they are told another."""


@contextmanager
def todo_repository(
    words: EngineWords, *, tenant: str, table_name: str | None, create: bool = False
) -> Generator[TodoRepository]:
    """The repository while the block lasts.

    ``create`` makes the table where it is missing, on a local engine only: on AWS it may cost
    money, and is made on purpose. Raises `InputError` ``todo.no_table`` and ``todo.table_differs``.
    """
    name = table_name or table.name
    if create and words.name == "embedded" and words.state is None:
        note("The embedded engine forgets everything at the end; keep it with --state FILE.")
    with opened(words) as engine:
        if create and words.name != "aws":
            _make(engine, table_name)
        try:
            yield TodoRepository(engine, tenant=tenant, table_name=table_name)
        except TableMissing as error:
            raise InputError(
                f"there is no table {name!r}; make it with `tabledesign table create "
                f"tabledesign.todo:table{_options(words, table_name)}`",
                code="todo.no_table",
                details=error.details,
            ) from error


def _make(engine: Engine, table_name: str | None) -> None:
    found = drive(provision(table, table_name=table_name), engine)
    if found.outcome == "different":
        raise InputError(
            f"table {table_name or table.name!r} is there and is not the to-do table; see "
            "`tabledesign table diff tabledesign.todo:table`, or choose another --table-name",
            code="todo.table_differs",
        )


def _options(words: EngineWords, table_name: str | None) -> str:
    """The options that make `table create` mean the same table."""
    given = {
        "--table-name": table_name,
        "--engine": None if words.engine is None else words.engine.value,
        "--endpoint-url": words.endpoint_url,
        "--state": words.state,
        "--database": words.database,
        "--region": words.region,
        "--profile": words.profile,
    }
    return "".join(f" {name} {value}" for name, value in given.items() if value is not None)
