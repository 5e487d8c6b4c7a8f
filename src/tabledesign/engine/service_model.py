"""What botocore's own description of DynamoDB says of a request, without sending it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from tabledesign.wire import Request

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

__all__ = ["model_fault"]

_ITEMS: Final = frozenset({"ExclusiveStartKey", "ExpressionAttributeValues", "Item", "Key"})
"""Where a request has an item or a part of one, in whatever operation."""

_SCALARS: Final[Mapping[str, type]] = {"S": str, "N": str, "B": bytes, "BOOL": bool, "NULL": bool}
_NONE: Final = frozenset[type]()
_MEMBERS: Final[Mapping[str, frozenset[type]]] = {
    "SS": frozenset({str}),
    "NS": frozenset({str}),
    "BS": frozenset({bytes}),
}


def model_fault(request: Request) -> str | None:
    """Unknown, missing or mistyped parameters, as botocore words them; None where all is right.

    >>> model_fault(Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": "a"}}}))
    """
    from botocore.validate import ParamValidator

    shape = _operation(request.operation).input_shape
    assert shape is not None, "every operation of DynamoDB takes parameters"
    if not ParamValidator().validate(_without_items(request.parameters), shape).has_errors():
        return None
    report = ParamValidator().validate(dict(request.parameters), shape)
    return report.generate_report() if report.has_errors() else None


def _without_items(part: object) -> Any:
    """The parameters with an empty item for each that is in order.

    botocore takes twenty times as long to say so, and items are most of a request.
    """
    if isinstance(part, Mapping):
        members = cast("Mapping[str, object]", part)
        return {name: _member(name, inner) for name, inner in members.items()}
    if isinstance(part, list):
        return _different([_without_items(each) for each in cast("list[object]", part)])
    return part


def _different(parts: list[Any]) -> list[Any]:
    """Each but those that equal the one before it: the puts of a batch are alike by now."""
    return [part for part, before in zip(parts, [None, *parts]) if part != before]


def _member(name: str, inner: object) -> object:
    if name not in _ITEMS:
        return _without_items(inner)
    return {} if _is_item(inner) else inner


def _is_item(part: object) -> bool:
    if type(part) is not dict:
        return False
    for name, value in cast("dict[object, object]", part).items():
        if type(name) is not str or not _is_value(value):
            return False
    return True


def _is_value(value: object) -> bool:
    if type(value) is not dict or len(cast("dict[str, object]", value)) != 1:
        return False
    ((tag, held),) = cast("dict[str, object]", value).items()
    if type(held) is _SCALARS.get(tag):
        return True
    if tag == "M":
        return _is_item(held)
    if type(held) is not list:
        return False
    if tag == "L":
        return all(map(_is_value, cast("list[object]", held)))
    return {type(each) for each in cast("list[object]", held)} <= _MEMBERS.get(tag, _NONE)


@cache
def _service() -> ServiceModel:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    description = cast("Mapping[str, Any]", Loader().load_service_model("dynamodb", "service-2"))
    return ServiceModel(description, service_name="dynamodb")


@cache
def _operation(name: str) -> OperationModel:
    return _service().operation_model(name)
