"""What the project promises of itself: versions, files, locks, the wheel."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tabledesign

ROOT = Path(__file__).parent.parent
PINNED = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==\S+ \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\\n|\n))+"
)


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["project"]
    return table


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.fixture(scope="module")
def check_files() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_files", ROOT / "scripts/check_files.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_package_the_project_file_and_the_installation_agree_on_the_version() -> None:
    declared = project()["version"]

    assert [declared, declared] == [tabledesign.__version__, metadata.version("tabledesign")]


def test_the_library_needs_boto3_and_pydantic_only() -> None:
    names = [re.split(r"[<>=\[]", wanted)[0] for wanted in project()["dependencies"]]

    assert ["boto3", "pydantic"] == names


def test_no_file_breaks_a_rule_of_the_project(check_files: ModuleType) -> None:
    assert [] == list(check_files.faults())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see https:/" + "/packages.test/simple", "an address of packages.test"),
        ("cd " + "/ho" + "me/ann/tabledesign", "a path of one machine"),
        ("open('" + "/tm" + "p/x')", "a path of one machine"),
    ],
)
def test_a_foreign_address_or_a_machine_path_is_a_fault(
    check_files: ModuleType, text: str, words: str
) -> None:
    found = list(check_files.text_faults("docs/page.md", text))

    assert [True] == [words in fault for fault in found]


def test_a_long_file_a_long_function_and_a_missing_export_list_are_faults(
    check_files: ModuleType,
) -> None:
    text = "def long() -> None:\n" + '    """Short."""\n' + "    print()\n" * 400
    found = list(check_files.text_faults("src/tabledesign/long.py", text))

    assert ["402 lines", "401 lines", "no __all__"] == [
        next(words for words in ("402 lines", "401 lines", "no __all__") if words in fault)
        for fault in found
    ]


@pytest.mark.parametrize(
    "lock", ["deploy.txt", "dev.txt", "functions.txt", "mutants.txt", "newest-botocore.txt"]
)
def test_every_package_of_a_lock_is_pinned_with_its_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    rest = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    while found := PINNED.match(rest):
        rest = rest[found.end() :]

    assert "" == rest


def test_the_two_locks_differ_in_botocore_which_is_what_the_second_is_for() -> None:
    assert pins("dev.txt")["botocore"] != pins("newest-botocore.txt")["botocore"]


def test_a_function_has_the_versions_that_the_tests_have() -> None:
    assert pins("functions.txt").items() <= pins("dev.txt").items()


def test_the_second_engine_is_pinned_by_its_integrity() -> None:
    lock = json.loads((ROOT / "engines/package-lock.json").read_text(encoding="utf-8"))
    pinned = lock["packages"]["node_modules/@dynoxide/linux-x64"]

    assert ["1.2.1", "sha512-"] == [pinned["version"], pinned["integrity"][:7]]


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_types_marker_only(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", build, str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    wheel = zipfile.ZipFile(tmp_path / built.stdout.split()[-1])
    names = wheel.namelist()

    assert "tabledesign/py.typed" in names
    assert {"tabledesign", f"tabledesign-{tabledesign.__version__}.dist-info"} == {
        name.split("/")[0] for name in names
    }
