"""From an annotation to its kind: the closed list of types that are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, Flag
from types import NoneType
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from tabledesign.codec import refusing
from tabledesign.codec.annotations import CLOCK_BOUND, NAIVE, Spelled, shown, spelled
from tabledesign.codec.choices import enum_kind, literal_kind
from tabledesign.codec.containers import (
    SET_TAGS,
    dict_kind,
    fixed_kind,
    list_kind,
    nullable_kind,
    set_kind,
)
from tabledesign.codec.kind import Kind
from tabledesign.codec.markers import AsNumber, EpochSeconds, Stored
from tabledesign.codec.moments import DAY, EPOCH, INSTANT
from tabledesign.codec.record import Record, record_kind
from tabledesign.codec.scalars import (
    BINARY,
    BOOLEAN,
    DECIMAL,
    FLOAT,
    IDENTIFIER,
    NOTHING,
    TEXT,
    WHOLE,
)
from tabledesign.codec.union import union_kind
from tabledesign.errors import Refusal

__all__ = ["KindMaker", "RecordOf"]

RecordOf: TypeAlias = Callable[[type[BaseModel], str], Record | None]
"""Compiles a nested model found at a place; None where it is refused."""

_SINGLE: Final[Mapping[object, Kind]] = {
    bool: BOOLEAN,
    int: WHOLE,
    str: TEXT,
    Decimal: DECIMAL,
    bytes: BINARY,
    date: DAY,
    datetime: INSTANT,
    UUID: IDENTIFIER,
    NoneType: NOTHING,
    None: NOTHING,
}

_BARE: Final[Mapping[type[Any], str]] = {
    list: "list[str]",
    tuple: "tuple[str, ...]",
    set: "set[str]",
    frozenset: "frozenset[str]",
    dict: "dict[str, str]",
}


class KindMaker:
    """Makes kinds, and collects what it has to refuse; a refused annotation has no kind."""

    def __init__(self, record_of: RecordOf) -> None:
        self.refusals: list[Refusal] = []
        self._record_of = record_of
        self._aliases: list[object] = []

    def make(self, annotation: object, where: str, metadata: Sequence[object] = ()) -> Kind | None:
        """The kind of an annotation; ``metadata`` is what a field already took off it."""
        taken = spelled(annotation, metadata)
        if taken.alias is not None and any(taken.alias is alias for alias in self._aliases):
            remedy = "Make it a model whose field holds the model"
            return self._refuse(refusing.unsupported(where, "the type alias holds itself", remedy))
        self._aliases.append(taken.alias)
        try:
            kind = self._inner(taken, where)
        finally:
            self._aliases.pop()
        if kind is None or not taken.nullable:
            return kind
        if kind.empty is not None:
            return self._refuse(refusing.optional_set(where))
        return kind if kind.nullable else nullable_kind(kind)

    def _inner(self, taken: Spelled, where: str) -> Kind | None:
        for part in taken.metadata:
            # EncodedBytes, EncodedStr and Json turn their input into something else.
            name = type(part).__name__
            if name.startswith("Encoded") or name == "Json":
                return self._refuse(refusing.transformed(where, name))
        if taken.members:
            return self._union(taken, where)
        kind = self._plain(taken, where)
        if kind is not None:
            self._check_markers(taken, where)
        return kind

    def _plain(self, taken: Spelled, where: str) -> Kind | None:
        annotation, origin = taken.type, get_origin(taken.type)
        if origin is Literal:
            return self._literal(get_args(annotation), where)
        if origin in (list, set, frozenset, tuple, dict):
            return self._container(origin, get_args(annotation), where)
        if annotation is float:
            if any(isinstance(marker, AsNumber) for marker in taken.markers):
                return FLOAT
            return self._refuse(refusing.plain_float(where))
        if annotation is datetime and any(isinstance(m, EpochSeconds) for m in taken.markers):
            return EPOCH
        try:
            return _SINGLE[annotation]
        except (KeyError, TypeError):
            return self._class(annotation, where)

    def _class(self, annotation: object, where: str) -> Kind | None:
        name = shown(annotation)
        if name in CLOCK_BOUND:
            return self._refuse(refusing.clock_bound(where, name))
        if name == NAIVE:
            return self._unsupported(
                where, "a datetime without a time zone names no moment", "Use AwareDatetime"
            )
        if not isinstance(annotation, type):
            return self._unsupported(where, f"{name} is not a type that is stored")
        if annotation in _BARE:
            return self._unsupported(
                where, f"{name} does not say what it holds", f"Say it: {_BARE[annotation]}"
            )
        if issubclass(annotation, BaseModel):
            record = self._record_of(annotation, where)
            return None if record is None else record_kind(record)
        if issubclass(annotation, Enum):
            return self._enum(annotation, where)
        if issubclass(annotation, str):
            return TEXT
        if issubclass(annotation, int):
            return WHOLE
        return self._unsupported(where, f"{name} is not a type that is stored")

    def _enum(self, members: type[Enum], where: str) -> Kind | None:
        if issubclass(members, Flag):
            return self._unsupported(
                where, "a Flag stands for several members at once", "Use set[...] of an Enum"
            )
        return enum_kind(members) or self._unsupported(
            where,
            f"a member of {members.__name__} has a value that is neither str nor int",
            "Give all its members str or int values",
        )

    def _literal(self, values: tuple[object, ...], where: str) -> Kind | None:
        rest = tuple(value for value in values if value is not None)
        kind = literal_kind(rest) if rest else NOTHING
        if kind is None:
            return self._unsupported(
                where,
                "a value of the Literal is neither str, int nor bool, or stands in it twice",
                "Give it distinct values of these types",
            )
        return nullable_kind(kind) if len(rest) < len(values) else kind

    def _container(self, origin: Any, args: tuple[Any, ...], where: str) -> Kind | None:
        if origin is dict:
            return self._dict(args, where)
        if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
            places = [self.make(arg, f"{where}[{n}]") for n, arg in enumerate(args)]
            made = tuple(kind for kind in places if kind is not None)
            return fixed_kind(made) if len(made) == len(places) else None
        element = self.make(args[0], f"{where}[]")
        if element is None:
            return None
        if origin in (list, tuple):
            return list_kind(element, as_tuple=origin is tuple)
        if len(element.tags) == 1 and element.tag in SET_TAGS and not element.nullable:
            return set_kind(element, frozen=origin is frozenset)
        return self._unsupported(
            where,
            f"DynamoDB's sets hold texts, numbers or binary data, and not {element.name}"
            + (" or null" if element.nullable else ""),
            "Use a list",
        )

    def _dict(self, args: tuple[Any, ...], where: str) -> Kind | None:
        key = self.make(args[0], f"{where}[key]")
        element = self.make(args[1], f"{where}[]")
        if key is None or element is None:
            return None
        if key.tags != ("S",) or key.nullable:
            return self._unsupported(
                where, f"DynamoDB's maps have text keys, and not {key.name}", "Use str keys"
            )
        return dict_kind(key, element)

    def _union(self, taken: Spelled, where: str) -> Kind | None:
        name = taken.discriminator
        models = [spelled(member).type for member in taken.members]
        if not isinstance(name, str) or not all(
            isinstance(model, type) and issubclass(model, BaseModel) for model in models
        ):
            return self._refuse(refusing.untagged_union(where, taken.members))
        variants: dict[tuple[str, object], Record] = {}
        stored_names: set[str] = set()
        for model in models:
            record = self._record_of(model, where)
            if record is None:
                return None
            # The model may hold this very union, and then its record is not complete yet.
            stored_name, tags = _discriminator_of(model, name)
            stored_names.add(stored_name)
            variants.update(dict.fromkeys(tags, record))
        if len(stored_names) > 1:
            return self._unsupported(
                where,
                f"the discriminator {name!r} has several stored names",
                "Give it the same Stored(...) in every class",
            )
        return union_kind(stored_names.pop(), variants)

    def _check_markers(self, taken: Spelled, where: str) -> None:
        remedies: dict[type[object], tuple[object, str]] = {
            AsNumber: (float, "Put it on the float itself: Annotated[float, AsNumber()]"),
            EpochSeconds: (
                datetime,
                "Put it on the datetime itself: Annotated[datetime, EpochSeconds()]",
            ),
        }
        for marker in taken.markers:
            wanted, remedy = remedies.get(type(marker), (None, "Put it on the field itself"))
            if taken.type is not wanted:
                self.refusals.append(refusing.misplaced_marker(where, marker, remedy))

    def _unsupported(self, where: str, fault: str, remedy: str = "") -> Kind | None:
        return self._refuse(refusing.unsupported(where, fault, remedy))

    def _refuse(self, refusal: Refusal) -> Kind | None:
        self.refusals.append(refusal)
        return None


def _discriminator_of(model: type[BaseModel], name: str) -> tuple[str, list[tuple[str, object]]]:
    info = model.model_fields[name]
    stored = [part.attribute for part in info.metadata if isinstance(part, Stored)]
    values = get_args(spelled(info.annotation).type)
    kind = literal_kind(values)
    tags = [] if kind is None else [tag for v in values for tag in kind.encode(v).items()]
    return stored[-1] if stored else name, tags
