"""One repository over a table in memory, and one over the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tabledesign.design.creation import create_table
from tabledesign.engine.embedded import EmbeddedEngine, embedded

from .design import TENANT_NAME, House, desks, table
from .memory import Memory


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def house(memory: Memory) -> House:
    return House(memory, tenant=TENANT_NAME)


@pytest.fixture(scope="session")
def store() -> Iterator[EmbeddedEngine]:
    with embedded() as engine:
        create_table(table, engine)
        create_table(desks, engine)
        yield engine
