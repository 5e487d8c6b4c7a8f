"""The tests of the lanes choose the lane themselves, whatever the environment of the run says."""

from __future__ import annotations

import pytest

from tabledesign.engine.lanes.lane import SWITCH


@pytest.fixture(autouse=True)
def chosen_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
