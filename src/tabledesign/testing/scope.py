"""An engine that fails on any key outside one tenant: nothing may read or write beyond it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, cast

from tabledesign.engine.protocol import Capabilities, Clock, Engine, capabilities_of, clock_of
from tabledesign.keys.text import escape
from tabledesign.schema.table import Table
from tabledesign.testing.broken import Broken
from tabledesign.wire import Request, Response

__all__ = ["OutsideTenant", "Scope", "foreign_keys"]

_ITEMS: Final = ("Key", "Item", "ExclusiveStartKey")
_EXPRESSIONS: Final = ("KeyConditionExpression", "UpdateExpression")


class OutsideTenant(Broken):
    """A request that names a key of another tenant, or of none."""


class Scope:
    """Carries only requests whose every partition key starts with the tenant."""

    def __init__(self, engine: Engine, table: Table, tenant: str) -> None:
        self.engine = engine
        self.table = table
        self.tenant = tenant
        self.name = str(getattr(engine, "name", type(engine).__name__))
        self.thread_safe = bool(getattr(engine, "thread_safe", False))

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return capabilities_of(self.engine)

    @property
    def clock(self) -> Clock:
        """The clock of the engine behind it."""
        return clock_of(self.engine)

    def send(self, request: Request) -> Response:
        """Carry the request; raises `OutsideTenant`, for a Scan as well."""
        foreign = list(foreign_keys(request, self.table, self.tenant))
        if foreign or request.operation == "Scan":
            shown = ", ".join(foreign) or "the whole table"
            raise OutsideTenant(f"{request.operation} for {self.tenant!r} names {shown}")
        return self.engine.send(request)


def foreign_keys(request: Request, table: Table, tenant: str) -> Iterator[str]:
    """The partition keys in the request that are not the tenant's; also those in its values."""
    prefix = escape(tenant) + "#"
    attributes = dict.fromkeys(place.partition_attribute for place in table.places)
    for name, value in _keys(request.parameters, attributes):
        if not str(value.get("S")).startswith(prefix):
            yield f"{name}={value}"


def _keys(part: object, attributes: Collection[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every value that stands, or is put by an expression, under a partition attribute."""
    if isinstance(part, list):
        for each in cast("list[object]", part):
            yield from _keys(each, attributes)
        return
    if not isinstance(part, Mapping):
        return
    parameters = cast("Mapping[str, Any]", part)
    for name, inner in parameters.items():
        if name in _ITEMS:
            yield from _under(attributes, inner)
        elif name == "Keys":
            for key in inner:
                yield from _under(attributes, key)
        elif name in _EXPRESSIONS:
            names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
            values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
            yield from _compared(str(inner), names, values, attributes)
        elif name != "ExpressionAttributeValues":
            yield from _keys(inner, attributes)


def _under(
    attributes: Collection[str], item: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((name, item[name]) for name in attributes if name in item)


def _compared(
    text: str, names: Mapping[str, str], values: Mapping[str, Any], attributes: Collection[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    words = text.replace(",", " ").replace("(", " ").replace(")", " ").split()
    for left, sign, right in zip(words, words[1:], words[2:]):
        if sign == "=" and names.get(left) in attributes and right in values:
            yield names[left], values[right]
