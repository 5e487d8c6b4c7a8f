"""An engine that fails on any key outside one tenant: nothing may read or write beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tabledesign.engine.protocol import Capabilities, Clock, Engine, capabilities_of, clock_of
from tabledesign.keys.text import escape
from tabledesign.schema.table import Table
from tabledesign.testing.broken import Broken
from tabledesign.wire import Request, Response

__all__ = ["OutsideTenant", "Scope", "foreign_keys"]


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
    attributes = {place.partition_attribute for place in table.places}
    for name, value in _keys(request.parameters, attributes):
        if not str(value.get("S")).startswith(prefix):
            yield f"{name}={value}"


def _keys(part: object, attributes: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every value that stands, or is put by an expression, under a partition attribute."""
    if isinstance(part, list):
        for each in cast("list[object]", part):
            yield from _keys(each, attributes)
        return
    if not isinstance(part, Mapping):
        return
    parameters = cast("Mapping[str, Any]", part)
    for holder in ("Key", "Item", "ExclusiveStartKey"):
        for name, value in parameters.get(holder, {}).items():
            if name in attributes:
                yield name, value
    for key in parameters.get("Keys", ()):
        yield from ((name, value) for name, value in key.items() if name in attributes)
    names: Mapping[str, str] = parameters.get("ExpressionAttributeNames", {})
    values: Mapping[str, Any] = parameters.get("ExpressionAttributeValues", {})
    for holder in ("KeyConditionExpression", "UpdateExpression"):
        yield from _compared(str(parameters.get(holder, "")), names, values, attributes)
    for name, inner in parameters.items():
        if name not in ("Key", "Item", "ExclusiveStartKey", "Keys", "ExpressionAttributeValues"):
            yield from _keys(inner, attributes)


def _compared(
    text: str, names: Mapping[str, str], values: Mapping[str, Any], attributes: set[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    words = text.replace(",", " ").replace("(", " ").replace(")", " ").split()
    for left, sign, right in zip(words, words[1:], words[2:]):
        if sign == "=" and names.get(left) in attributes and right in values:
            yield names[left], values[right]
