"""The catalogue: one folder a pattern, written from the code and compared with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tabledesign.dataclass import dataclass
from tabledesign.design.arguments import plain_arguments, spelled
from tabledesign.design.matrix import Named, matrix, matrix_table
from tabledesign.design.samples import SAMPLE_TENANT, sample_arguments
from tabledesign.design.symbolic import symbolic_request
from tabledesign.errors import InputError
from tabledesign.patterns.cost import cost_of
from tabledesign.patterns.explain import explain
from tabledesign.patterns.plan import Plan
from tabledesign.patterns.reads import first_request
from tabledesign.schema.table import Table
from tabledesign.wire import Request

__all__ = ["Deviation", "catalogue_files", "check_catalogue", "write_catalogue"]

NOTE = "<!-- Written by `tabledesign catalogue --write`; what is edited here is lost. -->"

EXPLAINED = """\
Each folder holds one pattern: the question in words, its arguments and its cost
(`README.md`), the exact request with its arguments as `{name}` (`request.json`), and the
request for sample arguments (`example.json`). Bounds of a range show both ends included.
A part of a key ends with `#`; `$` stands just above it and `"` below every value, so that
`x#` to `x$` is exactly the rows of `x`."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One file that is not as the code would write it."""

    path: str
    fault: Literal["missing", "outdated", "stray"]

    def __str__(self) -> str:
        return f"{self.path} is {self.fault}"


def catalogue_files(table: Table, named: Sequence[Named]) -> dict[str, str]:
    """Every file of the catalogue by its path below the folder: the same on every machine."""
    files = {"README.md": _index(table, named)}
    for one in named:
        files[f"{one.name}/README.md"] = _page(one)
        files[f"{one.name}/request.json"] = _json(_request(symbolic_request(one.plan)))
        files[f"{one.name}/example.json"] = _json(_example(one.plan))
    return files


def check_catalogue(files: dict[str, str], folder: Path) -> list[Deviation]:
    """What in the folder is missing, outdated or not part of the catalogue."""
    found = [
        Deviation(path, fault)
        for path, text in files.items()
        if (fault := _fault(folder / path, text)) is not None
    ]
    if folder.is_dir():
        there = {
            file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
        }
        found += [Deviation(path, "stray") for path in there - set(files)]
    return sorted(found, key=lambda deviation: deviation.path)


def write_catalogue(files: dict[str, str], folder: Path) -> tuple[list[str], list[Deviation]]:
    """Write what is missing or outdated; gives those paths, and the stray files it left alone."""
    if folder.exists() and not folder.is_dir():
        raise InputError(
            f"{str(folder)!r} is a file; name a folder for the catalogue",
            code="argument.folder",
            field="write",
        )
    deviations = check_catalogue(files, folder)
    written = [one.path for one in deviations if one.fault != "stray"]
    for path in written:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[path], encoding="utf-8", newline="\n")
    return written, [one for one in deviations if one.fault == "stray"]


def _fault(path: Path, text: str) -> Literal["missing", "outdated"] | None:
    if not path.is_file():
        return "missing"
    return None if path.read_bytes() == text.encode() else "outdated"


def _index(table: Table, named: Sequence[Named]) -> str:
    entities = ", ".join(table.entities)
    rows = matrix(named)
    return "\n\n".join(
        [
            NOTE,
            f"# Access patterns of table {table.name}",
            f"{len(named)} patterns over {len(table.entities)} entities ({entities}) and "
            f"{len(table.places) - 1} indexes.",
            EXPLAINED,
            "## Pattern by index",
            matrix_table(rows, table) + "\n",
        ]
    )


def _page(one: Named) -> str:
    plan = one.plan
    arguments = [
        f"| `{parameter.name}` | {_cell(spelled(parameter.annotation))} |"
        for parameter in plan.parameters
    ]
    words = " ".join(
        f"{name}={_quoted(text)}" for name, text in plain_arguments(sample_arguments(plan)).items()
    )
    tenant = f" --tenant {SAMPLE_TENANT}" if plan.table.tenants else ""
    cost = cost_of(plan)
    parts = [
        NOTE,
        f"# {one.name}",
        plan.question,
        "## Arguments",
        "\n".join(["| name | type |", "|---|---|", *arguments]) if arguments else "None.",
        "## Explanation",
        f"```text\n{explain(plan)}\n```",
        "## Cost",
        "\n".join([f"* {cost.summary}", *(f"* {note}" for note in cost.notes)]),
        "## From the shell",
        f"```\ntabledesign ask TARGET {one.name} {words}".rstrip() + f"{tenant}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _quoted(text: str) -> str:
    return f"'{text}'" if set(text) & set("<>&;|*?$ '\"") else text


def _example(plan: Plan) -> dict[str, object]:
    arguments = sample_arguments(plan)
    tenant = SAMPLE_TENANT if plan.table.tenants else None
    example: dict[str, object] = {"arguments": plain_arguments(arguments)}
    if tenant is not None:
        example["tenant"] = tenant
    request = first_request(plan.bind(arguments, tenant), plan.table.name)
    example["request"] = None if request is None else _request(request)
    return example


def _request(request: Request) -> dict[str, object]:
    return {"operation": request.operation, "parameters": dict(request.parameters)}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
