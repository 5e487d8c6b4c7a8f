"""Check what no other tool does: sizes, `__all__`, addresses, machine paths, the version.

Prints one line a fault, `path:line: what is wrong; what to do`, and exits 1 if there is one.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["faults", "main", "project_files", "text_faults"]

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
FUNCTION_LINES = 40

# Hosts that a reader may be sent to. A package registry or a mirror is none of them: where
# packages come from is set where they are installed, never in a file of the project.
HOSTS = (
    "amazon.com",
    "amazonaws.com",
    "127.0.0.1",
    "example",
    "example.com",
    "example.org",
    "github.com",
    "json-schema.org",
    "keepachangelog.com",
    "localhost",
    "python.org",
    "semver.org",
    "www.w3.org",  # names of XML
    "[::1]",
)
ADDRESS = re.compile(r"\bhttps?://(?:[\w.:-]+@)?(?P<host>\[[\d:a-f]+\]|[\w.-]+)", re.IGNORECASE)
INDEX_OPTION = re.compile(r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~}>-])/(?:home|root|tmp|work|Users)/\w")
VERSION_HEADING = re.compile(r"^## \[(\d[^\]]*)\]", re.MULTILINE)


def project_files() -> list[Path]:
    """Files of the project as git sees them: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    paths = (ROOT / name for name in sorted(set(listed.decode().split("\0"))) if name)
    return [path for path in paths if path.is_file()]


def faults() -> Iterator[str]:
    """Every fault of every file, then those of the project as a whole."""
    for path in project_files():
        name = path.relative_to(ROOT).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # data, packed: nothing in it is followed by a reader or a tool
        yield from text_faults(name, text)
    yield from _version()


def text_faults(name: str, text: str) -> Iterator[str]:
    """The faults of one file, named relative to the project."""
    yield from _addresses(name, text)
    if name.endswith(".py"):
        yield from _sizes(name, text)
        yield from _exports(name, text)


def _addresses(name: str, text: str) -> Iterator[str]:
    lock = name.startswith(("requirements/", "engines/")) or name.endswith("package-lock.json")
    for number, line in enumerate(text.splitlines(), start=1):
        for found in ADDRESS.finditer(line):
            if lock or not _known(found["host"].lower()):
                yield f"{name}:{number}: an address of {found['host']}; remove it or allow the host"
        if lock and (INDEX_OPTION.search(line) or '"resolved"' in line):
            yield f"{name}:{number}: a lock file says where packages are; run scripts/lock.sh"
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: a path of one machine; make it relative"


def _known(host: str) -> bool:
    return any(host == known or host.endswith("." + known) for known in HOSTS)


def _sizes(name: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}:1: {lines} lines, at most {FILE_LINES}; split it by the nouns it holds"
    for node in ast.walk(ast.parse(text, name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = _own_lines(node)
            if size > FUNCTION_LINES:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {size} lines, at most "
                    f"{FUNCTION_LINES} beside its docstring; split it"
                )


def _own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        size -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return size


def _exports(name: str, text: str) -> Iterator[str]:
    """Tests are found by pytest and need no `__all__`; a `__main__` or an empty file neither."""
    if name.startswith("tests/") or name.endswith("__main__.py"):
        return
    body = ast.parse(text, name).body
    if body[:1] and isinstance(body[0], ast.Expr):
        body = body[1:]
    if body and not any(_assigns_all(node) for node in body):
        yield f"{name}:1: no __all__; list the module's public names"


def _assigns_all(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def _version() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = VERSION_HEADING.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    latest = found[1] if found else "none"
    if latest != project["version"]:
        yield (
            f"CHANGELOG.md:1: its latest version is {latest}, the package's is "
            f"{project['version']}; make them one"
        )


def main() -> int:
    """Print the faults; 0 when there are none."""
    found = list(faults())
    for fault in found:
        print(fault)
    print(f"check_files: {len(found)} faults" if found else "check_files: no faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
