"""Index truth: every stored key attribute equals the one recomputed from the stored fields."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from tabledesign.codec import Unreadable, codec_of
from tabledesign.dataclass import dataclass, field
from tabledesign.engine.protocol import Engine
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT
from tabledesign.schema.table import Table
from tabledesign.testing.broken import Broken
from tabledesign.testing.expiry import alive
from tabledesign.testing.kept import Kept, keeping_faults, kept_of, record_of
from tabledesign.testing.model import Identified, Row, identify
from tabledesign.wire import Item, Request

__all__ = ["TableReader", "expected_keys", "scan"]


def scan(engine: Engine, table_name: str) -> Iterator[Item]:
    """Every item of the table as it is stored, read consistently."""
    parameters: dict[str, Any] = {"TableName": table_name, "ConsistentRead": True}
    while True:
        response = engine.send(Request("Scan", parameters))
        yield from cast("list[Item]", response.get("Items", []))
        if "LastEvaluatedKey" not in response:
            return
        parameters["ExclusiveStartKey"] = response["LastEvaluatedKey"]


@dataclass(frozen=True, slots=True)
class _Known:
    """What an item was read as, with the text of what it was read from."""

    text: str
    at: Identified
    row: Row
    kept: tuple[Kept, ...] = ()


@dataclass(slots=True)
class TableReader:
    """Reads the whole table as rows, and checks each item that is not as it was before."""

    table: Table
    table_name: str
    tenants: Sequence[str | None]
    known: dict[tuple[str, ...], _Known] = field(default_factory=dict[tuple[str, ...], _Known])

    def read(self, engine: Engine, now: datetime) -> dict[Identified, Row]:
        """The rows; raises `Broken` for an item that cannot be read or whose keys are untrue.

        What the library keeps beside the entities, claims of unique values and counters, must be
        as the entities make it; records of request keys are rows too.
        """
        known: dict[tuple[str, ...], _Known] = {}
        kept: list[Item] = []
        for item in _looked_at(engine, self.table_name):
            name = str(item.get(self.table.entity_attribute, {}).get("S"))
            if name in ("unique", "counter"):
                kept.append(item)
                continue
            place, text = self._place(item), repr(item)
            before = self.known.get(place)
            if before is None or before.text != text:
                before = self._check(name, text, item)
            known[place] = before
        self.known = known
        wanted = (
            (each, alive(one.row, now)) for one in known.values() if one.kept for each in one.kept
        )
        wrong = list(keeping_faults(self.table, wanted, kept, now))
        if wrong:
            raise Broken("; ".join(wrong))
        return {one.at: one.row for one in known.values()}

    def _place(self, item: Item) -> tuple[str, ...]:
        names = (self.table.partition_key, self.table.sort_key)
        return tuple(str(item[name].get("S")) for name in names if name is not None)

    def _check(self, name: str, text: str, stored: Item) -> _Known:
        item = {attribute: _answered(value) for attribute, value in stored.items()}
        if name == "idempotency":
            return _Known(text, *record_of(self.table, item))
        entity = self.table.entities.get(name)
        if entity is None:
            raise Broken(f"an item of no entity is stored: {_shown(self.table, item)}")
        row = _row(entity, item)
        tenant = _tenant_of(self.table, row.entity, item, self.tenants)
        _check_keys(self.table, row.entity, item, tenant)
        owner = "".join(self._place(item))
        return _Known(text, identify(tenant, row.entity), row, kept_of(row.entity, tenant, owner))


def _looked_at(engine: Engine, table_name: str) -> Iterable[Item]:
    """The table's items, without a request where the engine lets one look into it."""
    look: Callable[[str], Iterable[Item]] | None = getattr(engine, "stored", None)
    return scan(engine, table_name) if look is None else look(table_name)


def _answered(value: Any) -> Any:
    """A stored value as boto3 hands it out: binary values are bytes."""
    kind, inner = next(iter(value.items()))
    if kind == "B" and isinstance(inner, str):
        return {kind: b64decode(inner)}
    if kind == "BS":
        return {kind: [b64decode(each) if isinstance(each, str) else each for each in inner]}
    if kind == "L":
        return {kind: [_answered(each) for each in inner]}
    if kind == "M":
        return {kind: {name: _answered(each) for name, each in inner.items()}}
    return value


def expected_keys(entity: Entity, tenant: str | None) -> dict[str, str]:
    """Every key attribute the entity must be stored with, and none besides."""
    values = entity.__dict__ if tenant is None else {**entity.__dict__, TENANT: tenant}
    texts: dict[str, str] = {}
    for key in type(entity).__keys__.values():
        texts.update(key.render(values))
    return texts


def _row(entity: type[Entity], item: Item) -> Row:
    codec = codec_of(entity)
    try:
        read = codec.decode(item)
    except Unreadable as error:
        raise Broken(f"a stored {entity.__name__} cannot be read: {error}") from None
    absent = {name for name, field in codec.fields.items() if field.stored_name not in item}
    return Row(read, frozenset(absent))


def _tenant_of(
    table: Table, entity: Entity, item: Item, tenants: Sequence[str | None]
) -> str | None:
    stored = _keys(table, item)
    wanted = (table.partition_key, table.sort_key)
    for tenant in tenants:
        texts = expected_keys(entity, tenant)
        if all(name is None or stored.get(name) == texts.get(name) for name in wanted):
            return tenant
    raise Broken(
        f"the primary key of {entity!r} is not made of its fields and a tenant of the test: "
        f"{_shown(table, item)}"
    )


def _check_keys(table: Table, entity: Entity, item: Item, tenant: str | None) -> None:
    stored, expected = _keys(table, item), expected_keys(entity, tenant)
    wrong = [
        f"{name} is {stored.get(name)!r} and must be {expected.get(name)!r}"
        for name in table.key_attributes
        if stored.get(name) != expected.get(name)
    ]
    if wrong:
        raise Broken(f"an index key of {entity!r} is untrue: {'; '.join(wrong)}")


def _keys(table: Table, item: Item) -> dict[str, str]:
    return {name: str(item[name].get("S")) for name in table.key_attributes if name in item}


def _shown(table: Table, item: Item) -> str:
    return ", ".join(f"{name}={text!r}" for name, text in _keys(table, item).items())
