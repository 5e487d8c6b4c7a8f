"""The exact differences between a live table, as DynamoDB describes it, and the design.

Compared are keys, attribute types, indexes, projections and TTL: what the design declares.
Billing, backups, encryption, tags and streams are not part of a design.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from tabledesign.dataclass import dataclass
from tabledesign.design.definition import table_definition, ttl_specification
from tabledesign.schema.table import Table

__all__ = ["Difference", "differences"]

Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that is not as designed: where, what it is called, and both values in words."""

    where: str
    property: str
    designed: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}: {self.property} is {self.found}, and the design has {self.designed}"

    def as_dict(self) -> dict[str, str]:
        """The parts by name, ready for JSON."""
        return asdict(self)


def differences(
    table: Table, described: Described | None, ttl: Described | None = None
) -> list[Difference]:
    """Everything in which the table differs; ``described`` is None where there is no table.

    ``described`` is the ``Table`` of a DescribeTable answer, ``ttl`` the
    ``TimeToLiveDescription`` of a DescribeTimeToLive answer.
    """
    if described is None:
        return [Difference("table", "the table", "a table", "not there")]
    designed = table_definition(table)
    return [
        *_state("table", described.get("TableStatus", "ACTIVE"), backfilling=False),
        *_keys("primary key", designed, described),
        *_attribute_types(designed, described),
        *_indexes("global index", "GlobalSecondaryIndexes", designed, described),
        *_indexes("local index", "LocalSecondaryIndexes", designed, described),
        *_ttl(ttl_specification(table), ttl or {}),
    ]


def _state(where: str, status: object, *, backfilling: bool) -> Iterator[Difference]:
    if status != "ACTIVE":
        yield Difference(where, "the status", "ACTIVE", str(status))
    elif backfilling:
        yield Difference(where, "the status", "ACTIVE", "ACTIVE and still being filled")


def _keys(where: str, designed: Described, described: Described) -> Iterator[Difference]:
    for kind, name in (("HASH", "the partition key"), ("RANGE", "the sort key")):
        wanted, found = _key_attribute(designed, kind), _key_attribute(described, kind)
        if wanted != found:
            yield Difference(where, name, wanted, found)


def _key_attribute(described: Described, kind: str) -> str:
    # Several attributes in one half are DynamoDB's multi-attribute keys, in order.
    names = [e["AttributeName"] for e in described.get("KeySchema", ()) if e["KeyType"] == kind]
    return " + ".join(map(repr, names)) or "none"


def _attribute_types(designed: Described, described: Described) -> Iterator[Difference]:
    types = {"S": "text (S)", "N": "a number (N)", "B": "binary (B)"}
    found = {
        entry["AttributeName"]: entry["AttributeType"]
        for entry in described.get("AttributeDefinitions", ())
    }
    for entry in designed["AttributeDefinitions"]:
        name, wanted = entry["AttributeName"], entry["AttributeType"]
        # An attribute that no live key uses is reported with that key, not once more here.
        if name in found and found[name] != wanted:
            shown = types.get(found[name], str(found[name]))
            yield Difference(f"attribute {name!r}", "the type", types[wanted], shown)


def _indexes(
    kind: str, member: str, designed: Described, described: Described
) -> Iterator[Difference]:
    wanted = _by_name(designed.get(member))
    found = _by_name(described.get(member))
    for name, index in wanted.items():
        where = f"{kind} {name!r}"
        if name not in found:
            yield Difference(where, "the index", "an index", "not there")
            continue
        live = found[name]
        backfilling = bool(live.get("Backfilling"))
        yield from _state(where, live.get("IndexStatus", "ACTIVE"), backfilling=backfilling)
        yield from _keys(where, index, live)
        yield from _projection(where, index["Projection"], live.get("Projection") or {})
    for name in found:
        if name not in wanted:
            yield Difference(f"{kind} {name!r}", "the index", "none", "there")


def _by_name(indexes: object) -> dict[str, Described]:
    listed = cast("Sequence[Described]", indexes or ())
    return {str(index["IndexName"]): index for index in listed}


def _projection(where: str, designed: Described, found: Described) -> Iterator[Difference]:
    wanted_type, found_type = designed["ProjectionType"], found.get("ProjectionType", "none")
    if wanted_type != found_type:
        yield Difference(where, "the projection", wanted_type, str(found_type))
        return
    wanted: set[str] = set(designed.get("NonKeyAttributes", ()))
    live: set[str] = set(found.get("NonKeyAttributes") or ())
    if wanted != live:
        yield Difference(where, "the projected attributes", _listed(wanted), _listed(live))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _ttl(designed: Described | None, found: Described) -> Iterator[Difference]:
    wanted = "none" if designed is None else repr(designed["AttributeName"])
    live = "none"
    if found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        live = repr(found.get("AttributeName"))
    if wanted != live:
        yield Difference("table", "the TTL attribute", wanted, live)
