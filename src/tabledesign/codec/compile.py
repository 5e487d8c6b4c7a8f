"""From a model to its record: every field's kind, or everything that stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.aliases import AliasChoices
from pydantic.fields import FieldInfo

from tabledesign.codec import refusing
from tabledesign.codec.depth import deepest
from tabledesign.codec.kind import Kind
from tabledesign.codec.kinds import KindMaker
from tabledesign.codec.markers import Stored
from tabledesign.codec.record import FieldCodec, Record, Skip
from tabledesign.errors import Refusal
from tabledesign.limits import NESTING_DEPTH

__all__ = ["compile_record", "validation_key", "version_refusals"]

_NAME_BYTES: Final = 65_535


def compile_record(
    model: type[BaseModel], *, reserved: Collection[str] = ()
) -> tuple[Record, list[Refusal]]:
    """The model's record, and all refusals; with any, the record is not to be used.

    ``reserved`` are attribute names that the item needs for something else.
    """
    compiler = _Compiler()
    record = compiler.record(model, model.__name__) or Record(model)
    refusals = compiler.maker.refusals
    for field in record.fields.values():
        where = f"{model.__name__}.{field.name}"
        if field.stored_name in reserved:
            refusals.append(_clash(where, field.stored_name, "the item itself needs"))
    if not refusals:
        refusals += _depth_refusals(record)
    return record, refusals


def version_refusals(owner: str, version: int, upcasters: Mapping[int, object]) -> list[Refusal]:
    """What is wrong with an entity's version and its upcasters."""
    refusals: list[Refusal] = []
    if version < 1:
        fault = f"version {version} is declared, and versions count from 1"
        refusals.append(Refusal("codec.version", owner, fault, "Declare 1 or more"))
    refusals += [
        Refusal(
            "codec.upcaster",
            owner,
            f"an upcaster from version {old} is declared, and the current version is {version}",
            f"Declare upcasters from 1 to {version - 1} only, or raise the version",
        )
        for old in upcasters
        if not 1 <= old < version
    ]
    return refusals


class _Compiler:
    def __init__(self) -> None:
        self.maker = KindMaker(self.record)
        self._records: dict[type[BaseModel], Record] = {}

    def record(self, model: type[BaseModel], where: str) -> Record | None:
        # A model that holds itself finds its own, unfinished record here.
        if model in self._records:
            return self._records[model]
        refusal = _model_refusal(model, where)
        if refusal is not None:
            self.maker.refusals.append(refusal)
            return None
        record = self._records[model] = Record(model)
        made = [self._field(model, n, info, where) for n, info in model.model_fields.items()]
        fields = [field for field in made if field is not None]
        self._check_names(fields, where)
        record.complete(fields)
        return record

    def _field(
        self, model: type[BaseModel], name: str, info: FieldInfo, where: str
    ) -> FieldCodec | None:
        place = f"{where}.{name}"
        metadata = [part for part in info.metadata if not isinstance(part, Stored)]
        stored = [part.attribute for part in info.metadata if isinstance(part, Stored)]
        kind = self.maker.make(info.annotation, place, [info, *metadata])
        key = validation_key(model, name, info)
        if key is None:
            self.maker.refusals.append(
                Refusal(
                    "codec.alias_path",
                    place,
                    "the field is validated from inside another value only",
                    "Give it a plain alias, or allow its own name: validate_by_name=True",
                )
            )
        if kind is None or key is None:
            return None
        return FieldCodec(
            name=name,
            stored_name=stored[-1] if stored else name,
            key=key,
            kind=kind,
            skip=_skip(kind, info),
            required=info.is_required(),
            empty_by_default=_is_empty_by_default(kind, info),
        )

    def _check_names(self, fields: list[FieldCodec], where: str) -> None:
        seen: dict[str, str] = {}
        for field in fields:
            place, stored_name = f"{where}.{field.name}", field.stored_name
            if not 1 <= len(stored_name.encode(errors="replace")) <= _NAME_BYTES:
                fault = "its stored name is empty, or longer than DynamoDB takes"
                remedy = f"Give it 1 to {_NAME_BYTES:,} bytes"
                self.maker.refusals.append(Refusal("codec.stored_name", place, fault, remedy))
            if stored_name in seen:
                owner = f"field {seen[stored_name]!r} has"
                self.maker.refusals.append(_clash(place, stored_name, owner))
            seen[stored_name] = field.name


def _model_refusal(model: type[BaseModel], where: str) -> Refusal | None:
    if not model.__pydantic_complete__:
        model.model_rebuild(raise_errors=False)
    if not model.__pydantic_complete__:
        return Refusal(
            "codec.undefined",
            where,
            f"{model.__name__} names a type that is not defined yet",
            "Define that type above the model",
        )
    if model.__pydantic_root_model__:
        fault, remedy = f"{model.__name__} is a RootModel", "Use its content as the field's type"
        return refusing.unsupported(where, fault, remedy)
    if model.model_config.get("extra") == "allow":
        return Refusal(
            "codec.extra_allowed",
            where,
            f"{model.__name__} takes fields it does not declare, and they have no type to store",
            'Set extra="forbid", and put open-ended values in a dict[str, ...] field',
        )
    return None


def validation_key(model: type[BaseModel], name: str, info: FieldInfo) -> str | None:
    """The name under which a model's validator takes a field; None where it takes it by a path."""
    config: Mapping[str, Any] = dict(model.model_config)
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    alias = info.validation_alias
    if alias is None or by_name or config.get("validate_by_alias") is False:
        return name
    if isinstance(alias, str):
        return alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    for choice in choices:
        path = [choice] if isinstance(choice, str) else choice.path
        if len(path) == 1:
            return str(path[0])
    return None


def _skip(kind: Kind, info: FieldInfo) -> Skip:
    if kind.empty is not None:
        return "empty_set"
    null_by_default = info.default is None and info.default_factory is None
    return "default_null" if kind.nullable and null_by_default else "never"


def _is_empty_by_default(kind: Kind, info: FieldInfo) -> bool:
    if kind.empty is None or info.validate_default:
        return False
    if info.default_factory is not None:
        return info.default_factory is kind.empty
    return type(info.default) is kind.empty and not info.default


def _clash(where: str, stored_name: str, owner: str) -> Refusal:
    return Refusal(
        "codec.stored_clash",
        where,
        f"it is stored as {stored_name!r}, a name that {owner} already",
        'Give it another: Annotated[..., Stored("...")]',
    )


def _depth_refusals(record: Record) -> list[Refusal]:
    # A model that holds itself is as deep as its values, and checked when they are written.
    return [
        refusing.too_deep(f"{record.model.__name__}.{field.name}", int(levels), NESTING_DEPTH)
        for field in record.fields.values()
        if NESTING_DEPTH < (levels := deepest(field.kind, (record,))) < float("inf")
    ]
