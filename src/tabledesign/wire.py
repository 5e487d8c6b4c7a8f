"""What goes to DynamoDB and comes back: plain requests, plain responses, AWS's own names.

Only this module, ``engine`` and the exporters speak AWS's vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["AttributeValue", "Item", "Operation", "Request", "Response", "consumed_units"]

Operation = Literal[
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "ListTables",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
    "UpdateTimeToLive",
]

AttributeValue = dict[str, Any]
"""One tagged value, ``{"S": "text"}``; binary is ``bytes``, a number is its decimal text."""

Item = dict[str, AttributeValue]
"""A stored item or a key: attribute names to tagged values."""

Response = Mapping[str, Any]
"""A complete answer of DynamoDB, as the service model names its parts."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, complete: the operation and its parameters by AWS's names.

    >>> Request("GetItem", {"TableName": "todo", "Key": {"pk": {"S": "User#1#"}}}).operation
    'GetItem'
    """

    operation: Operation
    parameters: Mapping[str, Any]


def consumed_units(response: Response) -> float | None:
    """The capacity units an answer reports, summed over tables; None if it reports none.

    >>> consumed_units({"ConsumedCapacity": [{"CapacityUnits": 0.5}, {"CapacityUnits": 1.0}]})
    1.5
    """
    reported: Any = response.get("ConsumedCapacity")
    parts: list[dict[str, Any]] = reported if isinstance(reported, list) else [reported or {}]
    units = [float(part["CapacityUnits"]) for part in parts if "CapacityUnits" in part]
    return sum(units) if units else None
