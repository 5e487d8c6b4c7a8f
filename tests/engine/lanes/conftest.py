"""The tests of the lanes choose the lane themselves, whatever the environment of the run says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tabledesign.engine.lanes.lane import SWITCH


@pytest.fixture(autouse=True, scope="module")
def chosen_here() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH, raising=False)
        yield
