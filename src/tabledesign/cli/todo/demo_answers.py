"""The demo's middle part: every access pattern asked, explained and priced."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Final, cast

from pydantic import BaseModel

from tabledesign.cli.todo.demo_paper import Paper
from tabledesign.cli.todo.demo_samples import Samples
from tabledesign.codec.size import item_size
from tabledesign.dataclass import dataclass
from tabledesign.design.arguments import write_argument
from tabledesign.patterns.cost import cost_of
from tabledesign.patterns.explain import Explanation, explanation
from tabledesign.patterns.plan import Plan
from tabledesign.patterns.writes import item_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.page import Page
from tabledesign.schema.query import Lookups, Query
from tabledesign.todo import TodoRepository

__all__ = ["Tally", "answer_all"]

_ROWS: Final = 3


@dataclass(slots=True)
class Tally:
    """What all answers together came to."""

    patterns: int = 0
    empty: int = 0
    rows: int = 0
    requests: int = 0
    read_units: float = 0.0


def answer_all(todo: TodoRepository, samples: Samples, paper: Paper) -> Tally:
    """Ask every pattern of the repository with its sample and print the answers."""
    tally = Tally()
    plans = todo.plans()
    for number, plan in enumerate(plans, start=1):
        paper.question(number, len(plans), plan.name, plan.question.splitlines()[0])
        _answer(todo, plan, samples.arguments(plan), paper, tally)
    return tally


def _answer(
    todo: TodoRepository, plan: Plan, arguments: dict[str, object], paper: Paper, tally: Tally
) -> None:
    words = " ".join(f"{name}={write_argument(value)}" for name, value in arguments.items())
    paper.line("asked", words or "(no arguments)")
    explained = explanation(plan, plan.bind(arguments, todo.context.tenant))
    _explain(explained, paper)
    items, requests = _ask(todo, plan, arguments)
    units, size = _read_units(todo, plan, items)
    unit = "read unit" if units == 1 else "read units"
    rows = "1 row" if len(items) == 1 else f"{len(items):,} rows"
    times = "1 request" if requests == 1 else f"{requests} requests"
    paper.line(
        "found",
        f"{rows} of {size / 1024:.1f} KB in {times}: {units:g} {unit} (estimated)",
        style="bold",
    )
    paper.rows(items, most=_ROWS)
    tally.patterns += 1
    tally.empty += not items
    tally.rows += len(items)
    tally.requests += requests
    tally.read_units += units


def _explain(explained: Explanation, paper: Paper) -> None:
    place = f"index {explained.index}" if explained.index else "the primary key"
    order = f", {explained.direction}" if explained.operation == "Query" else ""
    paper.line("request", f"{explained.requests}, {place}{order}, {explained.consistency}")
    many = explained.operation == "BatchGetItem"
    sort = explained.sort_attribute
    if many or sort is None:
        paper.line("keys", f"{explained.partition_attribute} = {explained.partition}")
        return
    paper.line("partition", f"{explained.partition_attribute} = {explained.partition}")
    if explained.low == explained.high:
        paper.line("sort key", f"{sort} = {explained.low}")
    else:
        paper.line("interval", f"{sort} from {explained.low} to {explained.high}")
    for note in explained.notes:
        paper.line("note", note)


def _ask(
    todo: TodoRepository, plan: Plan, arguments: dict[str, object]
) -> tuple[Sequence[BaseModel], int]:
    """Every row of the answer, and the requests it took."""
    question = todo.ask(plan, arguments)
    asked: Any = question
    if isinstance(question, Query):
        page: Page[BaseModel] = asked.page()
        return page.items, page.requests
    many = isinstance(question, Lookups)
    answers: list[BaseModel | None] = asked.all() if many else [asked.first()]
    return [item for item in answers if item is not None], 1


def _read_units(todo: TodoRepository, plan: Plan, items: Sequence[BaseModel]) -> tuple[float, int]:
    """What DynamoDB would charge, and the bytes it would read."""
    entities = cast("Sequence[Entity]", items)
    sizes = [item_size(item_of(entity, todo.context.tenant)) for entity in entities]
    rows, size = len(sizes), sum(sizes)
    average = ceil(size / rows) if rows else 0
    return cost_of(plan).read_units(rows=rows, row_bytes=average), size
