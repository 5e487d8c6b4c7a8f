"""``tabledesign explain``: what each pattern will ask, and what it costs."""

from __future__ import annotations

from typing import Annotated

import typer

from tabledesign.cli.app import app, ending
from tabledesign.cli.output import print_json
from tabledesign.cli.targets import RepositoryOption, TargetArgument, find_pattern, named_of
from tabledesign.design.matrix import Named
from tabledesign.design.symbolic import symbolic_request
from tabledesign.design.target import load_target
from tabledesign.patterns.budget import write_items
from tabledesign.patterns.explain import explain as explain_plan
from tabledesign.patterns.explain import explanation
from tabledesign.schema.table import Table

__all__ = ["explain"]


@app.command(
    epilog=ending("explain tabledesign.todo:table", "explain tabledesign.todo:table tasks_due")
)
def explain(
    target: TargetArgument,
    pattern: Annotated[
        str | None, typer.Argument(metavar="PATTERN", help="One pattern; all without it.")
    ] = None,
    *,
    repository: RepositoryOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show index, closed key interval, request, consistency and cost of patterns.

    Without a pattern, also how many items each write touches at most, where that is more than
    one: unique values and counters are items. Arguments stand as {name}. Nothing is sent.
    """
    found = load_target(target)
    if pattern is None:
        named = named_of(found)
    else:
        _, plan = find_pattern(found, pattern, repository=repository)
        named = [one for one in named_of(found) if one.plan is plan]
    writes = _write_items(found.table) if pattern is None else {}
    if json:
        shown: dict[str, object] = {"patterns": [_as_dict(one) for one in named]}
        print_json(shown if pattern is not None else {**shown, "writes": writes}, indent=2)
        return
    parts = [explain_plan(one.plan) for one in named]
    parts += [_writes_line(name, items) for name, items in writes.items()]
    print("\n\n".join(parts))


def _write_items(table: Table) -> dict[str, dict[str, int]]:
    """By entity with rules, the most items that each verb touches."""
    ruled = (entity for entity in table.entities.values() if entity.__rules__)
    return {entity.__entity_name__: dict(write_items(entity)) for entity in ruled}


def _writes_line(entity: str, items: dict[str, int]) -> str:
    verbs = ", ".join(f"{verb} {count}" for verb, count in items.items())
    return f"writes of {entity}: one transaction of at most so many items: {verbs}"


def _as_dict(one: Named) -> dict[str, object]:
    request = symbolic_request(one.plan)
    parts = explanation(one.plan).as_dict()
    return {**parts, "pattern": one.name, "request": dict(request.parameters)}
