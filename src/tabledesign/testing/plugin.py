"""The pytest plugin: an engine and repositories over it, as fixtures.

It loads wherever the package and pytest are installed, needs no hypothesis, and does nothing
until a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tabledesign.engine.protocol import Engine
    from tabledesign.repository.repository import Repository

__all__ = ["pytest_addoption", "tabledesign_engine", "tabledesign_repository"]

CURSOR_KEY = b"a key that signs cursors in tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option of the plugin."""
    group = parser.getgroup("tabledesign")
    group.addoption(
        "--tabledesign-engine",
        metavar="URL",
        default="embedded",
        help="run on this DynamoDB endpoint, on 'dynoxide' or, by default, on the embedded engine",
    )


@pytest.fixture(scope="session")
def tabledesign_engine(pytestconfig: pytest.Config) -> Iterator[Engine]:
    """The engine of the test run: embedded, or what ``--tabledesign-engine`` names."""
    from tabledesign.engine.connect import connect

    wanted = str(pytestconfig.getoption("--tabledesign-engine"))
    if wanted == "embedded":
        with connect(engine="embedded") as engine:
            yield engine
    elif wanted == "dynoxide":
        with connect(engine="dynoxide") as engine:
            yield engine
    else:
        with connect(endpoint_url=wanted) as engine:
            yield engine


@pytest.fixture
def tabledesign_repository(
    tabledesign_engine: Engine,
) -> Iterator[Callable[..., Any]]:
    """Makes a repository over a fresh table, dropped after the test.

    ``tasks = tabledesign_repository(Tasks)``; where the table has tenants the tenant is ``"t"``
    unless ``tenant=`` is given. Each is behind the strict wrapper and the scope guard.
    """
    from tabledesign.design.provision import provision
    from tabledesign.engine.drivers import drive
    from tabledesign.testing.scope import Scope
    from tabledesign.testing.strict import Strict
    from tabledesign.wire import Request

    names: list[str] = []

    def make(repository: type[Repository], *, tenant: str | None = None) -> Repository:
        table = repository.__table__
        name = f"{table.name}-test-{next(_numbers)}"
        drive(provision(table, table_name=name), tabledesign_engine)
        names.append(name)
        if table.tenants and tenant is None:
            tenant = "t"
        guarded: Engine = Strict(tabledesign_engine, table)
        if tenant is not None:
            guarded = Scope(guarded, table, tenant)
        return repository(guarded, tenant=tenant, table_name=name, cursor_keys=CURSOR_KEY)

    yield make
    for name in names:
        tabledesign_engine.send(Request("DeleteTable", {"TableName": name}))


_numbers = count(1)
