"""What a person fills in to ask a pattern: one field for each argument, made from its type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, cast

from tabledesign.dataclass import dataclass
from tabledesign.design.arguments import element_of, is_range, is_sequence, spelled
from tabledesign.design.samples import sample_arguments
from tabledesign.design.spelling import choices_of, plain_type, write_value
from tabledesign.keys.bounds import Slot, StartsWith
from tabledesign.patterns.plan import Parameter, Plan
from tabledesign.patterns.slots import as_range

__all__ = ["FormField", "form_of"]

Input = Literal["text", "number", "date", "datetime", "choice"]

_INPUTS: Final[Mapping[object, Input]] = {
    int: "number",
    Decimal: "number",
    date: "date",
    datetime: "datetime",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One argument; ``fills`` names the field of the entity that it is compared with.

    ``shape`` says whether it is one value, a range with two ends, or a sequence; ``example`` is a
    value (a range's first end) as it is spelled.
    """

    name: str
    fills: str
    type: str
    input: Input
    shape: Literal["one", "range", "many"]
    choices: tuple[str, ...]
    example: str


def form_of(plan: Plan) -> tuple[FormField, ...]:
    """The fields of the pattern's form, in the order of its arguments.

    >>> from tabledesign.todo import TodoRepository
    >>> [(each.name, each.input, each.shape) for each in form_of(TodoRepository.tasks_due.plan)]
    [('user_id', 'text', 'one'), ('due', 'date', 'range')]
    """
    samples = sample_arguments(plan)
    return tuple(_field(plan, each, samples[each.name]) for each in plan.parameters)


def _field(plan: Plan, parameter: Parameter, sample: object) -> FormField:
    annotation = parameter.annotation
    shape: Literal["one", "range", "many"] = "one"
    element = annotation
    if is_range(annotation):
        shape, element = "range", element_of(annotation)
    elif is_sequence(annotation):
        shape, element = "many", element_of(annotation)
    choices = ("false", "true") if plain_type(element) is bool else choices_of(element)
    kind: Input = "choice" if choices else _INPUTS.get(plain_type(element), "text")
    return FormField(
        name=parameter.name,
        fills=_fills(plan, parameter.name),
        type=spelled(annotation),
        input=kind,
        shape=shape,
        choices=tuple(choices or ()),
        example=_example(sample),
    )


def _example(sample: object) -> str:
    bounds = as_range(sample)
    if bounds is not None:
        return write_value(bounds.start)
    if isinstance(sample, StartsWith):
        return sample.text
    if isinstance(sample, list):
        return write_value(cast("list[object]", sample)[0])
    return write_value(sample)


def _fills(plan: Plan, name: str) -> str:
    """The part of the key that the argument is given for; its own name where it is no part."""
    for part, value in plan.equal.items():
        if _is_slot(value, name):
            return part
    operator = plan.operator
    ends: tuple[object, ...] = (operator,)
    bounds = as_range(operator)
    if bounds is not None:
        ends = (bounds.start, bounds.end)
    elif isinstance(operator, StartsWith):
        ends = (operator.text,)
    if plan.operator_field is not None and any(_is_slot(end, name) for end in ends):
        return plan.operator_field
    return name


def _is_slot(value: object, name: str) -> bool:
    return isinstance(value, Slot) and value.name == name
