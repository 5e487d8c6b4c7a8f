"""The longest files first, so that no worker is left alone with one of them at the end."""

from __future__ import annotations

import pytest

LONGEST = ("test_large_file.py", "test_small_file.py", "test_walks.py", "test_replay.py")


@pytest.hookimpl(trylast=True)  # after the shuffle
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: (
            LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST)
        )
    )
