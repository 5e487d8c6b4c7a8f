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
from tabledesign.patterns.explain import explain as explain_plan
from tabledesign.patterns.explain import explanation

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

    Arguments stand as {name}. Nothing is sent.
    """
    found = load_target(target)
    if pattern is None:
        named = named_of(found)
    else:
        _, plan = find_pattern(found, pattern, repository=repository)
        named = [one for one in named_of(found) if one.plan is plan]
    if json:
        print_json({"patterns": [_as_dict(one) for one in named]}, indent=2)
    else:
        print("\n\n".join(explain_plan(one.plan) for one in named))


def _as_dict(one: Named) -> dict[str, object]:
    request = symbolic_request(one.plan)
    parts = explanation(one.plan).as_dict()
    return {**parts, "pattern": one.name, "request": dict(request.parameters)}
