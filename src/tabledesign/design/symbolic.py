"""The exact request of a pattern with its arguments shown as ``{name}``."""

from __future__ import annotations

from typing import Any, cast

from tabledesign.codec import codec_of
from tabledesign.design.samples import sample_arguments
from tabledesign.errors import InputError
from tabledesign.keys.bounds import Slot
from tabledesign.patterns.filters import CompiledFilter
from tabledesign.patterns.plan import Plan
from tabledesign.patterns.reads import first_request
from tabledesign.patterns.slots import resolve
from tabledesign.patterns.symbolic import symbolic_binding, unmarked
from tabledesign.wire import Request

__all__ = ["symbolic_request"]


def symbolic_request(plan: Plan) -> Request:
    """The request as it would be sent first, each argument as ``{name}``.

    >>> from tabledesign.todo import TodoRepository
    >>> request = symbolic_request(TodoRepository.task.plan)
    >>> request.parameters["Key"]["pk"]
    {'S': '{tenant}#Task#{task_id}#'}
    """
    request = first_request(symbolic_binding(plan), plan.table.name)
    assert request is not None, "a range of symbols is never empty"
    parameters = cast("dict[str, Any]", unmarked(dict(request.parameters)))
    if plan.condition is not None:
        parameters = _with_filter(parameters, plan, plan.condition)
    return Request(request.operation, parameters)


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
