"""The guide to testing runs as it stands: a design holds, and a planted bug is caught."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "testing.md"


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_the_guide_runs_and_its_bug_is_caught_in_under_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(
        r"^```python\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    path = tmp_path / "guide_to_testing.py"
    path.write_text("\n".join(blocks), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)

    spec.loader.exec_module(module)

    assert len(module.caught.history.rounds) <= 3
