"""One embedded engine for all tests of the kit; each history brings its own table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tabledesign.engine.embedded import EmbeddedEngine, embedded


@pytest.fixture(scope="session")
def shared() -> Iterator[EmbeddedEngine]:
    with embedded() as engine:
        yield engine
