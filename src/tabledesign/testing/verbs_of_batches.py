"""Verbs that are many writes in one: each of them happens, or is handed back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tabledesign.dataclass import replace
from tabledesign.errors import OutcomeUnknown
from tabledesign.schema.entity import Entity
from tabledesign.schema.query import Identity
from tabledesign.testing.calls import Expected, Write
from tabledesign.testing.clients import Raised, Returned, Seen
from tabledesign.testing.drawing import draw_entity
from tabledesign.testing.model import Rows, identify
from tabledesign.testing.outcomes import Wish, at_identity, carried_out
from tabledesign.testing.source import Source, choice
from tabledesign.testing.verbs import DELETE_IF_EXISTS, Verb, single, write_of
from tabledesign.testing.write_drawing import Around, Drawn, draw_identity, draw_put

__all__ = ["BATCHES"]


def _one_kind(source: Source, around: Around) -> Drawn:
    kind = choice(source, around.entities)
    count = source.integer(1, 4)
    return ([draw_entity(source, kind, around.values) for _ in range(count)],)


def _any_kind(source: Source, around: Around) -> Drawn:
    return ([draw_put(source, around)[0] for _ in range(source.integer(1, 4))],)


def _identities(source: Source, around: Around) -> Drawn:
    return ([draw_identity(source, around) for _ in range(source.integer(1, 4))],)


def _whole(rows: Rows, _tenant: str | None, _now: datetime, _handed: object) -> Expected:
    """What a batch does is judged by what it is split into."""
    return Expected(rows)


def _split_puts(client: int, arguments: tuple[Any, ...], seen: Seen) -> list[tuple[Write, Seen]]:
    """Each entity by itself: of equal primary keys the last one, unknown where it was left."""
    entities: Sequence[Entity] = arguments[0]
    last = {identify(None, entity): entity for entity in entities}
    seen, left = _checked(entities, seen)
    return [(write_of(_PUT, client, (each,)), _outcome(each, left, seen)) for each in last.values()]


def _split_deletes(client: int, arguments: tuple[Any, ...], seen: Seen) -> list[tuple[Write, Seen]]:
    identities: Sequence[Identity[Any]] = arguments[0]
    last = {at_identity(None, identity): identity for identity in identities}
    seen, left = _checked(identities, seen)
    return [
        (write_of(DELETE_IF_EXISTS, client, (each,)), _outcome(each, left, seen))
        for each in last.values()
    ]


def _split_all(client: int, arguments: tuple[Any, ...], seen: Seen) -> list[tuple[Write, Seen]]:
    """Those with rules as one transaction, then each of the others unless that one failed."""
    entities: Sequence[Entity] = arguments[0]
    seen, left = _checked(entities, seen)
    last = {identify(None, entity): entity for entity in entities}.values()
    ruled = {str(n): Wish("put", each) for n, each in enumerate(last) if _has_rules(each)}
    plain = [entity for entity in last if not _has_rules(entity)]
    result: Any = None if isinstance(seen, Raised) else seen.value
    error = None if result is None else result.error
    parts: list[tuple[Write, Seen]] = []
    if ruled:
        refused = any(wish.target is each for wish in ruled.values() for each in left)
        outcome = seen if result is None else Returned(None)
        if refused and error is not None:
            outcome = Raised(error)
            plain = []
        parts.append((write_of(_TOGETHER, client, (ruled,)), outcome))
    for each in plain:
        parts.append((write_of(_PUT, client, (each,)), _outcome(each, left, seen)))
    return parts


def _together(rows: Rows, tenant: str | None, now: datetime, wishes: dict[str, Wish]) -> Expected:
    carried = carried_out(rows, tenant, now, wishes)
    types = {kind for kinds in carried.errors.values() for kind in kinds}
    return Expected(carried.after, error=tuple(types) or None)


def _checked(handed: Sequence[Any], seen: Seen) -> tuple[Seen, Sequence[Any]]:
    """What was seen, and what was left; a count that is not what was handed in is an error."""
    if isinstance(seen, Raised):
        return seen, ()
    result: Any = seen.value
    if result.done + len(result.left) != len(handed):
        fault = "done and left are not what was handed in"
        return Raised(AssertionError(fault)), ()
    return seen, result.left


def _outcome(item: object, left: Iterable[object], seen: Seen) -> Seen:
    if isinstance(seen, Raised):
        return seen
    if any(item is each for each in left):
        unknown = "left by the batch; it may have been written"
        return Raised(OutcomeUnknown(unknown, code="testing.left"))
    return Returned(None)


def _has_rules(entity: Entity) -> bool:
    kind = type(entity)
    return bool(kind.__rules__) or kind.__settings__.version is not None


def _puts(rows: Rows, tenant: str | None, now: datetime, entity: Entity) -> Expected:
    return replace(single("put")(rows, tenant, now, entity), value=None)


# A batch tells how many it wrote, not what they are now.
_PUT = Verb("put", _any_kind, _puts)
_TOGETHER = Verb("put_all", _any_kind, _together)

BATCHES: tuple[Verb, ...] = (
    Verb("put_many", _one_kind, _whole, 4, split=_split_puts),
    Verb("put_all", _any_kind, _whole, 4, split=_split_all),
    Verb("delete_many", _identities, _whole, 3, split=_split_deletes),
)
