"""An entity to the JSON text of its stored item, by one function generated for its class.

The plain encoder makes a dict of dicts for `json` to walk; a text is made at once by an f-string
that holds all that is the same in every item. What the function is not made for, it raises on,
and the plain path writes the entity or refuses it: nothing is refused here.

No size is counted either. By DynamoDB's rule an item is never larger than its JSON text: a text's
UTF-8 bytes are at most its characters once all but ASCII is escaped, a number's bytes at most half
its digits and four against nine characters of tag and quotes, binary data grows in base64, true
and null are one byte against twelve; a list or map has three bytes against the eight of its tag,
and each element one byte against its comma, the first one's paid for by the tag. So only a text
above 400 KB is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from tabledesign.codec.codec import Codec
from tabledesign.codec.key_text import KeyWriter
from tabledesign.codec.source import Odd, Source, opened
from tabledesign.codec.value_text import KNOWN, ValueWriter
from tabledesign.limits import ITEM_BYTES
from tabledesign.schema.entity import Entity
from tabledesign.schema.key import BoundKey
from tabledesign.wire import json_text

__all__ = ["WriteItem", "WriteKey", "item_text", "key_text"]

Address = tuple[str, ...]
"""The texts of a primary key: the partition's, and the sort key's if there is one."""

WriteItem = Callable[[Entity, str | None], tuple[Address, str]]
"""An entity and a tenant to its address and the JSON of its item; raises for the plain path."""

WriteKey = Callable[[Mapping[str, object], str | None], tuple[Address, str]]
"""The values of a primary key and a tenant to the address and the JSON of the key; likewise."""


def item_text(entity: type[Entity], codec: Codec[Any]) -> WriteItem:
    """The function that writes the items of an entity; raises `Odd` where there can be none."""
    source = Source(KNOWN)
    values = ValueWriter(source)
    lines, shared, parts = values.fields(codec.record)
    keys = KeyWriter(
        source,
        {name: f"x{number}" for number, name in enumerate(codec.fields)},
        shared=shared,
        nullable=[name for name, field in codec.fields.items() if field.kind.nullable],
    )
    parts += [f",{json_text(stamp)[1:-1]}" for stamp in [codec.versions.stamp()] if stamp]
    names: list[str] = []
    present: dict[str, object] = {}
    for key in _keys(entity):
        if key.place.kind == "primary":
            names, members = keys.primary(key)
            present = {attribute: key.half(attribute) for attribute in _attributes(key)}
        else:
            members = keys.other(key, present)
            if not present and entity.__table__.partition_key in _attributes(key):
                raise Odd("a local index comes before its primary key")
        parts += members
    entity_name = quoted(entity.__entity_name__)
    parts.append(f',{quoted(entity.__table__.entity_attribute)}:{{"S":{entity_name}}}}}')
    source.add(
        "def write(e, tenant):",
        f"    if e.__class__ is not {source.name(entity)}: odd(e)",
        "    v = e.__dict__",
        *(f"    {line}" for line in (*lines, *keys.lines)),
        f"    t = {opened(parts)}",
        f"    if len(t) > {ITEM_BYTES}: odd(e)",
        f"    return ({', '.join(names)},), t",
    )
    write: WriteItem = source.compiled()["write"]
    return write


def key_text(entity: type[Entity]) -> WriteKey:
    """The function that writes the primary keys of an entity from the values of their parts."""
    source = Source(KNOWN)
    primary = next(key for key in _keys(entity) if key.place.kind == "primary")
    if primary.when.clauses:
        raise Odd("its primary key depends on other fields")
    fields = {name: f"x{number}" for number, name in enumerate(primary.fields)}
    keys = KeyWriter(source, fields)
    names, members = keys.primary(primary)
    source.add(
        "def write(v, tenant):",
        *(f"    {at} = v[{name!r}]" for name, at in fields.items()),
        *(f"    {line}" for line in keys.lines),
        f"    return ({', '.join(names)},), {opened([*members, '}'])}",
    )
    write: WriteKey = source.compiled()["write"]
    return write


def _keys(entity: type[Entity]) -> list[BoundKey[Any]]:
    """The keys that items are stored with, in the order of their attributes."""
    return [key for key in entity.__keys__.values() if key.place.kind != "inverted"]


def _attributes(key: BoundKey[Any]) -> list[str]:
    attributes = (key.place.partition_attribute, key.place.sort_attribute)
    return [attribute for attribute in attributes if attribute is not None]
