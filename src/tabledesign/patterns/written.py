"""Items and keys as the JSON text that goes to DynamoDB, by functions made once per entity.

What the generated functions do not take is written, or refused, by the plain path: `item_of` and
`key_item` stay the measure of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tabledesign.codec import codec_of
from tabledesign.errors import InputError
from tabledesign.patterns.reads import key_item, primary_key
from tabledesign.patterns.update import with_tenant
from tabledesign.patterns.writes import item_of
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table
from tabledesign.wire import AttributeValue, Item, Rendered, json_text

if TYPE_CHECKING:
    from tabledesign.codec.text import Address, WriteItem, WriteKey

__all__ = ["Writers", "address_of", "made", "rendered_key", "written_item", "written_key"]


class Writers(NamedTuple):
    """The functions that write an entity's items and keys."""

    item: WriteItem
    key: WriteKey


def written_item(entity: Entity, tenant: str | None) -> tuple[Address, str]:
    """The address of an entity and the JSON of its item, equal to that of `item_of`.

    Raises `InputError` for a value that cannot be stored, a key or an item that is too large.
    """
    kind = type(entity)
    try:
        writers: Writers = kind.__dict__["__writers__"]
    except KeyError:
        writers = made(kind)
    try:
        return writers.item(entity, tenant)
    except Exception:  # noqa: BLE001 - whatever the usual form stumbles over
        return _plain_item(entity, tenant)


def written_key(
    kind: type[Entity], values: Mapping[str, object], tenant: str | None
) -> tuple[Address, str]:
    """The address and the JSON of a primary key, equal to that of `key_item`.

    Raises `InputError` for a part that is None or cannot stand in a key.
    """
    try:
        writers: Writers = kind.__dict__["__writers__"]
    except KeyError:
        writers = made(kind)
    try:
        return writers.key(values, tenant)
    except Exception:  # noqa: BLE001 - whatever the usual form stumbles over
        return _plain_key(kind, values, tenant)


def rendered_key(
    kind: type[Entity], values: Mapping[str, object], tenant: str | None
) -> Mapping[str, AttributeValue]:
    """`written_key` as a part of a request."""
    table = kind.__table__
    _, text = written_key(kind, values, tenant)
    return Rendered(
        text, dict.fromkeys((table.partition_key, table.sort_key or table.partition_key))
    )


def _plain_item(entity: Entity, tenant: str | None) -> tuple[Address, str]:
    item = item_of(entity, tenant)
    return address_of(entity.__table__, item), json_text(item)


def _plain_key(
    kind: type[Entity], values: Mapping[str, object], tenant: str | None
) -> tuple[Address, str]:
    key = key_item(primary_key(kind), with_tenant(values, tenant))
    return address_of(kind.__table__, key), json_text(key)


def address_of(table: Table, item: Item) -> Address:
    """The texts of the primary key that an item or a key holds."""
    names = (table.partition_key, table.sort_key)
    return tuple(str(item[name]["S"]) for name in names if name is not None)


def made(kind: type[Entity]) -> Writers:
    """The writers of an entity, proved on items made up of every kind; kept with the class."""
    from tabledesign.codec.source import Odd
    from tabledesign.codec.text import item_text, key_text

    plainly = Writers(_plain_item, partial(_plain_key, kind))
    try:
        writers = Writers(item_text(kind, codec_of(kind)), key_text(kind))
        reason = _fault(kind, writers)
    except Odd as odd:
        writers, reason = plainly, str(odd)
    except Exception as error:  # noqa: BLE001 - whatever a class of fields brings along
        writers, reason = plainly, f"{type(error).__name__} while its writer was made"
    if reason is not None:
        import logging

        logging.getLogger(__name__).warning(
            "%s: written value by value, since %s", kind.__entity_name__, reason
        )
        writers = plainly
    type.__setattr__(kind, "__writers__", writers)
    return writers


def _fault(kind: type[Entity], writers: Writers) -> str | None:
    """What a writer does otherwise than the plain path; None where they agree."""
    from tabledesign.codec.specimens import specimens

    tenant = "a tenant" if kind.__table__.tenants else None
    record, keys = codec_of(kind).record, kind.__keys__.values()
    in_keys = dict.fromkeys(name for key in keys for name in (*key.fields, *key.when.fields))
    proved: list[object] = []
    for number, entity in enumerate(specimens(record, alone=in_keys)):
        if _differ(writers.item, _plain_item, entity, tenant, must=number == 0):
            return "its items are written otherwise than by the plain encoder"
        values = {name: entity.__dict__[name] for name in primary_key(kind).fields}
        if values not in proved:
            proved.append(values)
            plainly = partial(_plain_key, kind)
            if _differ(writers.key, plainly, values, tenant, must=number == 0):
                return "its keys are written otherwise than they are rendered"
    return None


def _differ(write: Any, plainly: Any, *given: object, must: bool) -> bool:
    """Whether a writer gives something else than the plain path; raising is no answer at all.

    It ``must`` answer for the most usual entity: else the plain path would write them all.
    """
    try:
        found = write(*given)
    except Exception:  # noqa: BLE001 - whatever the usual form stumbles over
        if not must:
            return False
        found = None
    try:
        return bool(found != plainly(*given))
    except (InputError, LookupError):
        return found is not None
