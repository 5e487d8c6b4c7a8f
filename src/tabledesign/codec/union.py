"""Tagged unions: models of which a Literal field says which one is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabledesign.codec.faults import Fault, Misread, wrong_kind
from tabledesign.codec.kind import Encode, Kind, misread_tag
from tabledesign.codec.record import Record
from tabledesign.wire import AttributeValue

__all__ = ["union_kind"]


def union_kind(stored_name: str, variants: Mapping[tuple[str, object], Record]) -> Kind:
    """The kind of a tagged union.

    ``stored_name`` is the discriminator's attribute; ``variants`` maps the stored
    discriminator, a tag and its content, to the model.
    """
    records = tuple(dict.fromkeys(variants.values()))
    encoders: dict[type, Encode] = {record.model: record.encode for record in records}
    names = " or ".join(record.model.__name__ for record in records)

    def encode(value: object) -> AttributeValue:
        write = encoders.get(type(value))
        if write is None:
            raise wrong_kind(value, names, f"pass a {names}")
        return write(value)

    def decode(stored: AttributeValue) -> Any:
        try:
            attributes = stored["M"]
        except KeyError:
            raise misread_tag(stored, "M") from None
        if stored_name not in attributes:
            raise Misread(f"has no {stored_name!r}, which says which of {names} it is")
        for tag, content in attributes[stored_name].items():
            record = variants.get((tag, content))
            if record is not None:
                return record.read_all(attributes)
        raise Misread([Fault((stored_name,), f"names none of {names}")])

    return Kind(name=names, tags=("M",), encode=encode, decode=decode, records=records)
