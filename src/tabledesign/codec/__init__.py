"""Entities to stored items and back, compiled once per class.

Types that are stored: str, int, Decimal, bool, None, bytes, date, datetime (aware), UUID, Enum,
Literal, sets of texts, numbers or binary data, lists, tuples, dicts with text keys, nested
models, tagged unions of them, and ``X | None``; float where `AsNumber` says so. Everything else
is refused when the class is compiled.

None and absence are two things: a None that was given is stored as null, and one that is the
default and was not given is not stored. DynamoDB has no empty set: an empty set is stored as
absence, and absence reads back as the empty set.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import BaseModel

from tabledesign.codec.codec import Codec, compile_codec, refusals_of
from tabledesign.codec.faults import Fault, Segment, Unreadable
from tabledesign.codec.kind import Kind, Tag
from tabledesign.codec.markers import AsNumber, EpochSeconds, Stored
from tabledesign.codec.plain import plain, tagged
from tabledesign.codec.record import FieldCodec
from tabledesign.codec.roles import Role
from tabledesign.codec.size import check_size, item_size
from tabledesign.codec.versions import Upcaster, Upcasters

if TYPE_CHECKING:
    from tabledesign.codec.page_reader import PageReader, Readable
    from tabledesign.codec.partial import PartialCodec

__all__ = [
    "AsNumber",
    "Codec",
    "EpochSeconds",
    "Fault",
    "FieldCodec",
    "Kind",
    "Role",
    "Segment",
    "Stored",
    "Tag",
    "Unreadable",
    "Upcaster",
    "Upcasters",
    "check_size",
    "codec_of",
    "compile_codec",
    "item_size",
    "part_of",
    "plain",
    "reader_of",
    "refusals_of",
    "tagged",
]

ModelT = TypeVar("ModelT", bound=BaseModel)

_making = threading.RLock()  # what is kept with a class is made once, whoever asks first


def codec_of(entity: type[ModelT]) -> Codec[ModelT]:
    """The entity's codec, compiled at its first use and kept with the class.

    Raises `DesignError` with everything that keeps the class from being stored.
    """
    # Looked up in the class's own namespace: a subclass has a codec of its own.
    known = entity.__dict__.get("__codec__")
    if known is None:
        with _making:
            known = entity.__dict__.get("__codec__") or _compiled(entity)
    return cast("Codec[ModelT]", known)


def _compiled(entity: type[ModelT]) -> Codec[ModelT]:
    codec = compile_codec(
        entity,
        version=getattr(entity, "__entity_version__", 1),
        upcasters=getattr(entity, "__upcasters__", {}),
        version_attribute=getattr(entity, "__version_attribute__", "entity_version"),
    )
    type.__setattr__(entity, "__codec__", codec)
    return codec


def reader_of(
    entities: tuple[type[BaseModel], ...], attribute: str, view: type[BaseModel] | None = None
) -> PageReader:
    """The reader of answers that hold these entities, made at its first use and kept with them.

    With ``view`` rows of the one entity are read as that. Why an entity is not read in one pass
    is said once, to the log.
    """
    asked = entities, attribute, view
    known = _readers(entities[0]).get(asked)
    if known is None:
        with _making:
            kept = _readers(entities[0])
            known = kept.get(asked) or _reader(*asked)
            type.__setattr__(entities[0], "__page_readers__", {**kept, asked: known})
    return known


def _readers(entity: type[BaseModel]) -> dict[object, PageReader]:
    kept: dict[object, PageReader] | None = entity.__dict__.get("__page_readers__")
    return {} if kept is None else kept


def _reader(
    entities: tuple[type[BaseModel], ...], attribute: str, view: type[BaseModel] | None
) -> PageReader:
    from tabledesign.codec.page_reader import PageReader

    names = {getattr(each, "__entity_name__", each.__name__): each for each in entities}
    codecs: dict[str, Readable] = {name: codec_of(each) for name, each in names.items()}
    if view is not None:
        codecs = {name: part_of(each, view) for name, each in names.items()}
    reader = PageReader(codecs, attribute)
    if reader.reason is not None:
        import logging

        what = " and ".join(names) if view is None else view.__name__
        logging.getLogger(__name__).warning("%s: read row by row, since %s", what, reader.reason)
    return reader


def part_of(entity: type[BaseModel], view: type[BaseModel]) -> PartialCodec:
    """The codec that reads rows of an entity as a view of it, made at its first use."""
    known: PartialCodec | None = view.__dict__.get("__part__")
    if known is not None:
        return known
    from tabledesign.codec.partial import PartialCodec

    with _making:
        made = view.__dict__.get("__part__") or PartialCodec(codec_of(entity), view)
        type.__setattr__(view, "__part__", made)
    return made
