"""The zoo's table, on the terminal and as a page."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from .runner import MOST_STEPS, SEED, Control, Outcome, control, try_plant
from .zoo import CHECKS, PLANTS

__all__ = ["main"]

PAGE = Path(__file__).parents[2] / "docs" / "evidence" / "zoo.md"
HEAD = ("planted bug", "failure mode", "found by", "examples", "steps", "seconds")


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 0 when every check holds without a bug and every bug is caught."""
    given = _parser().parse_args(arguments)
    plants = [plant for plant in PLANTS if _meant(given.only, plant.name, plant.check)]
    names = dict.fromkeys(plant.check for plant in plants)
    controls = [_shown_control(control(CHECKS[name], seed=given.seed)) for name in names]
    broken = {each.check.name for each in controls if each.found is not None}
    outcomes: list[Outcome] = []
    print()
    print(_line(HEAD))
    for plant in plants:
        outcome = try_plant(plant, CHECKS[plant.check], seed=given.seed)
        if plant.check in broken:
            outcome = replace(outcome, verdict="proves nothing")
        outcomes.append(outcome)
        print(_line(_cells(outcome)), flush=True)
        if given.verbose or not outcome.is_caught:
            print(f"    {outcome.verdict}: {outcome.said[:2_000]}")
    if given.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(_page(controls, outcomes, given.seed, given.date), encoding="utf-8")
    caught = sum(outcome.is_caught for outcome in outcomes)
    print()
    if broken:
        print(f"{len(broken)} of {len(controls)} checks fail without a bug")
    print(f"{len(outcomes)} planted, {caught} caught")
    return 0 if caught == len(outcomes) and not broken else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=main.__doc__)
    parser.add_argument("only", nargs="*", help="parts of the names of plants or checks")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help="write docs/evidence/zoo.md anew")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today())  # noqa: DTZ011
    parser.add_argument("--verbose", action="store_true", help="show what each check said")
    return parser


def _meant(only: Sequence[str], *names: str) -> bool:
    return not only or any(part in name for part in only for name in names)


def _shown_control(each: Control) -> Control:
    held = "holds" if each.found is None else f"FAILS: {each.found.error}"
    print(
        f"{each.check.name:26} {each.examples:5} examples {each.seconds:6.1f} s  {held}", flush=True
    )
    return each


def _cells(outcome: Outcome) -> tuple[str, ...]:
    plant = outcome.plant
    steps = "" if outcome.steps is None else str(outcome.steps)
    found = plant.check if outcome.is_caught else f"{plant.check}: {outcome.verdict.upper()}"
    return plant.name, plant.mode, found, str(outcome.examples), steps, f"{outcome.seconds:.2f}"


def _line(cells: Sequence[str]) -> str:
    widths = (40, 28, 26, 8, 5, 7)
    return "  ".join(
        cell.ljust(width) if place < 3 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths))
    )


def _page(controls: Sequence[Control], outcomes: Sequence[Outcome], seed: int, day: date) -> str:
    caught = sum(outcome.is_caught for outcome in outcomes)
    lines = [
        "# The zoo: planted bugs, and what finds them",
        "",
        "Each row is a bug that was put into one function of the library while a check ran that",
        "knows nothing of it. `examples` is how many generated cases the check needed, `steps` how",
        "long the shortest history is that still shows the bug, where the check plays histories.",
        f"Every check stops at 1,000 examples at most, and a history of more than {MOST_STEPS}",
        "steps counts as a failure. A violation counts only if the planted function was called and",
        "the check itself reports it; a plant that merely crashes does not.",
        "",
        f"Written by `make zoo ZOO_ARGS=--write` on {day.isoformat()}, seed {seed}.",
        f"**{len(outcomes)} planted, {caught} caught.**",
        "",
        "| planted bug | what it does | failure mode | found by | examples | steps | seconds |",
        "|---|---|---|---|---:|---:|---:|",
    ]
    for outcome in outcomes:
        name, mode, found, examples, steps, seconds = _cells(outcome)
        cells = (name, outcome.plant.bug, mode, f"`{found}`", examples, steps, seconds)
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "## The checks, without a bug",
        "",
        "A check that fails on the library as it is would prove nothing: here each looked at all",
        "its examples and found nothing.",
        "",
        "| check | what must hold | examples | seconds | |",
        "|---|---|---:|---:|---|",
    ]
    for each in controls:
        verdict = "holds" if each.found is None else "FAILS"
        check = each.check
        seconds = f"{each.seconds:.1f}"
        lines.append(f"| `{check.name}` | {check.says} | {each.examples} | {seconds} | {verdict} |")
    return "\n".join([*lines, ""])
