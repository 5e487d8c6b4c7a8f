"""The single tests that conditions are made of: comparisons and functions of one attribute."""

from __future__ import annotations

from typing import Final, Literal

from tabledesign.dataclass import dataclass, field
from tabledesign.errors import InputError
from tabledesign.expressions.conditions import Condition
from tabledesign.expressions.paths import Path
from tabledesign.limits import IN_OPERANDS

__all__ = [
    "STORED_TYPES",
    "BeginsWith",
    "Between",
    "Compare",
    "Comparison",
    "Contains",
    "Exists",
    "HasType",
    "In",
    "NotExists",
    "Operand",
    "Size",
    "StoredType",
]

Comparison = Literal["=", "<>", "<", "<=", ">", ">="]

StoredType = Literal[
    "text",
    "number",
    "binary",
    "boolean",
    "null",
    "list",
    "map",
    "text_set",
    "number_set",
    "binary_set",
]
"""How an attribute is stored."""

STORED_TYPES: Final[dict[StoredType, str]] = {
    "text": "S",
    "number": "N",
    "binary": "B",
    "boolean": "BOOL",
    "null": "NULL",
    "list": "L",
    "map": "M",
    "text_set": "SS",
    "number_set": "NS",
    "binary_set": "BS",
}
"""DynamoDB's letters for the stored types."""


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """The size of an attribute: bytes of a text or binary, members of a set, list or map."""

    path: Path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and self.path == other.path

    def __hash__(self) -> int:
        return hash((Size, self.path))

    def __str__(self) -> str:
        return f"size({self.path})"


Operand = Path | Size
"""What a comparison is about; whatever is compared with it may be an operand or a value."""


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """One comparison; ``right`` is another operand, a value, or a slot for a value."""

    left: Operand
    operator: Comparison
    right: object = field(repr=False)

    def __post_init__(self) -> None:
        _check_distinct(self.left, self.right)


@dataclass(frozen=True, slots=True)
class Between(Condition):
    """``low <= operand <= high``: DynamoDB's BETWEEN includes both ends."""

    operand: Operand
    low: object = field(repr=False)
    high: object = field(repr=False)

    def __post_init__(self) -> None:
        _check_distinct(self.operand, self.low, self.high)


@dataclass(frozen=True, slots=True)
class In(Condition):
    """The operand equals one of up to 100 values; none or more is ``condition.operands``."""

    operand: Operand
    values: tuple[object, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= IN_OPERANDS:
            raise InputError(
                f"{str(self.operand)!r} is to be one of {len(self.values)} values and DynamoDB "
                f"takes 1 to {IN_OPERANDS}; give that many, or join several conditions with |",
                code="condition.operands",
                field=_name_of(self.operand),
            )
        _check_distinct(self.operand, *self.values)


@dataclass(frozen=True, slots=True)
class Exists(Condition):
    """The item has the attribute, be it null."""

    path: Path


@dataclass(frozen=True, slots=True)
class NotExists(Condition):
    """The item does not have the attribute; a stored null is there."""

    path: Path


@dataclass(frozen=True, slots=True)
class HasType(Condition):
    """The attribute is there and stored as the given type."""

    path: Path
    stored: StoredType

    def __post_init__(self) -> None:
        if self.stored not in STORED_TYPES:
            raise InputError(
                f"{str(self.path)!r} is compared with an unknown stored type; "
                f"give one of {', '.join(STORED_TYPES)}",
                code="condition.stored_type",
                field=self.path.name,
            )


@dataclass(frozen=True, slots=True)
class BeginsWith(Condition):
    """A text or binary attribute begins with the given one."""

    path: Path
    prefix: object = field(repr=False)

    def __post_init__(self) -> None:
        _check_distinct(self.path, self.prefix)


@dataclass(frozen=True, slots=True)
class Contains(Condition):
    """A text holds the given text, a set the given member, or a list the given element."""

    path: Path
    element: object = field(repr=False)

    def __post_init__(self) -> None:
        _check_distinct(self.path, self.element)


def _check_distinct(left: Operand, *others: object) -> None:
    # DynamoDB: "The first operand must be distinct from the remaining operands".
    if any(isinstance(other, Path | Size) and other == left for other in others):
        raise InputError(
            f"{str(left)!r} is compared with itself; compare it with a value "
            "or with another attribute",
            code="condition.same_operand",
            field=_name_of(left),
        )


def _name_of(operand: Operand) -> str:
    return operand.path.name if isinstance(operand, Size) else operand.name
