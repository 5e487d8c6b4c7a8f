"""The items that one write touches, each with what is done to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from tabledesign.codec import check_size, codec_of
from tabledesign.dataclass import dataclass
from tabledesign.expressions import Condition, render_condition
from tabledesign.expressions.conditions import all_of
from tabledesign.patterns.raw import encoded_values, placeholders
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item

__all__ = ["Piece", "conditioned", "delete_piece", "put_piece"]

Action = Literal["Put", "Update", "Delete", "ConditionCheck"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a write: what is done to it, and the step and purpose it serves.

    ``purpose`` is ``item``, ``unique NAME``, ``counter NAME`` or ``idempotency``. One that
    ``creates`` stores an item where none is, and can tell after a lost answer whether it did.
    """

    step: str
    purpose: str
    action: Action
    parameters: Mapping[str, Any]
    creates: bool = False

    @property
    def address(self) -> tuple[str, ...]:
        """The primary key it touches: no transaction may hold two of one."""
        key: Item = self.parameters.get("Key") or {}
        return tuple(sorted(f"{name}={value.get('S')}" for name, value in key.items()))


def put_piece(
    step: str,
    table_name: str,
    entity: type[Entity],
    item: Item,
    conditions: Iterable[Condition],
    *,
    creates: bool = False,
) -> Piece:
    """The whole item, stored under the conditions."""
    check_size(item, entity.__name__)
    table = entity.__table__
    names = (table.partition_key, table.sort_key)
    parameters: dict[str, Any] = {
        "TableName": table_name,
        "Key": {name: item[name] for name in names if name is not None},
        "Item": item,
        **conditioned(entity, conditions),
    }
    return Piece(step, "item", "Put", parameters, creates)


def delete_piece(
    step: str,
    table_name: str,
    entity: type[Entity],
    key: Item,
    conditions: Iterable[Condition],
) -> Piece:
    """The item, deleted under the conditions."""
    parameters: dict[str, Any] = {
        "TableName": table_name,
        "Key": key,
        **conditioned(entity, conditions),
    }
    return Piece(step, "item", "Delete", parameters)


def conditioned(entity: type[Entity], conditions: Iterable[Condition]) -> dict[str, Any]:
    """The parameters that demand all the conditions; none for no conditions."""
    demanded = list(conditions)
    if not demanded:
        return {}
    codec = codec_of(entity)
    into = placeholders(codec)
    text = render_condition(all_of(*demanded), into)
    parameters: dict[str, Any] = {
        "ConditionExpression": text,
        "ExpressionAttributeNames": into.names,
    }
    values = encoded_values(into, codec)
    if values:
        parameters["ExpressionAttributeValues"] = values
    return parameters
