"""The pytest plugin: fixtures, the option, and a package that imports without the kit's needs."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = ["-p", "no:tabledesign", "-p", "tabledesign.testing.plugin", "-p", "no:cacheprovider"]

TESTS = """
from tabledesign.testing.plugin import pytest_addoption  # the plugin is importable
from tests.testing.notes import Note, Notes

def test_a_fresh_table(tabledesign_repository):
    notes = tabledesign_repository(Notes)
    notes.create(Note(owner="ann", note_id="1"))
    assert [note.note_id for note in notes.of_owner("ann")] == ["1"]

def test_another_fresh_table(tabledesign_repository, tabledesign_engine):
    assert list(tabledesign_repository(Notes, tenant="t2").of_owner("ann")) == []
    assert tabledesign_engine.name == "embedded"
"""

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ImportError(f"{{name}} is not installed")

sys.meta_path.insert(0, Blocked())
import tabledesign, tabledesign.testing
{more}
loaded = {{name.split(".")[0] for name in sys.modules}}
assert not loaded & {blocked}, loaded
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT / "src", capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_fixtures_give_fresh_tables_on_the_embedded_engine(tmp_path: Path) -> None:
    path = tmp_path / "test_with_plugin.py"
    path.write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", *PLUGIN, "--rootdir", str(tmp_path), str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False,
                           env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": "",
                                "AWS_EC2_METADATA_DISABLED": "true"})  # fmt: skip

    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_package_imports_without_hypothesis_and_pytest() -> None:
    ended = run(BLOCKED.format(blocked={"hypothesis", "pytest"}, more=""))

    assert (0, "") == (ended.returncode, ended.stderr)


def test_the_plugin_and_the_histories_need_no_hypothesis() -> None:
    more = "import tabledesign.testing.plugin, tabledesign.testing.holding"
    ended = run(BLOCKED.format(blocked={"hypothesis"}, more=more))

    assert (0, "") == (ended.returncode, ended.stderr)


def test_the_plugin_is_registered() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        points = tomllib.load(file)["project"]["entry-points"]["pytest11"]

    assert {"tabledesign": "tabledesign.testing.plugin"} == points
