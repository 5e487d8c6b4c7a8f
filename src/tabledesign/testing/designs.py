"""Random table designs: entities with keys on random indexes, and a pattern for every key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from inspect import Parameter, Signature
from types import new_class
from typing import Any, Final, cast
from uuid import UUID

from tabledesign.errors import DesignError
from tabledesign.keys.bounds import Range, StartsWith
from tabledesign.keys.composite import Label
from tabledesign.patterns.pattern import access_pattern
from tabledesign.repository.repository import Repository
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey, First, Key, Last
from tabledesign.schema.query import Query
from tabledesign.schema.table import Table
from tabledesign.schema.when import absent, equals, present
from tabledesign.testing.source import Source, chance, choice

__all__ = ["draw_design"]

TRIES: Final = 50


class Colour(Enum):
    """An Enum whose values hold a delimiter and a look-alike."""

    RED = "r"
    ROSE = "r#1"
    BLUE = "b"


PARTS: Final[Sequence[Any]] = (
    str,
    str,
    str,
    int,
    Decimal,
    bool,
    date,
    datetime,
    UUID,
    bytes,
    Colour,
)
PLAIN: Final[Sequence[Any]] = (
    str, int, Decimal, list[str], frozenset[int], dict[str, int], tuple[int, str], bytes, Colour,
)  # fmt: skip


def draw_design(source: Source) -> type[Repository]:
    """A repository over one to three entities; every key has a pattern that asks it.

    A design that is refused is drawn anew; raises `DesignError` after 50 refusals in a row.
    """
    refused: DesignError | None = None
    for _ in range(TRIES):
        try:
            return _design(source)
        except DesignError as error:
            refused = error
    assert refused is not None, "a design was drawn or refused"
    raise refused


def _design(source: Source) -> type[Repository]:
    indexes = [f"gsi{number}" for number in range(1, source.integer(1, 4))]
    local = ["lsi1"] if chance(source, 20) else []
    table = Table(
        "drawn",
        global_indexes=indexes,
        local_indexes=local,
        tenants=chance(source, 50),
        sort_key="sk",
    )
    entities = [_entity(source, table, name) for name in ("A", "A1", "B")[: source.integer(1, 3)]]
    body: dict[str, Any] = {}
    for entity in entities:
        for key in entity.__keys__.values():
            name = f"{entity.__name__.lower()}_{key.name}"
            body[name] = access_pattern(cast("Any", _pattern(source, key)))
    made = new_class("Drawn", (Repository,), {"table": table}, lambda space: space.update(body))
    return cast("type[Repository]", made)


def _entity(source: Source, table: Table, name: str) -> type[Entity]:
    parts = {f"k{number}": choice(source, PARTS) for number in range(source.integer(2, 4))}
    optional = {f"o{number}": choice(source, PARTS) for number in range(source.integer(1, 3))}
    plain = {f"f{number}": choice(source, PLAIN) for number in range(source.integer(1, 2))}
    annotations: dict[str, Any] = {
        **parts,
        **plain,
        **{field: kind | None for field, kind in optional.items()},
    }
    body: dict[str, Any] = dict.fromkeys(optional)
    names = list(parts)
    cut = source.integer(1, len(names))
    body["by_id"] = Key(partition=names[:cut], sort=names[cut:])
    for place in table.places[1:]:
        if chance(source, 75):
            is_local = place.kind == "local"
            body[str(place.name)] = _key(
                source, str(place.name), parts, optional, is_local=is_local
            )

    def fill(space: dict[str, Any]) -> None:
        space.update(body)
        space["__annotations__"] = annotations
        space["__module__"] = __name__

    return cast("type[Entity]", new_class(name, (Entity,), {"table": table}, fill))


def _key(
    source: Source,
    index: str,
    parts: dict[str, Any],
    optional: dict[str, Any],
    *,
    is_local: bool,
) -> Key:
    fields = [*parts, *optional]
    sort: list[Any] = []
    for name in dict.fromkeys(choice(source, fields) for _ in range(source.integer(1, 3))):
        if name in optional and chance(source, 50):
            # Text may sort after any mark, so its absence can only come first.
            bounded = optional[name] in (int, date, datetime)
            sort.append(Last(name) if bounded and chance(source, 50) else First(name))
        else:
            sort.append(name)
    if chance(source, 25):
        sort.insert(0, Label(choice(source, ("open", "open#", "p1"))))
    when = None
    if chance(source, 30):
        field = choice(source, list(optional))
        conditions: list[Any] = [absent(field), present(field)]
        if optional[field] is bool:
            conditions.append(equals(field, True))
        when = choice(source, conditions)
    if is_local:
        return Key(index, sort=sort, when=when)
    partition = list(dict.fromkeys(choice(source, fields) for _ in range(2)))
    label = choice(source, (None, "one", "p1"))
    return Key(
        index, partition=partition[: source.integer(0, 2)], sort=sort, label=label, when=when
    )


def _pattern(source: Source, key: BoundKey[Any]) -> Callable[..., Query[Any]]:
    """Asks the partition, some leading sort parts, and perhaps an operator on the next one."""
    annotations: dict[str, Any] = {}
    fields = key.entity.model_fields
    sort = list(key.sort_fields)
    given = source.integer(0, len(sort))
    for name in [*key.partition_fields, *sort[:given]]:
        annotations[name] = _required(fields[name].annotation)
    if given < len(sort) and chance(source, 70):
        kind: Any = _required(fields[sort[given]].annotation)
        is_text = kind is str and chance(source, 40)
        annotations[sort[given]] = StartsWith if is_text else Range[kind]
    descending = chance(source, 40)

    if descending:

        def ask(_self: Any, **given: Any) -> Query[Any]:
            return key.query(**given).latest_first()
    else:

        def ask(_self: Any, **given: Any) -> Query[Any]:
            return key.query(**given)

    positional = Parameter.POSITIONAL_OR_KEYWORD
    ask.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter("self", positional),
            *(Parameter(n, positional, annotation=kind) for n, kind in annotations.items()),
        ]
    )
    ask.__name__ = f"{key.entity.__name__.lower()}_{key.name}"
    ask.__doc__ = f"What {key} holds."
    return ask


def _required(annotation: Any) -> Any:
    from tabledesign.schema.binding import required_type

    return required_type(annotation)
