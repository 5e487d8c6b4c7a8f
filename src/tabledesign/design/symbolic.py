"""The exact request of a pattern with its arguments shown as ``{name}``.

The plan is bound to symbols instead of values, by the same code that binds values; only how a
part of a key is written differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from tabledesign.codec import codec_of
from tabledesign.design.arguments import is_range
from tabledesign.design.samples import sample_arguments
from tabledesign.errors import InputError
from tabledesign.keys.bounds import Range, Slot, StartsWith
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.scalar import Scalar
from tabledesign.keys.template import Template
from tabledesign.patterns.filters import CompiledFilter
from tabledesign.patterns.plan import BoundPlan, Plan
from tabledesign.patterns.reads import (
    batch_keys,
    batch_requests,
    get_request,
    key_item,
    query_request,
)
from tabledesign.patterns.slots import as_range, resolve
from tabledesign.schema.key import BoundKey
from tabledesign.wire import Request

__all__ = ["request_of", "symbolic_request"]

# Marks which end of a range a symbol is, so that low ends sort below high ones. No key text
# holds a control character: they are escaped.
_MARK: Final = "\x01"
_MARKED: Final = re.compile(f"[01]{_MARK}")


class _Symbol(str):
    """Stands for an argument in a key."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Writer(Scalar):
    """Writes symbols as they are and values as the field's own scalar does."""

    own: Scalar | None = None

    def encode(self, value: object, *, field: str) -> str:
        if isinstance(value, _Symbol):
            return str(value)
        assert self.own is not None
        return self.own.encode(value, field=field)

    def _read(self, text: str) -> object:
        raise ValueError(f"a symbolic key is never read back: {len(text)} characters")


def symbolic_request(plan: Plan) -> Request:
    """The request as it would be sent first, each argument as ``{name}``.

    A range shows as two ends, both included; other ends change the last character of a bound.

    >>> from tabledesign.todo import TodoRepository
    >>> request = symbolic_request(TodoRepository.task.plan)
    >>> request.parameters["Key"]["pk"]
    {'S': '{tenant}#Task#{task_id}#'}
    """
    keys = tuple(_symbolic_key(key) for key in plan.keys)
    drawn = replace(plan, keys=keys, condition=None)
    arguments = {p.name: _symbol(plan, p.name, p.annotation) for p in plan.parameters}
    bound = drawn.bind(arguments, _Symbol("{tenant}") if plan.table.tenants else None)
    request = request_of(bound, plan.table.name)
    assert request is not None, "a range of symbols is never empty"
    parameters = cast("dict[str, Any]", _unmarked(dict(request.parameters)))
    if plan.condition is not None:
        parameters = _with_filter(parameters, plan, plan.condition)
    return Request(request.operation, parameters)


def request_of(bound: BoundPlan, table_name: str) -> Request | None:
    """The first request of a bound plan, or None for an empty range."""
    plan = bound.plan
    if plan.operation == "GetItem":
        key = key_item(plan.key, bound.values)
        return get_request(table_name, key, consistent=plan.consistent)
    if plan.operation == "BatchGetItem":
        keys = batch_keys(bound)
        return next(batch_requests(table_name, keys, consistent=plan.consistent), None)
    return None if bound.interval is None else query_request(bound, table_name)


def _symbol(plan: Plan, name: str, annotation: object) -> object:
    if is_range(annotation):
        start = _Symbol(f"0{_MARK}{{{name}.start}}")
        return Range(start, _Symbol(f"1{_MARK}{{{name}.end}}"))
    if annotation is StartsWith:
        return StartsWith(_Symbol(f"{{{name}}}"))
    if plan.varied is not None and _names(plan.equal[plan.varied]) == name:
        return [_Symbol(f"{{{name}[{number}]}}") for number in (0, 1)]
    end = ""
    bounds = as_range(plan.operator)
    if bounds is not None:
        end = f"0{_MARK}" if _names(bounds.start) == name else ""
        end = f"1{_MARK}" if _names(bounds.end) == name else end
    return _Symbol(f"{end}{{{name}}}")


def _names(value: object) -> str | None:
    return value.name if isinstance(value, Slot) else None


def _symbolic_key(key: BoundKey[Any]) -> BoundKey[Any]:
    partition = _symbolic_half(key.partition)
    sort = None if key.sort is None else _symbolic_half(key.sort)
    return replace(key, partition=partition, sort=sort)


def _symbolic_half(half: Composite | Template) -> Composite | Template:
    if isinstance(half, Template):
        return Template(re.sub(r":0\d+\}", "}", half.text))  # a symbol has no digits to pad
    return Composite(
        tuple(
            component
            if isinstance(component, Label)
            else replace(component, scalar=_writer(component.scalar))
            for component in half.components
        )
    )


def _writer(own: Scalar) -> _Writer:
    return _Writer(
        kind=own.kind,
        python_type=own.python_type,
        sample=own.sample,
        text_prefixable=own.text_prefixable,
        below_tilde=own.below_tilde,
        own=own,
    )


def _unmarked(value: object) -> object:
    if isinstance(value, str):
        return _MARKED.sub("", value)
    if isinstance(value, dict):
        return {k: _unmarked(v) for k, v in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_unmarked(one) for one in cast("list[object]", value)]
    return value


def _with_filter(parameters: dict[str, Any], plan: Plan, kept: CompiledFilter) -> dict[str, Any]:
    """The parameters with the filter, an argument shown with the tag its value will have."""
    codec = codec_of(plan.key.entity)
    samples = sample_arguments(plan)
    values = dict(parameters["ExpressionAttributeValues"])
    for placeholder, at in kept.values.items():
        try:
            value = resolve(at.value, samples)
            encoded = codec.encode_at(at.path.segments, value, at.role)
        except InputError:  # the field takes only some values of its type
            encoded = {"S": ""}
        if isinstance(at.value, Slot):
            encoded = dict.fromkeys(encoded, f"{{{at.value.name}}}")
        values[placeholder] = encoded
    filled: dict[str, Any] = {}
    for name, parameter in parameters.items():
        filled[name] = parameter
        if name == "KeyConditionExpression":
            filled["FilterExpression"] = kept.text
    filled["ExpressionAttributeNames"] = {**parameters["ExpressionAttributeNames"], **kept.names}
    filled["ExpressionAttributeValues"] = values
    return filled
