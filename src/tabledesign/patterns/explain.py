"""The explanation of a plan: its request, its closed key interval, its consistency and cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tabledesign.keys.bounds import Range, Slot, StartsWith
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.template import Template
from tabledesign.patterns.cost import cost_of
from tabledesign.patterns.plan import BoundPlan, Plan, collection_interval
from tabledesign.patterns.slots import as_range
from tabledesign.schema.key import TENANT

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
        lines = [
            f"{self.pattern}: {self.question}",
            f"  request      {self.requests} on {place} of {self.table}, {self.direction}, "
            f"{self.consistency}",
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
    partition = _symbolic(plan.key.partition)
    low, high = _symbolic_interval(plan)
    if bound is not None and plan.operation != "BatchGetItem":
        partition = bound.partition
        interval = bound.interval
        low, high = (interval.low, interval.high) if interval else ("(empty)", "(empty)")
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


def _symbolic(half: Composite | Template | None, *, given: frozenset[str] | None = None) -> str:
    if half is None:
        return ""
    if isinstance(half, Template):
        return half.text
    text = ""
    for component in half.components:
        if isinstance(component, Label):
            text += f"{component.written}#"
            continue
        if given is not None and component.field not in given:
            break
        name = "tenant" if component.field == TENANT else component.field
        text += f"{{{name}}}#"
    return text


def _symbolic_interval(plan: Plan) -> tuple[str, str]:
    if plan.is_collection:
        interval = collection_interval(plan.keys)
        return interval.low, interval.high
    sort = plan.key.sort
    if sort is None:
        return "", ""
    if isinstance(sort, Template):
        return sort.text, sort.text
    given = frozenset(plan.equal)
    prefix = _symbolic(sort, given=given)
    operator, name = plan.operator, plan.operator_field
    if operator is None:
        whole = set(sort.fields) <= given
        return prefix, prefix if whole else prefix[:-1] + "$"
    starts = isinstance(operator, Slot) and operator.annotation is StartsWith
    if starts or isinstance(operator, StartsWith):
        return f"{prefix}{{{name}}}", f"{prefix}{{{name}}}\U0010ffff"
    low, high = f"{prefix}{{{name}.start}}#", f"{prefix}{{{name}.end}}$"
    bounds = as_range(operator)
    if bounds is not None:
        low, high = _ends(bounds, prefix, low, high)
    return low, high


def _ends(operator: Range[Any], prefix: str, low: str, high: str) -> tuple[str, str]:
    if operator.start is None:
        low = f'{prefix}"'
    elif isinstance(operator.start, Slot):
        low = f"{prefix}{{{operator.start.name}}}" + ("#" if operator.include_start else "$")
    if operator.end is None:
        high = prefix[:-1] + "$"
    elif isinstance(operator.end, Slot):
        high = f"{prefix}{{{operator.end.name}}}" + ("$" if operator.include_end else "")
    return low, high
