"""``tabledesign check``: a design proved, or everything that is wrong with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tabledesign.cli.app import REFUSED, app, ending
from tabledesign.cli.output import print_json
from tabledesign.cli.targets import TargetArgument, named_of
from tabledesign.design.definition import table_definition
from tabledesign.design.lint import Advice, lint
from tabledesign.design.matrix import matrix
from tabledesign.design.proof import Proof, prove
from tabledesign.design.target import load_target
from tabledesign.errors import DesignError

__all__ = ["check"]


@app.command(epilog=ending("check tabledesign.todo:table", "check design.py:table --json"))
def check(
    target: TargetArgument,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Prove a design: no two keys can meet, every pattern is one bounded request.

    Prints what was proved and what to know about it, or every refusal at once. Warnings do not
    change the exit code.
    """
    try:
        found = load_target(target)
        named = named_of(found)
        table_definition(found.table)
        proof = prove(found.table, named)
    except DesignError as error:
        if not json:
            raise
        refusals = [asdict(refusal) for refusal in error.refusals]
        print_json({"ok": False, "refusals": refusals}, indent=2)
        raise typer.Exit(REFUSED) from None
    advice = lint(found.table, named)
    if json:
        answer = {
            "ok": True,
            "refusals": [],
            "proof": proof.as_dict(),
            "warnings": [one.as_dict() for one in advice],
            "matrix": [row.as_dict() for row in matrix(named)],
        }
        print_json(answer, indent=2)
    else:
        print(_text(proof, advice))


def _text(proof: Proof, advice: list[Advice]) -> str:
    writes = ", ".join(f"{name} {count}" for name, count in proof.writes.items())
    lines = [
        f"table {proof.table}: the design holds",
        f"  entities   {proof.entities}, with {proof.keys} keys on the table and "
        f"{proof.indexes} indexes",
        f"  keys       {proof.pairs} pairs share an index; none can make the same key",
        f"  patterns   {proof.patterns}, each one bounded request",
        f"  a write    makes at most so many entries: {writes}",
    ]
    if advice:
        lines.append(f"{len(advice)} {'warning' if len(advice) == 1 else 'warnings'}")
        lines.extend(f"  - {one}" for one in advice)
    return "\n".join(lines)
