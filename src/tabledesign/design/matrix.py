"""The matrix of a design: each pattern, the index it reads, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from tabledesign.dataclass import dataclass
from tabledesign.keys.bounds import Slot, StartsWith
from tabledesign.patterns.plan import Plan
from tabledesign.schema.table import Table

__all__ = ["Named", "Row", "matrix", "matrix_table", "named_plans"]


@dataclass(frozen=True, slots=True)
class Named:
    """A plan under the name that is its own in the whole design."""

    name: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern of the matrix."""

    pattern: str
    operation: str
    place: str
    key: str
    operator: str
    direction: str
    consistency: str
    entities: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The parts by name, ready for JSON."""
        return asdict(self)


def named_plans(plans: Mapping[str, Iterable[Plan]]) -> list[Named]:
    """Every plan of the repositories, by name; the repository's stands first if there are several.

    >>> named_plans({})
    []
    """
    several = len(plans) > 1
    return [
        Named(f"{repository}.{plan.name}" if several else plan.name, plan)
        for repository, those in plans.items()
        for plan in those
    ]


def matrix(named: Iterable[Named]) -> list[Row]:
    """One row a pattern, in order of declaration."""
    return [_row(one.name, one.plan) for one in named]


def _row(name: str, plan: Plan) -> Row:
    return Row(
        pattern=name,
        operation=plan.operation,
        place=str(plan.place),
        key=" + ".join(str(key) for key in plan.keys),
        operator=operator_of(plan),
        direction="descending" if plan.descending else "ascending",
        consistency="strong" if plan.consistent else "eventual",
        entities=tuple(entity.__entity_name__ for entity in plan.entities),
    )


def operator_of(plan: Plan) -> str:
    """What is asked of the sort key, in a few words."""
    if plan.operation == "GetItem":
        return "whole key"
    if plan.operation == "BatchGetItem":
        return "whole keys"
    equal = [name for name in plan.key.sort_fields if name in plan.equal]
    if plan.operator is not None:
        beginning = isinstance(plan.operator, StartsWith) or (
            isinstance(plan.operator, Slot) and plan.operator.annotation is StartsWith
        )
        last = f"{plan.operator_field} {'begins with' if beginning else 'in range'}"
        return ", ".join([*(f"{name} =" for name in equal), last])
    if equal:
        return ", ".join(f"{name} =" for name in equal)
    return "whole partition" if plan.is_collection else "all of the entity"


def matrix_table(rows: list[Row], table: Table) -> str:
    """The matrix as a Markdown table: patterns down, primary key and indexes across."""
    places = [str(place) for place in table.places]
    lines = [
        f"| pattern | {' | '.join(places)} | operator | direction | consistency |",
        "|---" * (len(places) + 4) + "|",
    ]
    for row in rows:
        cells = [row.key if place == row.place else "" for place in places]
        link = f"[{row.pattern}]({row.pattern}/README.md)"
        lines.append(
            f"| {link} | {' | '.join(cells)} | {row.operator} | {row.direction} | "
            f"{row.consistency} |"
        )
    return "\n".join(lines)
