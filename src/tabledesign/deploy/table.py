"""The table of a design as a resource of a CloudFormation template."""

from __future__ import annotations

from typing import Any, Literal

from tabledesign.dataclass import dataclass
from tabledesign.design.definition import table_definition, ttl_specification
from tabledesign.errors import InputError
from tabledesign.schema.table import Table

__all__ = ["Capacity", "TableSettings", "table_resource"]

Deletion = Literal["Delete", "Retain", "RetainExceptOnCreate"]
StreamView = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]


@dataclass(frozen=True, slots=True)
class Capacity:
    """Provisioned units a second, of the table and of each global index."""

    read: int
    write: int

    def property(self) -> dict[str, int]:
        """As a template has it."""
        return {"ReadCapacityUnits": self.read, "WriteCapacityUnits": self.write}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSettings:
    """What a design does not say of its table: cost, keeping, encryption.

    ``capacity`` None is on demand. ``recovery`` keeps what is needed to restore any second of
    the last 35 days. ``key`` is ``"managed"`` (AWS's own key of the account, its use is logged),
    ``"owned"`` (AWS's, free, not logged), or the id or ARN of a key of one's own. ``deletion``
    says what becomes of the table when the stack, or the resource in it, goes; ``protected``
    refuses every deletion. ``stream`` is what a stream shows of each change.
    """

    capacity: Capacity | None = None
    recovery: bool = True
    key: str = "managed"
    deletion: Deletion = "Retain"
    protected: bool = False
    stream: StreamView | None = None


DEFAULT = TableSettings()


def table_resource(
    table: Table, settings: TableSettings = DEFAULT, *, table_name: str | None = None
) -> dict[str, Any]:
    """The resource; CloudFormation names the table, unless ``table_name`` does.

    Raises `DesignError` for a table without entities, `InputError` for settings that DynamoDB
    would refuse.

    >>> from tabledesign.todo import table
    >>> resource = table_resource(table)
    >>> resource["Type"], resource["DeletionPolicy"], resource["Properties"]["BillingMode"]
    ('AWS::DynamoDB::Table', 'Retain', 'PAY_PER_REQUEST')
    """
    properties = table_definition(table)
    properties.pop("TableName")
    if table_name is not None:
        properties = {"TableName": table_name, **properties}
    if settings.capacity is not None:
        _provision(properties, settings.capacity)
    ttl = ttl_specification(table)
    if ttl is not None:
        properties["TimeToLiveSpecification"] = ttl
    if settings.stream is not None:
        properties["StreamSpecification"] = {"StreamViewType": settings.stream}
    properties["PointInTimeRecoverySpecification"] = {
        "PointInTimeRecoveryEnabled": settings.recovery
    }
    properties["SSESpecification"] = _encryption(settings.key)
    properties["DeletionProtectionEnabled"] = settings.protected
    # A change of the keys makes another table: what becomes of the first is the same question.
    replaced = "Delete" if settings.deletion == "Delete" else "Retain"
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": settings.deletion,
        "UpdateReplacePolicy": replaced,
        "Properties": properties,
    }


def _provision(properties: dict[str, Any], capacity: Capacity) -> None:
    if capacity.read < 1 or capacity.write < 1:
        raise InputError(
            f"a capacity of {capacity.read} read and {capacity.write} write units is below what "
            "DynamoDB takes; give at least 1 of each, or leave it out and pay on demand",
            code="deploy.capacity",
            field="capacity",
        )
    properties["BillingMode"] = "PROVISIONED"
    properties["ProvisionedThroughput"] = capacity.property()
    for index in properties.get("GlobalSecondaryIndexes", ()):
        index["ProvisionedThroughput"] = capacity.property()


def _encryption(key: str) -> dict[str, Any]:
    if not key:
        raise InputError(
            "the key is an empty text; give 'managed', 'owned', or the id or ARN of a key",
            code="deploy.key",
            field="key",
        )
    if key == "owned":
        return {"SSEEnabled": False}
    if key == "managed":
        return {"SSEEnabled": True}
    return {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
