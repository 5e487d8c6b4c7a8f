"""Rows of a model read as another model that has some of its fields: what a view is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ValidationError

from tabledesign.codec.annotations import field_annotation
from tabledesign.codec.codec import Codec
from tabledesign.codec.faults import Unreadable
from tabledesign.codec.record import FieldCodec, Record
from tabledesign.codec.validating import faults_of
from tabledesign.codec.versions import Versions
from tabledesign.codec.wire_schema import Derivation, Schema
from tabledesign.wire import AttributeValue

__all__ = ["PartialCodec"]

_FACTORIES: Final = (list, dict, set, frozenset, tuple)


class PartialCodec:
    """Reads items of a codec's model as a model of some of its fields.

    Each field has its own model's type and default, and is then validated as the part says.
    """

    def __init__(self, codec: Codec[Any], model: type[BaseModel]) -> None:
        self.model = model
        self.whole = codec
        self.record = Record(model)
        self.record.fields = {name: codec.fields[name] for name in model.model_fields}
        self.versions: Versions = codec.versions
        self.filled = frozenset(model.model_fields)
        """Every field: the model is given the defaults, too."""

    def decode(self, item: Mapping[str, AttributeValue]) -> BaseModel:
        """The part; raises `Unreadable` for the item, and for what the part says besides."""
        values = self.whole.decode_partial(item, self.record.fields)
        try:
            return self.model.model_validate(values)
        except ValidationError as error:
            raise Unreadable.of(faults_of(error, self.record)) from None

    def schema(self) -> Schema:
        """The core schema that reads it out of an answer's JSON; raises `Underivable`."""
        return _Part(self.whole).model(
            self.model.__pydantic_core_schema__, self.record, nested=False
        )


class _Part(Derivation):
    """A walk along the part's schema, in which the whole's types stand before the part's own."""

    def __init__(self, whole: Codec[Any]) -> None:
        super().__init__({})
        self._whole = whole

    def field(self, field: Schema, codec: FieldCodec, nested: bool) -> Schema:
        """A field of the part itself; one of a model inside is read as it is anywhere else."""
        if nested:
            return super().field(field, codec, nested)
        from pydantic import TypeAdapter

        paths = self.paths(codec)
        info = self._whole.model.model_fields[codec.name]
        own: Any = TypeAdapter(field_annotation(info)).core_schema
        asked = field["schema"]
        if asked["type"] == "default":
            asked = asked["schema"]
        inner = self.value(own, codec.kind)
        if asked != own:
            inner = {"type": "chain", "steps": [inner, asked]}
        default = _default(codec, info)
        if default is not None:
            inner = {**default, "schema": inner}
        return {"type": "model-field", "schema": inner, "validation_alias": paths}


def _default(codec: FieldCodec, info: FieldInfo) -> Schema | None:
    """What stands for absence; where only Python could tell, the plain codec does."""
    if codec.kind.empty is not None:
        return {"type": "default", "default_factory": codec.kind.empty}
    factory: Any = info.default_factory
    if factory is not None:
        known = factory in _FACTORIES
        return {"type": "default", "default_factory": factory} if known else None
    if info.is_required():
        return None
    default: object = info.default
    shared = getattr(type(default), "__hash__", None) is not None
    return {"type": "default", "default": default, "copy_default": not shared}
