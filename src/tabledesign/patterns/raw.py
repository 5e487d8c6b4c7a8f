"""Attributes and values as they are stored, beside the fields that expressions speak of."""

from __future__ import annotations

from tabledesign.codec import Codec
from tabledesign.dataclass import dataclass
from tabledesign.expressions import Path, Placeholders
from tabledesign.expressions.placeholders import encoded
from tabledesign.schema.entity import Entity
from tabledesign.wire import AttributeValue, Item

__all__ = ["Raw", "RawPath", "encoded_values", "placeholders"]


@dataclass(frozen=True, slots=True)
class Raw:
    """A value in DynamoDB's tagged form already."""

    value: AttributeValue


class RawPath(Path):
    """A stored attribute by its own name, where a `Path` names a field."""

    __slots__ = ()


def placeholders(codec: Codec[Entity]) -> Placeholders:
    """Placeholders that find a field where it is stored."""

    def locate(path: Path) -> Path:
        return path if isinstance(path, RawPath) else Path(codec.stored_path(path.segments))

    return Placeholders(locate=locate)


def encoded_values(into: Placeholders, codec: Codec[Entity]) -> Item:
    """The values of an expression, those in tagged form as they are."""
    return encoded(
        into.values,
        lambda at: (
            at.value.value
            if isinstance(at.value, Raw)
            else codec.encode_at(at.path.segments, at.value, at.role)
        ),
    )
