"""What an import brings with it: in a fresh interpreter, since this one has everything."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tabledesign

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "goldens" / "imports.json"
HEAVY = {
    "asyncio", "boto3", "botocore", "concurrent", "cryptography", "difflib", "http", "hypothesis",
    "logging", "ministack", "moto", "multiprocessing", "pytest", "rich", "ssl", "subprocess",
    "typer", "unittest", "urllib3", "xml",
}  # fmt: skip
"""Packages a design needs none of."""

MODEL = """
from datetime import date
from pydantic import BaseModel
class Task(BaseModel):
    user_id: str
    due: date | None = None
"""
DESIGN = """
from datetime import date
from tabledesign import Entity, Key, Query, Range, Repository, Table, access_pattern
table = Table("todo", global_indexes=("gsi1",))
class Task(Entity, table=table):
    user_id: str
    task_id: str
    due: date | None = None
    by_id = Key(partition="user_id", sort="task_id")
    by_due = Key("gsi1", partition="user_id", sort=("due", "task_id"))
class Tasks(Repository, table=table):
    @access_pattern
    def due(self, user_id: str, due: Range[date]) -> Query[Task]:
        "A user's tasks due in a range, soonest first."
        return Task.by_due.query(user_id=user_id, due=due)
"""


def _loaded(program: str, folder: Path) -> set[str]:
    """The modules that are there after a program; its source is a file, as a pattern's must be."""
    source = folder / "program.py"
    source.write_text(f"{program}\nimport sys\nprint(*sys.modules)\n")
    run = subprocess.run(
        [sys.executable, str(source)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(run.stdout.split())


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return _loaded(DESIGN, tmp_path_factory.mktemp("design"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return _loaded(MODEL, tmp_path_factory.mktemp("model"))


def test_a_design_brings_nothing_heavy(design: set[str], model: set[str]) -> None:
    brought = {name.split(".")[0] for name in design - model}
    assert set() == brought & HEAVY


def test_a_design_brings_the_reviewed_modules(
    design: set[str], model: set[str], *, update_goldens: bool
) -> None:
    own = sorted(name for name in design if name.startswith("tabledesign"))
    others = sorted(
        name
        for name in design - model - set(own)
        if not name.startswith(("_", "pydantic")) and name.split(".")[0] in sys.stdlib_module_names
    )
    found = {"ours": own, "of the standard library, beside a pydantic model's": others}
    if update_goldens:
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    reviewed = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(found) == list(reviewed)
    if sys.version_info[:2] != (3, 11):  # pydantic brings others along on a newer Python
        found = {"ours": own}
    for kind, names in found.items():
        # Each that is new costs every import; `--update-goldens` writes the list anew.
        assert [] == sorted(set(reviewed[kind]) ^ set(names))


def test_the_package_alone_brings_none_of_its_modules(tmp_path: Path) -> None:
    brought = _loaded("import tabledesign", tmp_path)
    assert {"tabledesign"} == {name for name in brought if name.startswith("tabledesign")}
    assert "pydantic" not in brought


def test_a_client_that_the_library_makes_brings_botocore_without_boto3(tmp_path: Path) -> None:
    brought = _loaded(
        "from tabledesign.engine.connect import connect\n"
        "with connect(engine='aws', endpoint_url='http://127.0.0.1:9'):\n"
        "    pass",
        tmp_path,
    )
    assert "botocore.client" in brought
    others = {"boto3", "s3transfer", "awscrt", "asyncio", "unittest", "ministack"}
    assert set() == others & brought


def test_an_engine_without_botocore_brings_ssl_with_its_first_request_only(tmp_path: Path) -> None:
    brought = _loaded(
        f"{DESIGN}from tabledesign.engine import DirectEngine\nTasks(DirectEngine('eu-central-1'))",
        tmp_path,
    )
    assert "tabledesign.engine.lanes.direct" in brought
    assert set() == {"botocore", "ssl", "_ssl", "asyncio"} & brought


def test_every_public_name_is_there_and_is_the_one_that_type_checkers_see() -> None:
    tree = ast.parse(Path(tabledesign.__file__).read_text(encoding="utf-8"))
    shown = {
        alias.name: f"{node.module}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert tabledesign.__all__ == sorted(shown)
    for name, module in shown.items():
        assert getattr(tabledesign, name) is getattr(sys.modules[module], name)
    assert set(tabledesign.__all__) <= set(dir(tabledesign))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(tabledesign, "Nothing")  # noqa: B009 - a checker knows that it is not there
