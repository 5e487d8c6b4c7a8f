"""The explanation of a plan: its request, its closed key interval, its consistency and cost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tabledesign.dataclass import dataclass
from tabledesign.patterns.cost import cost_of
from tabledesign.patterns.plan import BoundPlan, Plan
from tabledesign.patterns.reads import batch_keys
from tabledesign.patterns.symbolic import symbolic_binding, unmarked

__all__ = ["Explanation", "explain", "explanation"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of a pattern before it is asked; ``as_dict`` is the ``--json`` form.

    ``low`` and ``high`` are the ends of the closed interval of sort keys, both included.
    """

    pattern: str
    question: str
    operation: str
    requests: str
    table: str
    index: str | None
    partition_attribute: str
    partition: str
    sort_attribute: str | None
    low: str | None
    high: str | None
    direction: str
    consistency: str
    entities: tuple[str, ...]
    view: str | None
    filter: str | None
    cost: str
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, ready for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        place = f"index {self.index}" if self.index else "the primary key"
        order = f"{self.direction}, " if self.operation == "Query" else ""
        lines = [
            f"{self.pattern}: {self.question}",
            f"  request      {self.requests} on {place} of {self.table}, {order}{self.consistency}",
            f"  partition    {self.partition_attribute} = {self.partition}",
        ]
        if self.sort_attribute is not None:
            if self.low == self.high:
                lines.append(f"  sort key     {self.sort_attribute} = {self.low}")
            else:
                lines.append(
                    f"  interval     {self.sort_attribute} from {self.low} to {self.high}, "
                    "both included"
                )
        lines.append(f"  reads        {' | '.join(self.entities)}" + self._as_view())
        if self.filter is not None:
            lines.append(f"  filter       {self.filter}")
        lines.append(f"  cost         {self.cost}")
        lines.extend(f"  note         {note}" for note in self.notes)
        return "\n".join(lines)

    def _as_view(self) -> str:
        return f", as {self.view}" if self.view else ""


def explain(plan: Plan, bound: BoundPlan | None = None) -> str:
    """The explanation as text; with arguments where they are bound."""
    return str(explanation(plan, bound))


def explanation(plan: Plan, bound: BoundPlan | None = None) -> Explanation:
    """The explanation as a value; unbound arguments show as ``{name}``."""
    cost = cost_of(plan)
    partition, low, high = _key_texts(plan, bound)
    has_sort = plan.place.sort_attribute is not None
    return Explanation(
        pattern=plan.name,
        question=plan.question.splitlines()[0],
        operation=plan.operation,
        requests="1 BatchGetItem per 100 items" if plan.varied else f"1 {plan.operation}",
        table=plan.table.name,
        index=plan.place.name,
        partition_attribute=plan.place.partition_attribute,
        partition=partition,
        sort_attribute=plan.place.sort_attribute,
        low=low if has_sort else None,
        high=high if has_sort else None,
        direction="descending" if plan.descending else "ascending",
        consistency="strongly consistent" if plan.consistent else "eventually consistent",
        entities=tuple(entity.__entity_name__ for entity in plan.entities),
        view=plan.view.__name__ if plan.view else None,
        filter=None if plan.condition is None else str(plan.condition),
        cost=cost.summary,
        notes=cost.notes,
    )


def _key_texts(plan: Plan, bound: BoundPlan | None) -> tuple[str, str, str]:
    """The partition's text, and the two ends of the interval of sort keys."""
    place = plan.place
    if plan.operation == "BatchGetItem":
        keys = batch_keys(bound or symbolic_binding(plan))
        first = keys[0] if keys else {}
        texts = [
            first.get(name or "", {}).get("S", "")
            for name in (place.partition_attribute, place.sort_attribute)
        ]
        partition, sort = (str(unmarked(text)).replace("[0]", "[n]") for text in texts)
        return partition, sort, sort
    binding = bound or symbolic_binding(plan)
    partition = str(unmarked(binding.partition))
    if binding.interval is None:
        return partition, "(empty)", "(empty)"
    low, high = str(unmarked(binding.interval.low)), str(unmarked(binding.interval.high))
    if binding.interval.prefix is not None and not low.endswith("#"):
        # Inside a text part the end is the last text that begins so, which shows as nothing.
        high = f"{low}…"
    return partition, low, high
