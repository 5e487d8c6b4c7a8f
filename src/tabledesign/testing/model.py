"""The reference model: entities in a dict; a pattern is answered by filter and sort.

It knows no key texts and no requests. Of the design it reads which fields a key declares, in
which order, and what a pattern gives them; all the rest is plain Python over entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from tabledesign.dataclass import dataclass
from tabledesign.expressions import Condition
from tabledesign.keys.bounds import Range, Slot, StartsWith
from tabledesign.keys.composite import Label
from tabledesign.keys.template import Template
from tabledesign.schema.binding import declared_keys
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey, First, Key, Last
from tabledesign.schema.query import Lookups, Query, Question
from tabledesign.testing.conditions import holds

__all__ = [
    "Answer",
    "Done",
    "Identified",
    "Row",
    "Rows",
    "answer",
    "identify",
    "primary_fields",
    "row_of",
]


class Identified(NamedTuple):
    """What makes an item the same item: its tenant, its entity, its primary key's values."""

    tenant: str | None
    entity: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An entity as it is stored; ``absent`` are fields without an attribute, not even null."""

    entity: Entity
    absent: frozenset[str] = frozenset()


Rows = Mapping[Identified, Row]


class Done(Entity):
    """What was done once under a request key: for which content, until when, with which results.

    It stands among the rows as ``Identified(tenant, "idempotency", (key,))``. What is stored
    does not tell the content, which is not compared therefore.
    """

    content: str | None
    until: int
    results: tuple[Any, ...]

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Done) and self.until == other.until
        return same and self.results == cast("Done", other).results

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that answer a question, in order; rows of equal place may stand in any order."""

    rows: tuple[Row, ...]
    places: tuple[object, ...]
    ordered: bool = True


def row_of(entity: Entity) -> Row:
    """The row of a whole entity: a None that is the default and was not given is absent."""
    absent = {
        name
        for name, value in entity.__dict__.items()
        if value in (set(), frozenset())
        or (
            value is None
            and name not in entity.model_fields_set
            and type(entity).model_fields[name].default is None
        )
    }
    return Row(entity, frozenset(absent))


def identify(tenant: str | None, entity: Entity) -> Identified:
    """The identity of an entity."""
    names = primary_fields(type(entity))
    values = tuple(getattr(entity, name) for name in names)
    return Identified(tenant, type(entity).__entity_name__, values)


_declared = cache(declared_keys)


@cache
def primary_fields(entity: type[Entity]) -> tuple[str, ...]:
    """The fields of the primary key, the partition's first."""
    primary = next(key for key in _declared(entity).values() if key.index is None)
    return tuple(dict.fromkeys(_fields(primary.partition) + _fields(primary.sort)))


def answer(rows: Iterable[Row], question: Question, arguments: Mapping[str, object]) -> Answer:
    """What the question must give of these rows, which are one tenant's and have not expired."""
    given = {name: _filled(value, arguments) for name, value in question.given.items()}
    if isinstance(question, Lookups):
        return _answer_each(list(rows), question.keys[0].entity, question.varied, given)
    found: list[tuple[object, Row]] = []
    ordered = True
    for key in question.keys:
        partition, sort = _halves(key)
        ordered = ordered and not isinstance(sort, Template)
        asked = _renamed(given, question, partition)
        for row in rows:
            if type(row.entity) is key.entity and _answers(row, key, asked, question, arguments):
                found.append(((key.entity.__entity_name__, *_place(row.entity, sort)), row))
    descending = isinstance(question, Query) and question.descending
    if ordered:
        found.sort(key=lambda pair: cast("Any", pair[0]), reverse=descending)
    return Answer(tuple(row for _, row in found), tuple(place for place, _ in found), ordered)


def _answer_each(
    rows: list[Row], kind: type[object], varied: str, given: Mapping[str, object]
) -> Answer:
    found: list[Row] = []
    for value in cast("list[object]", given[varied]):
        wanted = {**given, varied: value}
        for row in rows:
            entity = row.entity
            if type(entity) is kind and all(
                getattr(entity, name) == wanted[name] for name in primary_fields(type(entity))
            ):
                found.append(row)
                break
        else:
            found.append(_NOTHING)
    return Answer(tuple(found), tuple(range(len(found))))


_NOTHING = cast("Row", None)


def _filled(value: object, arguments: Mapping[str, object]) -> object:
    if isinstance(value, Slot):
        return arguments[value.name]
    if isinstance(value, Range):
        ends = cast("Range[object]", value)
        start, end = _filled(ends.start, arguments), _filled(ends.end, arguments)
        return Range(start, end, include_start=ends.include_start, include_end=ends.include_end)
    if isinstance(value, StartsWith):
        return StartsWith(cast("str", _filled(value.text, arguments)))
    return value


def _halves(key: BoundKey[Any]) -> tuple[Any, Any]:
    """The declared parts of the partition and of the sort key."""
    entity: type[Entity] = key.entity
    declared = _declared(entity)
    own: Key = declared[key.name]
    primary = next(each for each in declared.values() if each.index is None)
    if key.place.kind == "inverted":
        return primary.sort, primary.partition
    return (primary.partition if key.place.kind == "local" else own.partition), own.sort


def _fields(parts: Any) -> tuple[str, ...]:
    if isinstance(parts, Template):
        return parts.fields
    named = (part for part in parts or () if not isinstance(part, Label))
    return tuple(part if isinstance(part, str) else part.field for part in named)


def _renamed(given: Mapping[str, object], question: Question, partition: Any) -> dict[str, object]:
    """A collection's parts are called as in its first key; each key has its own names for them."""
    first = _fields(_halves(question.keys[0])[0])
    own = dict(zip(first, _fields(partition), strict=False))
    return {own.get(name, name): value for name, value in given.items()}


def _answers(
    row: Row,
    key: BoundKey[Any],
    given: Mapping[str, object],
    question: Question,
    arguments: Mapping[str, object],
) -> bool:
    entity = row.entity
    partition, sort = _halves(key)
    for part in [*_parts(partition), *_parts(sort)]:
        if isinstance(part, str) and getattr(entity, part) is None:
            return False
    for clause in key.when.clauses:
        if (getattr(entity, clause.field) in clause.values) is clause.negated:
            return False
    if not all(_meets(getattr(entity, name), wanted) for name, wanted in given.items()):
        return False
    condition = question.condition if isinstance(question, Query) else None
    return condition is None or holds(
        cast("Condition", condition), entity, row.absent, lambda value: _filled(value, arguments)
    )


def _parts(parts: Any) -> list[object]:
    if isinstance(parts, Template):
        return list(parts.fields)
    return [part for part in parts or () if not isinstance(part, Label)]


def _meets(value: Any, wanted: object) -> bool:
    if isinstance(wanted, StartsWith):
        return isinstance(value, str) and value.startswith(wanted.text)
    if not isinstance(wanted, Range):
        return bool(value == wanted)
    if value is None:
        return False  # a range leaves out the rows in which its part is absent
    ends, at = cast("Range[object]", wanted), _ranked(value)
    if ends.start is not None:
        start = _ranked(ends.start)
        if at < start or (at == start and not ends.include_start):
            return False
    if ends.end is not None:
        end = _ranked(ends.end)
        if at > end or (at == end and not ends.include_end):
            return False
    return True


def _place(entity: Entity, sort: Any) -> tuple[object, ...]:
    """What the entity's place in the order is: its sort parts, absent ones first or last."""
    place: list[object] = []
    for part in () if isinstance(sort, Template) else sort:
        if isinstance(part, Label):
            place.append(part.text)
            continue
        value = getattr(entity, part if isinstance(part, str) else part.field)
        if isinstance(part, First | Last) and value is None:
            place.append((0 if isinstance(part, First) else 2,))
        else:
            place.append((1, _ranked(value)))
    return tuple(place)


def _ranked(value: Any) -> Any:
    """The value as it is ordered."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return str(value) if isinstance(value, UUID) else value
