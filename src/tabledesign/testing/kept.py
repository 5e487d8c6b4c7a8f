"""What the library stores beside the entities: claims, counters and records of request keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass
from tabledesign.keys.text import unescape
from tabledesign.patterns.keeping import COUNT, OWNER
from tabledesign.repository.once import IDEMPOTENCY, RESULTS, UNTIL
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import TENANT
from tabledesign.schema.table import Table
from tabledesign.testing.broken import Broken
from tabledesign.testing.model import Done, Identified, Row
from tabledesign.testing.rules import rules_of
from tabledesign.wire import Item

__all__ = ["Kept", "keeping_faults", "kept_of", "record_of"]


@dataclass(frozen=True, slots=True)
class Kept:
    """An item that must be there because an entity is: a claim with its owner, or one count."""

    texts: tuple[str, ...]
    owner: str | None = None


def kept_of(entity: Entity, tenant: str | None, owner: str) -> tuple[Kept, ...]:
    """What must be kept for this entity."""
    values = entity.__dict__ if tenant is None else {**entity.__dict__, TENANT: tenant}
    kept: list[Kept] = []
    for kind in ("unique", "counter"):
        for rule in rules_of(type(entity), kind):
            texts = rule.render(values)
            if texts is not None:
                whole = texts if entity.__table__.sort_key is not None else texts[:1]
                kept.append(Kept(whole, owner if kind == "unique" else None))
    return tuple(kept)


def keeping_faults(
    table: Table, wanted: Iterable[tuple[Kept, bool]], items: Iterable[Item], now: datetime
) -> Iterator[str]:
    """What is wrong with these items; each that is wanted comes with whether it is so by now.

    The claim of an item that has expired may be there still, or be another's.
    """
    claims: dict[tuple[str, ...], str] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    for kept, is_alive in wanted:
        if kept.owner is None:
            counts[kept.texts] += 1
        elif is_alive:
            claims[kept.texts] = kept.owner
    for item in items:
        texts = _texts(table, item)
        if COUNT in item:
            expected, actual = counts.pop(texts, 0), int(item[COUNT]["N"])
            if expected != actual:
                yield f"the counter {texts[0]!r} says {actual}, and there are {expected}"
            continue
        owner = claims.pop(texts, None)
        if owner is None and not _is_over(table, item, now):
            yield f"{texts[0]!r} is claimed, and no item has the value"
        elif owner is not None and item[OWNER] != {"S": owner}:
            yield f"{texts[0]!r} is claimed for {item[OWNER]['S']!r} and must be for {owner!r}"
    yield from (f"the unique value {texts[0]!r} is not claimed" for texts in sorted(claims))
    yield from (f"{n} items are not counted in {texts[0]!r}" for texts, n in counts.items() if n)


def record_of(table: Table, item: Item) -> tuple[Identified, Row]:
    """The record of a request key as the model keeps it."""
    *tenant, _, key = map(unescape, _texts(table, item)[0].split("#")[:-1])
    until = item[UNTIL]
    if table.ttl is not None and item.get(table.ttl) != until:
        raise Broken(f"the record of the request key {key!r} lacks its TTL")
    results = tuple(_result(table, each) for each in item[RESULTS]["L"])
    record = Done(content=None, until=int(until["N"]), results=results)
    return Identified(next(iter(tenant), None), IDEMPOTENCY, (key,)), Row(record)


def _result(table: Table, stored: Mapping[str, Any]) -> object:
    if "NULL" in stored:
        return None
    item: Item = stored["M"]
    return codec_of(table.entities[item[table.entity_attribute]["S"]]).decode(item)


def _texts(table: Table, item: Item) -> tuple[str, ...]:
    names = (table.partition_key, table.sort_key)
    return tuple(str(item[name]["S"]) for name in names if name is not None)


def _is_over(table: Table, item: Item, now: datetime) -> bool:
    until = None if table.ttl is None else item.get(table.ttl, {}).get("N")
    return until is not None and float(until) <= now.timestamp()
