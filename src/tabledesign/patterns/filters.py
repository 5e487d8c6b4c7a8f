"""A pattern's filter: its text fixed when the pattern compiles, its values filled at a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from tabledesign.codec import codec_of
from tabledesign.dataclass import dataclass, field
from tabledesign.errors import DesignError, InputError, Refusal
from tabledesign.expressions import Condition, Path, Placeholders, ValueAt, render_condition
from tabledesign.keys.bounds import Slot
from tabledesign.patterns.slots import resolve
from tabledesign.schema.binding import nearest
from tabledesign.schema.key import BoundKey
from tabledesign.schema.query import Query
from tabledesign.wire import AttributeValue

__all__ = ["CompiledFilter", "FilterDraft"]


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """A filter's text and names, and the values that a call fills in and encodes."""

    text: str
    names: Mapping[str, str]
    values: Mapping[str, ValueAt]

    def encoded(
        self, key: BoundKey[Any], arguments: Mapping[str, object]
    ) -> dict[str, AttributeValue]:
        """The values with the arguments in their slots, as DynamoDB wants them."""
        codec = codec_of(key.entity)
        return {
            placeholder: codec.encode_at(at.path.segments, resolve(at.value, arguments), at.role)
            for placeholder, at in self.values.items()
        }

    def __str__(self) -> str:
        """The condition for a reader: names and values in place of their placeholders."""
        text = self.text
        for placeholder, name in _longest_first(self.names):
            text = text.replace(placeholder, name)
        for placeholder, at in _longest_first(self.values):
            shown = f"{{{at.value.name}}}" if isinstance(at.value, Slot) else repr(at.value)
            text = text.replace(placeholder, shown)
        return text


T = TypeVar("T")


def _longest_first(placeholders: Mapping[str, T]) -> list[tuple[str, T]]:
    """So that ``:v1`` is not found inside ``:v10``."""
    return sorted(placeholders.items(), key=lambda item: len(item[0]), reverse=True)


@dataclass(slots=True)
class FilterDraft:
    """A filter being compiled; ``fields`` and ``slots`` are what it reads and is given."""

    where: str
    query: Query[Any]
    fields: set[str] = field(default_factory=set[str])
    slots: set[str] = field(default_factory=set[str])

    def compile(self) -> tuple[CompiledFilter | None, list[Refusal]]:
        """The compiled filter, or None with what is wrong with it."""
        condition = self.query.condition
        if condition is None:
            return None, []
        if not isinstance(condition, Condition):
            kind = type(condition).__name__
            fault = f"the filter is a {kind}"
            remedy = 'Write .where(field("status").equals(...))'
            return None, [Refusal("pattern.filter", self.where, fault, remedy)]
        into = Placeholders(locate=self._locate)
        text = render_condition(condition, into)
        self.slots = {at.value.name for at in into.values.values() if isinstance(at.value, Slot)}
        refusals = list(self._refusals(into))
        return (None if refusals else CompiledFilter(text, into.names, into.values)), refusals

    def _locate(self, path: Path) -> Path:
        self.fields.add(path.name)
        try:
            codec: Any = codec_of(self.query.keys[0].entity)
            return Path(codec.stored_path(path.segments)) if path.name in codec.fields else path
        except (DesignError, InputError):
            return path  # the entity itself is refused, or the path is: see _refusals

    def _refusals(self, into: Placeholders) -> Iterator[Refusal]:
        for key in self.query.keys:
            known = list(key.entity.model_fields)
            for name in sorted(self.fields - set(known)):
                fault = f"{key.entity.__name__} has no field {name!r}"
                yield Refusal(
                    "pattern.unknown_filter_field", self.where, fault, nearest(name, known)
                )
        if self.fields <= set(self.query.keys[0].entity.model_fields):
            yield from self._constants(into)

    def _constants(self, into: Placeholders) -> Iterator[Refusal]:
        try:
            codec = codec_of(self.query.keys[0].entity)
        except DesignError:
            return
        for at in into.values.values():
            if not isinstance(at.value, Slot):
                try:
                    codec.encode_at(at.path.segments, at.value, at.role)
                except InputError as error:
                    remedy = "Compare the field with a value of its type"
                    yield Refusal("pattern.filter_value", self.where, str(error), remedy)
