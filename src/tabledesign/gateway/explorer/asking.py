"""A pattern asked for a person to see: the request, the keys it touches, the rows, the price."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from tabledesign.codec import item_size
from tabledesign.dataclass import dataclass, field
from tabledesign.design.arguments import plain_arguments, read_arguments
from tabledesign.engine.protocol import capabilities_of
from tabledesign.errors import InputError, UnreadableItem
from tabledesign.gateway.explorer.interval import Touched, in_words, touched
from tabledesign.gateway.explorer.recording import Recorder
from tabledesign.patterns.cost import cost_of
from tabledesign.patterns.explain import explanation
from tabledesign.patterns.plan import BoundPlan, Plan
from tabledesign.repository.repository import Repository
from tabledesign.schema.query import Lookup, Lookups, Query
from tabledesign.wire import Item

__all__ = ["Answer", "Around", "Found", "answer", "as_asked"]


@dataclass(slots=True)
class Found:
    """What the repository made of the rows: how many it hands out, and what it leaves out."""

    items: int = 0
    missing: int = 0
    unreadable: int = 0
    expired: int = 0
    more: bool = False
    cursor: str | None = None
    no_cursor: str | None = None
    faults: list[str] = field(default_factory=list[str])

    @property
    def rows(self) -> int:
        """Of the rows that were read, how many belong to this page."""
        return self.items + self.unreadable + self.expired


@dataclass(frozen=True, slots=True)
class Around:
    """Which piece of the partition shows the rows in their place; see `browsing.View`."""

    partition: str
    at: str | None
    backwards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with everything that led to it; ``items`` are as stored, in the answer's order."""

    bound: BoundPlan
    touched: tuple[Touched, ...]
    around: Around | None
    found: Found
    items: Sequence[Item]
    recorder: Recorder

    def as_dict(self) -> dict[str, Any]:
        """All but the rows, ready for JSON."""
        plan, sent = self.bound.plan, self.recorder.sent
        units = [each.as_dict()["units"] for each in sent]
        found = asdict(self.found)
        return {
            **found,
            "explanation": explanation(plan, self.bound).as_dict(),
            "words": in_words(self.bound),
            "touched": [asdict(each) for each in self.touched],
            "around": None if self.around is None else asdict(self.around),
            "requests": [each.as_dict() for each in sent],
            "measured": sum(each for each in units if each is not None),
            "is_measured": all(each is not None for each in units),
            "is_true": "capacity" in capabilities_of(self.recorder),
            "by_rule": self._by_rule(),
            "milliseconds": round(sum(each.milliseconds for each in sent), 1),
            "scanned": sum(each.response.get("ScannedCount", 0) for each in sent),
            "fields": None if plan.view is None else list(plan.view.model_fields),
        }

    def _by_rule(self) -> float | None:
        """Read units by DynamoDB's published rule; None where the rows do not tell."""
        plan, cost = self.bound.plan, cost_of(self.bound.plan)
        if plan.condition is not None:
            return None  # rows were read that the answer does not show
        sizes = [[item_size(item) for item in sent.items] for sent in self.recorder.sent]
        if not cost.per_item:
            return sum(cost.read_units(rows=1, row_bytes=sum(each)) for each in sizes)
        return sum(
            cost.read_units(rows=1, row_bytes=size) for each in sizes for size in each or [0]
        )


def as_asked(bound: BoundPlan, name: str) -> str:
    """The same question for a shell."""
    words = [f"{name}={text}" for name, text in plain_arguments(bound.arguments).items()]
    tenant = [] if bound.tenant is None else ["--tenant", bound.tenant]
    return f"tabledesign ask TARGET {shlex.join([name, *words, *tenant])}"


def answer(
    repository: Repository,
    recorder: Recorder,
    plan: Plan,
    words: Sequence[str],
    *,
    limit: int,
    cursor: str | None,
) -> Answer:
    """Ask the pattern for one page; raises what the command line tells too.

    The repository sends by way of the recorder, which nothing else has used.
    """
    arguments = read_arguments(plan, words)
    bound = plan.bind(arguments, repository.context.tenant)
    found = _ask(repository, plan, arguments, limit, cursor)
    read = recorder.items()
    items = read[: found.rows] if plan.operation == "Query" else read
    intervals = touched(bound)
    return Answer(
        bound=bound,
        touched=intervals,
        around=_around(plan, intervals, items, is_first=cursor is None),
        found=found,
        items=items,
        recorder=recorder,
    )


def _ask(
    repository: Repository,
    plan: Plan,
    arguments: dict[str, object],
    limit: int,
    cursor: str | None,
) -> Found:
    question = repository.ask(plan, arguments)
    if plan.operation == "Query":
        page = cast("Query[object]", question).page(limit, cursor)
        found = Found(len(page), 0, len(page.unreadable), page.expired, page.more)
        try:
            found.cursor = page.cursor
        except InputError as error:
            found.no_cursor = error.message
        return found
    if cursor is not None:
        raise InputError(
            f"{plan.name} names its items by key and has no pages; leave the cursor out",
            code="argument.cursor",
            field="cursor",
        )
    try:
        rows = _looked_up(cast("Lookup[object] | Lookups[object]", question))
    except UnreadableItem as error:
        return Found(unreadable=1, faults=[error.message])
    items = sum(row is not None for row in rows)
    return Found(items, len(rows) - items)


def _looked_up(question: Lookup[object] | Lookups[object]) -> list[object]:
    return question.all() if isinstance(question, Lookups) else [question.first()]


def _around(
    plan: Plan, intervals: tuple[Touched, ...], items: Sequence[Item], *, is_first: bool
) -> Around | None:
    """Where the page begins in its partition, or ends, if it is answered from the end on."""
    if len(intervals) != 1:
        return None
    only, attribute = intervals[0], plan.place.sort_attribute
    if attribute is None:
        return Around(only.partition, None, False)
    at = only.high if plan.descending else only.low
    if items and not (is_first and at == only.low):
        at = str(items[0][attribute]["S"])
    return Around(only.partition, at, plan.descending)
