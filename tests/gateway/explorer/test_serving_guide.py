"""The guide to the pages runs as it stands."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from tests.gateway.browsing import PORT, visit

from tabledesign.gateway.composing import composed

GUIDE = Path(__file__).parents[3] / "docs" / "serving.md"


def test_the_guide_to_serving_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GUIDE.read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    path = tmp_path / "guide_to_serving.py"
    path.write_text("\n".join(blocks), encoding="utf-8")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)

    spec.loader.exec_module(module)

    assert "/explorer" in {page.path for page in module.pages}
    app = composed(module.contents, PORT)
    assert "<h1>About</h1>" in visit(app, "/about", accept="text/html").text
    assert {"asked": "/about.json"} == visit(app, "/about.json").json
