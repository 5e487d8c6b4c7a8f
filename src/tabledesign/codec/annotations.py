"""What an annotation says once Annotated, NewType and type aliases are looked through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin

from pydantic import Field
from pydantic.fields import FieldInfo

from tabledesign.codec.markers import AsNumber, EpochSeconds, Stored
from tabledesign.dataclass import dataclass

__all__ = ["CLOCK_BOUND", "NAIVE", "Spelled", "field_annotation", "shown", "spelled"]

# pydantic writes these as Annotated for type checkers, and as classes of their own when running.
_PYDANTIC: Final[dict[str, type[object]]] = {
    "AwareDatetime": datetime,
    "PastDatetime": datetime,
    "PastDate": date,
    "EmailStr": str,
}

CLOCK_BOUND: Final = frozenset({"FutureDate", "FutureDatetime"})
"""pydantic's types whose stored values turn invalid as time goes by."""

NAIVE: Final = "NaiveDatetime"
"""pydantic's type of datetimes that name no moment."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """An annotation taken apart: the type itself, its markers, and what else was said of it.

    ``members`` are the members of a union without None; ``alias`` is the type alias looked
    through last.
    """

    type: Any
    nullable: bool
    members: tuple[Any, ...]
    markers: tuple[AsNumber | EpochSeconds | Stored, ...]
    discriminator: object
    metadata: tuple[object, ...]
    alias: object


def spelled(annotation: object, metadata: Sequence[object] = ()) -> Spelled:
    """Take an annotation apart; ``metadata`` is what a field already took off it.

    >>> taken = spelled(Annotated[float | None, AsNumber()])
    >>> taken.type, taken.nullable, taken.markers
    (<class 'float'>, True, (AsNumber(),))
    """
    collected, alias, nullable = list(metadata), None, False
    while True:
        annotation, alias = _peel(annotation, collected, alias)
        if get_origin(annotation) not in (Union, UnionType):
            members: tuple[Any, ...] = ()
            break
        members = tuple(each for each in get_args(annotation) if each is not NoneType)
        nullable = nullable or len(members) < len(get_args(annotation))
        if len(members) != 1:
            break
        annotation = members[0]
    extra = [part for info in collected if isinstance(info, FieldInfo) for part in info.metadata]
    return Spelled(
        type=_plain_type(annotation),
        nullable=nullable,
        members=members,
        markers=tuple(m for m in collected if isinstance(m, AsNumber | EpochSeconds | Stored)),
        discriminator=_discriminator(collected),
        metadata=(*collected, *extra),
        alias=alias,
    )


def shown(annotation: object) -> str:
    """An annotation as a message names it.

    >>> shown(float), shown(list[int])
    ('float', 'list[int]')
    """
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return str(annotation).replace("typing.", "")


def field_annotation(info: FieldInfo) -> Any:
    """A field's annotation with the metadata it was declared with."""
    parts: list[Any] = list(info.metadata)
    if info.discriminator is not None:
        parts.append(Field(discriminator=info.discriminator))
    annotation: Any = info.annotation
    for part in parts:
        annotation = Annotated[annotation, part]
    return annotation


def _peel(annotation: object, collected: list[object], alias: object) -> tuple[object, object]:
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *metadata = get_args(annotation)
            collected += metadata
        elif hasattr(annotation, "__supertype__"):
            annotation = cast("object", getattr(annotation, "__supertype__"))  # noqa: B009
        elif type(annotation).__name__ == "TypeAliasType":
            alias = annotation
            annotation = cast("object", getattr(annotation, "__value__"))  # noqa: B009
        else:
            return annotation, alias


def _plain_type(annotation: object) -> object:
    if str(getattr(annotation, "__module__", "")).startswith("pydantic."):
        return _PYDANTIC.get(str(getattr(annotation, "__name__", "")), annotation)
    return annotation


def _discriminator(collected: Sequence[object]) -> object:
    for part in collected:
        # FieldInfo and pydantic's Discriminator both keep it under this name.
        found: object = getattr(part, "discriminator", None)
        if found is not None:
            return getattr(found, "discriminator", found)
    return None
