"""How deep a value nests; DynamoDB takes 32 levels, the innermost value counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabledesign.codec.faults import Misfit
from tabledesign.codec.kind import Kind
from tabledesign.codec.record import Record
from tabledesign.limits import NESTING_DEPTH
from tabledesign.wire import AttributeValue

__all__ = ["check_depth", "deepest", "too_deep"]


def deepest(kind: Kind, seen: tuple[Record, ...] = ()) -> float:
    """The most levels that values of a kind can have; infinite where a model holds itself."""
    inside = 0.0
    if kind.tag in ("L", "M"):
        for element in (kind.element, *kind.elements):
            if element is not None:
                inside = max(inside, deepest(element, seen))
        for record in kind.records:
            if record in seen:
                return float("inf")
            for field in record.fields.values():
                inside = max(inside, deepest(field.kind, (*seen, record)))
    return 1 + inside


def check_depth(values: Mapping[str, AttributeValue]) -> None:
    """Refuse values that nest too deeply; raises `Misfit`."""
    for name, value in values.items():
        if _levels_left(value, NESTING_DEPTH) < 0:
            raise too_deep().inside(name)


def too_deep() -> Misfit:
    """The refusal of a value that nests too deeply."""
    return Misfit(
        "value.too_deep",
        f"nests deeper than the {NESTING_DEPTH} levels that DynamoDB takes",
        "store the inner part in an item of its own",
    )


def _levels_left(value: AttributeValue, levels: int) -> int:
    if levels <= 0:
        return -1
    inner: list[Any] = list(value["L"]) if "L" in value else list(value.get("M", {}).values())
    return min((_levels_left(each, levels - 1) for each in inner), default=levels - 1)
