"""What a write sends, told beforehand: what it reads first, which items it touches, what it costs.

Nothing is sent and nothing is read: what depends on the stored item is told at its most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tabledesign.dataclass import dataclass, replace
from tabledesign.limits import TRANSACTION_ITEMS
from tabledesign.patterns.budget import write_items
from tabledesign.patterns.held import relied_upon
from tabledesign.patterns.step import Step
from tabledesign.patterns.update import PlannedUpdate, plan_update, with_settings
from tabledesign.patterns.writes import missing_parts
from tabledesign.schema.entity import Entity

__all__ = ["WriteExplanation", "explain_steps", "explain_write"]


@dataclass(frozen=True, slots=True)
class WriteExplanation:
    """One step: ``reads`` says by index, rule or field what must be known before it is sent.

    ``items`` is the most it touches, those that keep rules among them; ``keys`` are the key
    attributes that it surely writes or removes, where it need not read. What is written
    ``together`` with other steps is written twice by DynamoDB, and charged so.
    """

    step: str
    verb: str
    entity: str
    touches: tuple[str, ...]
    reads: Mapping[str, tuple[str, ...]]
    items: int
    rules: tuple[str, ...]
    keys: tuple[str, ...]
    condition: str | None
    together: bool = False

    @property
    def reads_first(self) -> bool:
        """Whether a GetItem comes before the write, and guards it."""
        return bool(self.reads)

    def __str__(self) -> str:
        changed = f" ({', '.join(self.touches)})" if self.touches else ""
        lines = [f"{self.step}: {self.verb} of {self.entity}{changed}"]
        if self.reads:
            lines.append(
                "  reads first  1 GetItem, strongly consistent; the write is guarded by what was "
                "read, and planned anew where another writer was faster"
            )
            lines += [f"  needs        {', '.join(w)} for {n}" for n, w in self.reads.items()]
        lines += self._price()
        lines += [f"  rule         {rule}" for rule in self.rules]
        if self.keys:
            lines.append(f"  index keys   {', '.join(self.keys)}")
        if self.condition is not None:
            lines.append(f"  condition    {self.condition}")
        return "\n".join(lines)

    def _price(self) -> list[str]:
        if self.verb == "require":
            return [
                "  checks       1 item, and writes nothing",
                "  cost         2 write units per KB of the item",
            ]
        most = "1 item" if self.items == 1 else f"at most {self.items} items, in one transaction"
        rate = "1 write unit per KB, the same again for each index it changes"
        if self.together or self.items > 1:
            # Indexes are no part of a transaction: they follow it, at the price of any write.
            rate = "2 write units per KB of each item, 1 per KB for each index it changes"
        read = "; 1 read unit per 4 KB for reading first" if self.reads else ""
        return [f"  writes       {most}", f"  cost         {rate}{read}"]


def explain_steps(steps: Iterable[Step]) -> str:
    """The steps of a transaction one by one, and what they come to together."""
    told = [explain_write(step) for step in steps]
    items = sum(each.items for each in told)
    told = [replace(each, together=len(told) > 1) for each in told]
    whole = f"together: at most {items} of the {TRANSACTION_ITEMS} items of one TransactWriteItems"
    return "\n".join([*map(str, told), f"{whole}; once() adds 1"])


def explain_write(step: Step) -> WriteExplanation:
    """The explanation of one step; raises `InputError` where the step itself would."""
    if step.verb == "update":
        return _update(step)
    rules = _rules(step.entity, step.entity.__rules__)
    reads: dict[str, tuple[str, ...]] = {}
    if step.reads_first():
        reads = {
            name: tuple(sorted(rule.fields)) or ("whether it is there",)
            for name, rule in step.entity.__rules__.items()
        }
        if step.verb == "move":
            reads = {"the item that is moved": ("all fields",)}
    writes = 1 if step.verb == "require" else _items(step)
    return WriteExplanation(
        step=step.name,
        verb=step.verb if step.must_exist else "delete_if_exists",
        entity=step.entity.__name__,
        touches=tuple(sorted(step.moved)),
        reads=reads,
        items=writes,
        rules=() if step.verb == "require" else rules,
        keys=(),
        condition=None,
    )


def _items(step: Step) -> int:
    return write_items(step.entity)[step.verb]


def _update(step: Step) -> WriteExplanation:
    assert step.change is not None, "an update has a change"
    planned = _planned(step)
    if planned.unknown and step.policy != "rebuild":
        raise missing_parts(step.entity, planned.unknown, given=step.policy == "require")
    touched = with_settings(step.entity, step.change, None).touched
    rules = [
        name
        for name, rule in step.entity.__rules__.items()
        if relied_upon(step.entity, rule) & touched
    ]
    stored = set(planned.names.values())
    attributes = [*step.entity.__table__.key_attributes]
    named = sorted(name for name in attributes if name in stored - set(planned.key))
    return WriteExplanation(
        step=step.name,
        verb="update",
        entity=step.entity.__name__,
        touches=tuple(sorted(touched)),
        reads=planned.unknown,
        items=1 + 2 * len(rules),
        rules=_rules(step.entity, rules),
        keys=() if planned.unknown else tuple(named),
        condition=_readable(planned.condition, planned.names),
    )


def _planned(step: Step) -> PlannedUpdate:
    assert step.change is not None, "an update has a change"
    return plan_update(
        step.entity,
        step.identity,
        step.change,
        tenant="{tenant}" if step.entity.__table__.tenants else None,
        given=step.given,
        conditions=step.conditions,
    )


def _readable(condition: str, names: Mapping[str, str]) -> str:
    """The condition with its names in place; values stay placeholders."""
    return re.sub(r"#n\d+", lambda found: names[found.group()], condition)


def _rules(entity: type[Entity], names: Iterable[str]) -> tuple[str, ...]:
    rules = entity.__rules__
    return tuple(f"{rules[name].kind} {name} ({', '.join(rules[name].fields)})" for name in names)
