"""From declared keys to bound ones: parts looked up among the fields, faults listed."""

from __future__ import annotations

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from tabledesign.errors import InputError, Refusal
from tabledesign.keys import composite
from tabledesign.keys.composite import Composite, Label
from tabledesign.keys.scalars import Scalar, scalar_of, why_not
from tabledesign.keys.template import Template
from tabledesign.schema.integrity import RESERVED_NAMES
from tabledesign.schema.key import TENANT, BoundKey, First, Key, Last, Part
from tabledesign.schema.table import Place, Table
from tabledesign.schema.when import When

if TYPE_CHECKING:
    from tabledesign.schema.entity import Entity

__all__ = ["bind_keys", "declared_keys", "is_optional", "nearest", "required_type"]


def bind_keys(entity: type[Entity]) -> tuple[dict[str, BoundKey[Any]], list[Refusal]]:
    """Every declared key of the entity bound to its table, and what is wrong with the others."""
    bound: dict[str, BoundKey[Any]] = {}
    refusals: list[Refusal] = []
    declared = declared_keys(entity)
    primary = next((key for key in declared.values() if key.index is None), None)
    for name, key in declared.items():
        binder = _Binder(entity, key, name, primary)
        result = binder.bind()
        refusals.extend(binder.refusals)
        if result is not None and not binder.refusals:
            bound[name] = result
    return bound, refusals


def declared_keys(entity: type) -> dict[str, Key]:
    """The keys a class declares or inherits, by name, in order of declaration."""
    keys: dict[str, Key] = {}
    for base in reversed(entity.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Key):
                keys[name] = value
    return keys


def required_type(annotation: object) -> object:
    """The annotation without its None."""
    if get_origin(annotation) is Annotated:
        return required_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        rest = tuple(arg for arg in get_args(annotation) if arg is not NoneType)
        if len(rest) == 1:
            return rest[0]
    return annotation


def is_optional(annotation: object) -> bool:
    """Whether None is among the annotation's values."""
    if get_origin(annotation) is Annotated:
        return is_optional(get_args(annotation)[0])
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)


def nearest(name: str, names: Sequence[str]) -> str:
    """A remedy for a wrong name: the nearest right one, or the list."""
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    return f"Perhaps {close[0]!r} is meant" if close else f"There are: {', '.join(names) or 'none'}"


class _Binder:
    """Binds one key; ``refusals`` fills as faults are found."""

    def __init__(self, entity: type[Entity], key: Key, name: str, primary: Key | None) -> None:
        self.entity = entity
        self.table: Table = entity.__table__
        self.key = key
        self.primary = primary
        self.name = name
        self.refusals: list[Refusal] = []

    def refuse(self, code: str, fault: str, remedy: str) -> None:
        self.refusals.append(Refusal(code, f"{self.entity.__name__}.{self.name}", fault, remedy))

    def bind(self) -> BoundKey[Any] | None:
        place = self.table.place(self.key.index)
        if place is None:
            names = [place.name for place in self.table.places if place.name]
            self.refuse(
                "key.unknown_index",
                f"table {self.table.name!r} has no index {self.key.index!r}",
                nearest(str(self.key.index), names),
            )
            return None
        self._check_when(place)
        if place.kind == "inverted":
            return self._inverted(place)
        declared = self.key.partition
        label = self.key.label
        if place.kind == "local":
            if declared is not None:
                self.refuse(
                    "key.local_partition",
                    "a local index shares the partition of the primary key",
                    "Leave partition= out",
                )
            declared = self.primary.partition if self.primary is not None else None
            label = self.primary.label if self.primary is not None else None
        if declared is None:
            self.refuse(
                "key.no_partition", "the key names no partition", 'Give partition="field", or ()'
            )
            return None
        partition = self._partition(declared, label)
        sort = self._sort(place)
        return BoundKey(self.entity, self.name, place, partition, sort, self.key.when)

    def _inverted(self, place: Place) -> BoundKey[Any] | None:
        if self.key.partition is not None or self.key.sort:
            self.refuse(
                "key.inverted_parts",
                "an inverted index swaps the primary key and has no parts of its own",
                f'Write Key("{place.name}")',
            )
        if self.primary is None or self.primary.partition is None:
            return None
        partition = self._partition(self.primary.partition, self.primary.label)
        sort = self._sort(self.table.primary, of=self.primary)
        if sort is None:
            return None
        return BoundKey(self.entity, self.name, place, sort, partition, self.key.when)

    def _partition(
        self, declared: tuple[Part, ...] | Template, label: str | None
    ) -> Composite | Template:
        if isinstance(declared, Template):
            if self.table.tenants:
                self.refuse(
                    "key.template_tenant",
                    "a template cannot put the tenant first",
                    "Declare the parts as fields, or a table without tenants",
                )
            self._check_names(declared.fields)
            return declared
        head: list[composite.Part | Label] = []
        if self.table.tenants:
            text = scalar_of(str)
            assert text is not None
            head.append(composite.Part(TENANT, text))
        if label in RESERVED_NAMES:
            self.refuse(
                "key.reserved_label",
                f"{label!r} names the partitions of the items that keep rules",
                "Choose another label",
            )
        if label == "":
            self.refuse("key.empty_label", "a label is empty", "Leave label= out, or name it")
        head.append(Label(label or self.entity.__entity_name__))
        for part in declared:
            if isinstance(part, First | Last):
                self.refuse(
                    "key.partition_placement",
                    f"{part.field!r} orders nothing in a partition",
                    "Use First and Last among the sort parts",
                )
        return Composite((*head, *self._components(declared)))

    def _sort(self, place: Place, *, of: Key | None = None) -> Composite | Template | None:
        key = of or self.key
        if place.sort_attribute is None:
            if key.sort:
                self.refuse(
                    "key.no_sort_key",
                    f"{place.title} of table {self.table.name!r} has no sort part",
                    "Give the table a sort_key, or the key no sort parts",
                )
            return None
        if isinstance(key.sort, Template):
            self._check_names(key.sort.fields)
            return key.sort
        return Composite((Label(self.entity.__entity_name__), *self._components(key.sort)))

    def _components(self, parts: tuple[Part, ...]) -> list[composite.Part | Label]:
        components: list[composite.Part | Label] = []
        names = [_field_of(part) for part in parts if not isinstance(part, Label)]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.refuse(
                "key.field_twice", f"{name!r} stands twice in one half of the key", "Name it once"
            )
        if len(names) > len(set(names)):
            return components
        for part in parts:
            if isinstance(part, Label):
                components.append(part)
                continue
            name = _field_of(part)
            absent: Literal["first", "last"] | None = None
            if isinstance(part, First | Last):
                absent = "first" if isinstance(part, First) else "last"
            scalar = self._scalar(name)
            if scalar is None:
                continue
            if absent == "last" and not scalar.below_tilde:
                self.refuse(
                    "key.last_text",
                    f"a value of {name!r} ({scalar.kind}) can sort after any mark for its absence",
                    f'Write First("{name}")',
                )
            else:
                components.append(composite.Part(name, scalar, absent))
        return components

    def _scalar(self, name: str) -> Scalar | None:
        if not self._check_names((name,)):
            return None
        annotation = self.entity.model_fields[name].annotation
        scalar = scalar_of(required_type(annotation))
        if scalar is None:
            self.refuse(
                "key.unsupported_type",
                f"{name!r} cannot stand in a key: {why_not(required_type(annotation))}",
                "Choose another field or type",
            )
        elif self.key.index is None and is_optional(annotation):
            self.refuse(
                "key.optional_primary",
                f"{name!r} may be None, and every item needs its primary key",
                f"Make {name!r} required",
            )
        return scalar

    def _check_names(self, names: Sequence[str]) -> bool:
        known = list(self.entity.model_fields)
        for name in names:
            if name not in known:
                self.refuse(
                    "key.unknown_field",
                    f"{self.entity.__name__} has no field {name!r}",
                    nearest(name, known),
                )
        return all(name in known for name in names)

    def _check_when(self, place: Place) -> None:
        if self._check_names(sorted(self.key.when.fields)):
            self._check_when_values()
        if place.kind == "primary" and self.key.when != When():
            self.refuse(
                "key.conditional_primary",
                "every item needs its primary key, whatever its state",
                "Move when= to a key on an index",
            )

    def _check_when_values(self) -> None:
        # A value that the field never has would leave every item out of the index, unseen.
        for clause in self.key.when.clauses:
            scalar = scalar_of(required_type(self.entity.model_fields[clause.field].annotation))
            for value in clause.values:
                if scalar is None or value is None:
                    continue
                try:
                    scalar.encode(value, field=clause.field)
                except InputError:
                    self.refuse(
                        "key.when_value",
                        f"when= compares {clause.field!r} ({scalar.kind}) with a value of another "
                        f"kind, a {type(value).__name__}",
                        "Compare it with a value of the field's own type",
                    )


def _field_of(part: str | First | Last) -> str:
    return part if isinstance(part, str) else part.field
