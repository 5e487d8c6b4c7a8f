"""The items that one write touches, each with what is done to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any, Literal

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass
from tabledesign.expressions import Condition, render_condition
from tabledesign.expressions.conditions import all_of
from tabledesign.patterns.expiring import free
from tabledesign.patterns.raw import encoded_values, placeholders
from tabledesign.schema.entity import Entity
from tabledesign.wire import Item, Rendered

if TYPE_CHECKING:
    from tabledesign.codec.text import Address

__all__ = ["Piece", "absence", "conditioned", "delete_piece", "put_piece", "texts_of"]

Action = Literal["Put", "Update", "Delete", "ConditionCheck"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a write: what is done to it, and the step and purpose it serves.

    ``purpose`` is ``item``, ``unique NAME``, ``counter NAME`` or ``idempotency``. One that
    ``creates`` stores an item where none is, and can tell after a lost answer whether it did.
    A put names its key inside the item; ``at`` holds its texts.
    """

    step: str
    purpose: str
    action: Action
    parameters: Mapping[str, Any]
    creates: bool = False
    at: Address = ()

    @property
    def address(self) -> Address:
        """The texts of the primary key it touches: no transaction may hold two of one."""
        return self.at or texts_of(self.parameters["Key"])


def texts_of(key: Item) -> Address:
    """The texts of a key, the partition's first."""
    return tuple(str(value.get("S")) for value in key.values())


def put_piece(
    step: str,
    table_name: str,
    written: tuple[Address, str],
    demands: Mapping[str, Any],
    *,
    creates: bool = False,
) -> Piece:
    """The whole item, as it was written, stored under what is demanded; see `conditioned`."""
    address, item = written
    text = f'{{"TableName":{quoted(table_name)},"Item":{item}}}'
    parameters = Rendered(text, {"TableName": table_name, "Item": None})
    return Piece(step, "item", "Put", parameters | demands, creates, address)


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


@lru_cache(maxsize=256)
def absence(entity: type[Entity]) -> Rendered:
    """The parameters that demand that nothing is stored there, in a table without TTL."""
    return Rendered.of(conditioned(entity, [free(entity.__table__, None)]))
