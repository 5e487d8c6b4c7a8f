"""A to-do API over the embedded engine, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .world import World, opened


@pytest.fixture
def world() -> Iterator[World]:
    with opened() as made:
        yield made
