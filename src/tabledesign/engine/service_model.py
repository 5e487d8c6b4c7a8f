"""What botocore's own description of DynamoDB says of a request, without sending it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from tabledesign.wire import Request

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

__all__ = ["model_fault"]


def model_fault(request: Request) -> str | None:
    """Unknown, missing or mistyped parameters, as botocore words them; None where all is right.

    >>> model_fault(Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": "a"}}}))
    """
    from botocore.validate import ParamValidator

    shape = _operation(request.operation).input_shape
    assert shape is not None, "every operation of DynamoDB takes parameters"
    report = ParamValidator().validate(dict(request.parameters), shape)
    return report.generate_report() if report.has_errors() else None


@cache
def _service() -> ServiceModel:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    description = cast("Mapping[str, Any]", Loader().load_service_model("dynamodb", "service-2"))
    return ServiceModel(description, service_name="dynamodb")


@cache
def _operation(name: str) -> OperationModel:
    return _service().operation_model(name)
