"""What the readers need of pydantic and does not promise: a release that changes it is told here.

Nothing else breaks with it: readers prove themselves, and rows are then read one by one. So
without these tests such a release would only be slow.
"""

from __future__ import annotations

from typing import Any

from pydantic import VERSION, BaseModel
from pydantic_core import SchemaValidator
from pydantic_core import core_schema as core

from tabledesign.codec import compile_codec
from tabledesign.codec.page_reader import PageReader, make_validator
from tabledesign.codec.wire_schema import NULL

RELEASE = f"pydantic {VERSION}"


class Note(BaseModel):
    title: str
    stars: int = 0


def test_a_class_has_a_core_schema_of_the_shape_that_is_rewritten() -> None:
    schema: Any = getattr(Note, "__pydantic_core_schema__", {})

    assert "model" == schema.get("type"), f"{RELEASE}: a model's schema is of another type"
    assert "model-fields" == schema["schema"].get("type"), f"{RELEASE}: a model holds otherwise"
    assert ["title", "stars"] == list(schema["schema"]["fields"]), f"{RELEASE}: fields moved"
    assert Note is schema["cls"], f"{RELEASE}: a model's schema does not name its class"


def test_a_schema_of_ours_is_not_passed_over_for_the_validator_a_class_has() -> None:
    schema: Any = dict(Note.__pydantic_core_schema__)
    fields: Any = schema["schema"]["fields"]
    title = {**fields["title"], "validation_alias": [["t", "S"], ["t"]]}
    schema["schema"] = {**schema["schema"], "fields": {**fields, "title": title}}
    page = make_validator(core.list_schema(schema))

    (read,) = page.validate_json(b'[{"t": {"S": "Rest"}}]')

    assert Note(title="Rest") == read, (
        f"{RELEASE} takes the validator that a complete class has, whatever schema it is given; "
        "see page_reader.make_validator"
    )
    assert Note.__pydantic_complete__ is True, f"{RELEASE}: a class is left incomplete"


def test_a_row_that_is_refused_falls_to_the_second_choice_whatever_stumbles_over_it() -> None:
    rows = core.union_schema([core.int_schema(), core.any_schema()], mode="left_to_right")
    read = SchemaValidator(core.list_schema(rows)).validate_json(b'[1, {"a": "b"}, "x"]')

    assert [1, {"a": "b"}, "x"] == read, f"{RELEASE}: a union does not try its choices in order"


def test_null_is_told_without_a_call_of_python() -> None:
    null: Any = NULL
    assert SchemaValidator(null).validate_json(b'{"NULL": true}') is None, (
        f"{RELEASE}: on_error of a default does not turn a null into None; see wire_schema.NULL"
    )


def test_the_fields_that_were_given_can_be_added_to() -> None:
    note = Note(title="Rest")
    note.__pydantic_fields_set__.update({"stars"})

    assert {"title", "stars"} == note.model_fields_set, f"{RELEASE} keeps another set of them"


def test_a_plain_model_is_read_in_one_pass() -> None:
    reason = PageReader({"Note": compile_codec(Note)}, "entity").reason

    assert reason is None, f"{RELEASE}: every row is read by itself, since {reason}"
