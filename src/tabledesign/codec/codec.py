"""An entity to its stored item and back, by functions compiled once per class."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import ValidationError

from tabledesign.codec.annotations import field_annotation
from tabledesign.codec.compile import compile_record, version_refusals
from tabledesign.codec.depth import check_depth, deepest, too_deep
from tabledesign.codec.faults import Fault, Misfit, Misread, Segment, Unreadable
from tabledesign.codec.record import FieldCodec, Record, record_kind
from tabledesign.codec.roles import Role, encode_as, kinds_at, stored_path
from tabledesign.codec.validating import faults_of
from tabledesign.codec.versions import Upcasters, Versions
from tabledesign.codec.wire_schema import Schema, wire_schema
from tabledesign.errors import DesignError, Refusal
from tabledesign.wire import AttributeValue, Item

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Codec", "compile_codec", "refusals_of"]

ModelT = TypeVar("ModelT", bound=BaseModel)


class Codec(Generic[ModelT]):
    """Writes and reads the items of one model; `compile_codec` makes it.

    >>> class Note(BaseModel):
    ...     title: str
    ...     stars: int = 0
    >>> codec = compile_codec(Note)
    >>> codec.encode(Note(title="Rest", stars=2))
    {'title': {'S': 'Rest'}, 'stars': {'N': '2'}}
    >>> codec.decode({"title": {"S": "Rest"}})
    Note(title='Rest', stars=0)
    """

    def __init__(self, model: type[ModelT], record: Record, versions: Versions) -> None:
        self.model = model
        self.fields: Mapping[str, FieldCodec] = record.fields
        self.record = record
        self.versions = versions
        self.filled = frozenset(
            field.name
            for field in record.fields.values()
            if field.kind.empty is not None and not field.empty_by_default
        )
        """Fields that the model is given even where an item lacks them: the empty sets."""
        self._stamp = versions.stamp()
        self._recurs = deepest(record_kind(record)) == float("inf")
        self._validate = model.__pydantic_validator__.validate_python
        self._adapters: dict[str, TypeAdapter[Any]] = {}

    def encode(self, entity: ModelT) -> Item:
        """The stored attributes of an entity, its version among them once that is above 1.

        Raises `InputError` that names the path of the value that cannot be stored.
        """
        try:
            item = self.record.write(entity)
            if self._recurs:
                check_depth(item)
        except Misfit as misfit:
            raise misfit.as_input_error(self.model.__name__) from None
        except RecursionError:
            raise too_deep().as_input_error(self.model.__name__) from None
        if self._stamp:
            item.update(self._stamp)
        return item

    def encode_field(self, name: str, value: object) -> AttributeValue:
        """The tagged form of a value of one field; its kind is checked, its constraints are not."""
        return self.encode_at((name,), value)

    def encode_path(self, path: Sequence[Segment], value: object) -> AttributeValue:
        """The same for what stands inside a field: ``("address", "city")``, ``("lines", 0)``."""
        return self.encode_at(path, value)

    def encode_at(
        self, path: Sequence[Segment], value: object, role: Role = "whole"
    ) -> AttributeValue:
        """The tagged form of a value in its role to a path, see `Role`; raises `InputError`."""
        owner = self.model.__name__
        try:
            kinds = kinds_at(self.record, path)
        except Misfit as misfit:
            raise misfit.as_input_error(owner) from None
        try:
            stored = encode_as(role, kinds, value)
            if self._recurs:
                check_depth({"": stored})
        except Misfit as misfit:
            misfit.path[:0] = path
            raise misfit.as_input_error(owner) from None
        return stored

    def stored_path(self, path: Sequence[Segment]) -> tuple[Segment, ...]:
        """A path of field names by the names they are stored under, inside maps too."""
        return stored_path(self.record, path)

    def decode(self, item: Mapping[str, AttributeValue]) -> ModelT:
        """The entity that an item holds; attributes that are no field's are ignored.

        An item of an older version is brought up first. Raises `Unreadable` with all faults.
        """
        current = self.versions.raised(item)
        values, faults = self.record.read(current)
        if faults:
            raise Unreadable.of([*faults, *self._other_faults(values, faults)])
        try:
            return cast("ModelT", self._validate(values))
        except ValidationError as error:
            raise Unreadable.of(faults_of(error, self.record)) from None

    def schema(self) -> Schema:
        """The core schema that reads an item out of an answer's JSON; raises `Underivable`."""
        return wire_schema(self.record)

    def current_form(self, item: Mapping[str, AttributeValue]) -> Item:
        """The item as the current version stores it: itself, or brought up by the upcasters.

        What was brought up carries the current version. Raises `Unreadable`.
        """
        raised = self.versions.raised(item)
        return dict(raised) if raised is item else {**raised, **self._stamp}

    def decode_partial(
        self,
        item: Mapping[str, AttributeValue],
        names: Collection[str],
        *,
        version_shown: bool = True,
    ) -> dict[str, object]:
        """Some fields' values from a row that holds only some attributes.

        Each is validated by its own type; validators of the model do not run. A field that is
        not there has its default, an empty set, or is a fault. ``version_shown=False`` says that
        the row would not show its version: then it is `Unreadable` where upcasters are declared.
        """
        current = self.versions.raised(item, shown=version_shown)
        values: dict[str, object] = {}
        faults: list[Fault] = []
        for name in names:
            field = self.fields[name]
            try:
                values[name] = self._read_one(field, current)
            except Misread as misread:
                faults += [fault.inside(field.stored_name) for fault in misread.faults]
            except ValidationError as error:
                faults += faults_of(error, self.record, start=(field.key,))
        if faults:
            raise Unreadable.of(faults)
        return values

    def _read_one(self, field: FieldCodec, item: Mapping[str, AttributeValue]) -> object:
        if field.stored_name not in item:
            if field.kind.empty is not None:
                return field.kind.empty()
            return self._default(field)
        value = field.decode(item[field.stored_name])
        adapter = self._adapters.get(field.name)
        if adapter is None:
            from pydantic import TypeAdapter

            info = self.model.model_fields[field.name]
            adapter = self._adapters[field.name] = TypeAdapter(field_annotation(info))
        return adapter.validate_python(value)

    def _default(self, field: FieldCodec) -> object:
        info = self.model.model_fields[field.name]
        if field.required:
            raise Misread("is missing")
        if getattr(info, "default_factory_takes_validated_data", False):
            raise Misread("is missing, and its default is made from other fields")
        return info.get_default(call_default_factory=True)

    def _other_faults(self, values: dict[str, Any], faults: Sequence[Fault]) -> list[Fault]:
        # The validator runs on what could be read, for its faults in the other fields.
        bad = {fault.path[0] for fault in faults}
        try:
            self._validate(values)
        except ValidationError as error:
            others = faults_of(error, self.record)
            return [other for other in others if other.path and other.path[0] not in bad]
        except Exception:  # noqa: BLE001
            # A validator of the model may stumble over the missing fields: they are the faults.
            return []
        return []


def refusals_of(
    model: type[BaseModel],
    *,
    version: int = 1,
    upcasters: Upcasters | None = None,
    version_attribute: str = "entity_version",
    reserved: Collection[str] = (),
) -> tuple[Refusal, ...]:
    """Everything that keeps a model from being stored; empty when nothing does.

    ``reserved`` are attribute names that fields may not have, keys above all.

    >>> class Weight(BaseModel):
    ...     kilos: float
    >>> [refusal.code for refusal in refusals_of(Weight)]
    ['codec.float']
    """
    _, refusals = compile_record(model, reserved={version_attribute, *reserved})
    return (*refusals, *version_refusals(model.__name__, version, upcasters or {}))


def compile_codec(
    model: type[ModelT],
    *,
    version: int = 1,
    upcasters: Upcasters | None = None,
    version_attribute: str = "entity_version",
) -> Codec[ModelT]:
    """The codec of a model; raises `DesignError` with everything that keeps it from being stored.

    ``upcasters`` maps a version to the function that brings its plain values one version up; a
    version without one is the next version as it is.
    """
    record, refusals = compile_record(model, reserved={version_attribute})
    refusals += version_refusals(model.__name__, version, upcasters or {})
    if refusals:
        raise DesignError(refusals)
    return Codec(
        model, record, Versions(model.__name__, version, dict(upcasters or {}), version_attribute)
    )
