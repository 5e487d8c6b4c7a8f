"""A table whose stream is recorded, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .worlds import World, opened


@pytest.fixture
def world() -> Iterator[World]:
    with opened() as made:
        yield made
