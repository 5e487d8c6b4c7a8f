"""A model as a map of stored attributes: one encoder and one decoder function per field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from tabledesign.codec.faults import Fault, Misfit, Misread, wrong_kind
from tabledesign.codec.kind import Decode, Encode, Kind, misread_tag
from tabledesign.dataclass import dataclass
from tabledesign.wire import AttributeValue, Item

__all__ = ["FieldCodec", "Record", "Skip", "record_kind"]

Skip = Literal["never", "default_null", "empty_set"]
"""When a field is left out of the item.

``never``         it is always written
``default_null``  its value is its default None and nobody set it
``empty_set``     its value is an empty set, which reads back from absence
"""


@dataclass(frozen=True, slots=True, eq=False)
class FieldCodec:
    """How one field is stored.

    ``key`` is the name under which the model's validator takes the field: its alias, if any.
    ``empty_by_default`` says that the model itself makes of absence the empty set it stands for.
    """

    name: str
    stored_name: str
    key: str
    kind: Kind
    skip: Skip = "never"
    required: bool = False
    empty_by_default: bool = False

    def encode(self, value: object) -> AttributeValue:
        """The tagged form of a value of the field; raises `Misfit`."""
        return self.kind.encode(value)

    def decode(self, stored: AttributeValue) -> object:
        """What the model's validator takes for a stored value; raises `Misread`."""
        return self.kind.decode(stored)


class Record:
    """A model's fields, compiled; filled in after it is made, so that models may recur."""

    __slots__ = ("_empties", "_readers", "_writers", "fields", "model")

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model
        self.fields: Mapping[str, FieldCodec] = {}
        self._writers: tuple[tuple[str, str, Encode, Skip], ...] = ()
        self._readers: tuple[tuple[str, str, Decode], ...] = ()
        self._empties: tuple[tuple[str, str, type[Any]], ...] = ()

    def complete(self, fields: Sequence[FieldCodec]) -> None:
        """Take the compiled fields."""
        self.fields = {field.name: field for field in fields}
        self._writers = tuple((f.name, f.stored_name, f.kind.encode, f.skip) for f in fields)
        self._readers = tuple((f.stored_name, f.key, f.kind.decode) for f in fields)
        self._empties = tuple(
            (f.stored_name, f.key, f.kind.empty)
            for f in fields
            if f.kind.empty is not None and not f.empty_by_default
        )

    def write(self, instance: Any) -> Item:
        """The stored attributes of an instance; raises `Misfit`."""
        if type(instance) is not self.model:
            raise self._wrong_model(instance)
        values: Mapping[str, Any] = instance.__dict__
        item: Item = {}
        name = ""
        try:
            for name, stored_name, encode, skip in self._writers:
                value = values[name]
                if skip != "never" and _is_skipped(skip, value, name, instance):
                    continue
                item[stored_name] = encode(value)
        except Misfit as misfit:
            raise misfit.inside(name) from None
        except KeyError:
            if name in values:
                raise
            raise Misfit(
                "value.missing",
                "has no value: the instance was made without validation",
                "make it with all its required fields",
            ).inside(name) from None
        return item

    def read(self, item: Mapping[str, AttributeValue]) -> tuple[dict[str, Any], Sequence[Fault]]:
        """What the model's validator takes, as far as it can be read, and the faults of the rest.

        Attributes that are no field's are left out.
        """
        values: dict[str, Any] = {}
        faults: list[Fault] | None = None
        for stored_name, key, decode in self._readers:
            stored = item.get(stored_name)
            if stored is not None:
                try:
                    values[key] = decode(stored)
                except Misread as misread:
                    faults = faults or []
                    faults += [fault.inside(stored_name) for fault in misread.faults]
        for stored_name, key, make in self._empties:
            if stored_name not in item:
                values[key] = make()
        return values, faults or ()

    def read_all(self, item: Mapping[str, AttributeValue]) -> dict[str, Any]:
        """The same, once nothing is wrong; raises `Misread`."""
        values, faults = self.read(item)
        if faults:
            raise Misread(faults)
        return values

    def encode(self, value: Any) -> AttributeValue:
        """An instance as a map inside an item; raises `Misfit`."""
        return {"M": self.write(value)}

    def decode(self, stored: AttributeValue) -> dict[str, Any]:
        """What the model's validator takes for a stored map; raises `Misread`."""
        try:
            attributes = stored["M"]
        except KeyError:
            raise misread_tag(stored, "M") from None
        return self.read_all(attributes)

    def _wrong_model(self, instance: object) -> Misfit:
        name = self.model.__name__
        if isinstance(instance, self.model):
            # Its own fields would be dropped, and it would read back as another class.
            return wrong_kind(
                instance,
                f"exactly a {name}",
                "declare a tagged union of the classes, told apart by a Literal field",
            )
        return wrong_kind(instance, f"a {name}", f"pass a {name}")


def record_kind(record: Record) -> Kind:
    """The kind of a nested model."""
    return Kind(
        name=record.model.__name__,
        tags=("M",),
        encode=record.encode,
        decode=record.decode,
        records=(record,),
    )


def _is_skipped(skip: Skip, value: Any, name: str, instance: BaseModel) -> bool:
    if skip == "default_null":
        return value is None and name not in instance.__pydantic_fields_set__
    return isinstance(value, set | frozenset) and not value
