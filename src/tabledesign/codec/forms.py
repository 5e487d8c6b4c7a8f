"""The answers that hold rows, as schemas around the schema of a row.

Beside the entity a row's marks may be wanted: the texts of its keys, and when it expires. They
are read in the same pass, by looking at the same rows a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, Final, Literal, NamedTuple

from pydantic_core import core_schema as core

from tabledesign.codec.answer import HEAD

__all__ = ["Form", "Shape", "answer_schema", "marks_of"]

Shape = Literal["page", "batch", "together"]

_NEVER: Final = float("inf")


class Form(NamedTuple):
    """Where an answer has its rows, and what is marked of each beside the entity.

    ``page``      ``Items``, or one ``Item``, or the ``Attributes`` an update left
    ``batch``     ``Responses``: by table, a list
    ``together``  ``Responses``: a list of answers that each have an ``Item`` or none

    ``keys`` are attributes that hold a text, which a row may lack; ``expiry`` is one that holds
    a number, which is infinite where a row never expires.
    """

    shape: Shape = "page"
    keys: tuple[str, ...] = ()
    expiry: str | None = None

    def rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """The rows of an answer that was read; a list, since a generator is called for each."""
        if self.shape == "page":
            items: list[Any] = answer.get("Items", [])
            return [*items, *(answer[name] for name in ("Item", "Attributes") if name in answer)]
        if self.shape == "batch":
            return list(chain.from_iterable(answer.get("Responses", {}).values()))
        return [each["Item"] for each in answer.get("Responses", ()) if "Item" in each]


def marks_of(place: str) -> str:
    """Where an answer has the marks of the rows of this place, in their order and form."""
    return f"marks of {place}"


def answer_schema(form: Form, row: Any) -> core.CoreSchema:
    """The schema of such an answer, whose rows are read by this schema."""
    fields = _places(form, row)
    if form.keys or form.expiry is not None:
        for place, field in _places(form, _marks(form)).items():
            fields[marks_of(place)] = {**field, "validation_alias": place}
    head = core.typed_dict_field(core.any_schema(), required=False)
    return core.typed_dict_schema({**fields, **dict.fromkeys(HEAD, head)})


def _places(form: Form, row: Any) -> dict[str, core.TypedDictField]:
    each: dict[str, Any]
    if form.shape == "page":
        each = {"Items": core.list_schema(row), "Item": row, "Attributes": row}
    elif form.shape == "batch":
        each = {"Responses": core.dict_schema(core.str_schema(), core.list_schema(row))}
    else:
        one = core.typed_dict_schema({"Item": core.typed_dict_field(row, required=False)})
        each = {"Responses": core.list_schema(one)}
    return {name: core.typed_dict_field(schema, required=False) for name, schema in each.items()}


def _marks(form: Form) -> core.CoreSchema:
    text = core.str_schema()
    paths: dict[str, list[str | int]] = {name: [name, "S"] for name in form.keys}
    fields = {
        name: core.typed_dict_field(text, required=False, validation_alias=path)
        for name, path in paths.items()
    }
    if form.expiry is not None:
        moment = core.with_default_schema(core.float_schema(), default=_NEVER, on_error="default")
        path: list[str | int] = [form.expiry, "N"]
        fields[form.expiry] = core.typed_dict_field(moment, required=False, validation_alias=path)
    return core.typed_dict_schema(fields)
