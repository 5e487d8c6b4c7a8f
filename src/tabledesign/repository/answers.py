"""Whole answers to entities: in one pass where their bytes are here, else row by row.

What the one pass refuses of an answer, a row of an older version or an unreadable one, is still
there as it is stored, and is read by itself when it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, cast, get_args

from tabledesign.codec import reader_of
from tabledesign.codec.answer import Answer, as_stored
from tabledesign.codec.forms import Form, Shape, marks_of
from tabledesign.dataclass import dataclass
from tabledesign.repository.rows import EXPIRED, RowReader
from tabledesign.schema.entity import Entity
from tabledesign.schema.table import Table
from tabledesign.wire import Item, Response

__all__ = ["Answered", "key_texts_of", "read_batch", "read_item", "read_page", "read_together"]

_UNMARKED: Final[Mapping[Shape, Form]] = {shape: Form(shape) for shape in get_args(Shape)}

Marks = Sequence[Mapping[str, Any]]
"""For each row the texts of its keys, and when it expires."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The rows of an answer in its order: all of them at once where they are ``clean``.

    Clean rows are entities or views, and none has expired. Others are taken one by one.
    """

    rows: Sequence[Any]
    clean: bool
    reader: RowReader
    response: Response
    now: datetime | None
    form: Form
    marks: Marks | None = None

    def __getitem__(self, number: int) -> Any:
        """The entity or the view, `EXPIRED`, or an `Unreadable`; raises as `RowReader.read`."""
        row = self.rows[number]
        if isinstance(row, dict):
            return self.reader.read(cast("Item", row), self.now)
        expiry = self.form.expiry
        if expiry is None or self.marks is None or self.now is None:
            return row
        return EXPIRED if self.marks[number][expiry] <= self.now.timestamp() else row

    def key(self, number: int, names: Iterable[str]) -> Item:
        """What a row of a page has of these attributes of its keys."""
        if self.marks is None or not self.form.keys:
            stored: Item = self.response["Items"][number]
            return {name: stored[name] for name in names if name in stored}
        mark = self.marks[number]
        return {name: {"S": mark[name]} for name in names if name in mark}


def read_page(
    reader: RowReader, response: Response, now: datetime | None, *, keys: tuple[str, ...] = ()
) -> tuple[Response, Answered]:
    """What an answer says beside its rows, and its rows; ``keys`` will be asked of some of them."""
    form = _form(reader, response, now, keys=keys)
    read = _in_one_pass(reader, response, form)
    if read is None:
        return response, _stored(reader, response, response["Items"], now)
    marks = read.get(marks_of("Items"))
    return read, _answered(reader, response, (read["Items"], marks), form, now)


def read_item(
    reader: RowReader, response: Response, now: datetime | None, place: str = "Item"
) -> Any | None:
    """The one row of an answer; None where there is none, or it has expired."""
    form = _form(reader, response, now)
    read = _in_one_pass(reader, response, form)
    row = (response if read is None else read).get(place)
    if row is None:
        return None
    if read is None:
        found = reader.read(row, now)
    elif form.expiry is None and not isinstance(row, dict):
        return row
    else:
        marks = read.get(marks_of(place))
        found = _answered(reader, response, ([row], None if marks is None else [marks]), form, now)[
            0
        ]
    return None if found is EXPIRED else found


def read_batch(
    reader: RowReader, response: Response, now: datetime | None, table_name: str
) -> Iterable[tuple[Hashable, Any]]:
    """Each row of a batch under the `key_texts_of` its primary key."""
    names = _primary_names(reader.table)
    form = _form(reader, response, now, "batch", keys=names)
    read = _in_one_pass(reader, response, form)
    held = (response if read is None else read)["Responses"].get(table_name, ())
    if read is None:
        rows = _stored(reader, response, held, now)
        return ((key_texts_of(reader.table, row), rows[n]) for n, row in enumerate(held))
    marks: Marks = read[marks_of("Responses")].get(table_name, ())
    rows = _answered(reader, response, (held, marks), form, now)
    texts = cast("Callable[[Mapping[str, str]], Hashable]", itemgetter(*names))
    return zip(map(texts, marks), held if rows.clean else map(rows.__getitem__, range(len(held))))


def read_together(
    table: Table,
    asked: Sequence[tuple[int, RowReader]],
    response: Response,
    now: datetime | None,
) -> list[Any | None]:
    """What stands at these places of a transaction's answer, each read by its own reader."""
    keys = {reader.keys[0].entity.__entity_name__: reader.keys[0] for _, reader in asked}
    together = RowReader(table, tuple(keys[name] for name in sorted(keys)), None, strict=True)
    form = _form(together, response, now, "together")
    read = _in_one_pass(together, response, form)
    marks = None if read is None else read.get(marks_of("Responses"))
    found: list[Any | None] = []
    for place, reader in asked:
        row = None if read is None else read["Responses"][place].get("Item")
        if row is None or type(row) is not reader.keys[0].entity:
            row = response["Responses"][place].get("Item") if read is None or row else None
            row = None if row is None else reader.read(row, now)
        elif marks is not None and form.expiry is not None and now is not None:
            expired = marks[place]["Item"][form.expiry] <= now.timestamp()
            row = EXPIRED if expired else row
        found.append(None if row is EXPIRED else row)
    return found


def key_texts_of(table: Table, item: Item) -> Hashable:
    """The texts of a primary key, to find a row by."""
    names = _primary_names(table)
    texts: Hashable = itemgetter(*names)({name: item[name]["S"] for name in names})
    return texts


def _primary_names(table: Table) -> tuple[str, ...]:
    return tuple(name for name in (table.partition_key, table.sort_key) if name is not None)


def _form(
    reader: RowReader,
    response: Response,
    now: datetime | None,
    shape: Shape = "page",
    *,
    keys: tuple[str, ...] = (),
) -> Form:
    ttl = reader.table.ttl
    if ttl is None or now is None or not isinstance(response, Answer):
        return Form(shape, keys) if keys else _UNMARKED[shape]
    # A name that JSON escapes is not looked for.
    mentioned = not ttl.isascii() or f'"{ttl}"'.encode() in response.body
    return Form(shape, keys, ttl if mentioned else None)


def _in_one_pass(reader: RowReader, response: Response, form: Form) -> Mapping[str, Any] | None:
    if not isinstance(response, Answer) or not reader.shows_all:
        return None
    first, *others = reader.keys
    entities: tuple[type[Entity], ...] = (first.entity,)
    if others:  # one entity may have several keys among those of a collection
        entities = tuple(dict.fromkeys([key.entity for key in reader.keys]))
    return reader_of(entities, reader.table.entity_attribute, reader.view).read(response.body, form)


def _stored(
    reader: RowReader, response: Response, rows: Sequence[Item], now: datetime | None
) -> Answered:
    return Answered(rows, not rows, reader, response, now, Form())


def _answered(
    reader: RowReader,
    response: Response,
    read: tuple[Sequence[Any], Marks | None],
    form: Form,
    now: datetime | None,
) -> Answered:
    rows, marks = read
    # No row is asked in Python: an entity may have an == or a length of its own.
    clean = dict not in set(map(type, rows))
    if not clean:
        rows = [as_stored(cast("Item", row)) if isinstance(row, dict) else row for row in rows]
    if form.expiry is not None and marks and now is not None:
        clean = clean and min(map(itemgetter(form.expiry), marks)) > now.timestamp()
    return Answered(rows, clean, reader, response, now, form, marks)
