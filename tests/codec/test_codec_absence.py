"""Null, absence and the empty set."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from tabledesign.codec import Stored, Unreadable, compile_codec
from tabledesign.errors import InputError


class Inner(BaseModel):
    tags: set[str] = set()
    note: str | None = None


class Task(BaseModel):
    title: str
    due: str | None = None
    state: str | None = "open"
    owner: str | None
    tags: Annotated[set[str], Stored("t")] = {"default"}
    codes: frozenset[int] = frozenset()
    inner: Inner = Inner()
    lists: list[set[str]] = []
    maps: dict[str, set[bytes]] = {}
    sums: tuple[set[Decimal], ...] = ()


CODEC = compile_codec(Task)
EMPTY: set[Any] = set()
LEAST: dict[str, Any] = {"title": {"S": "x"}, "owner": {"NULL": True}}


def test_a_none_that_was_given_is_stored_as_null() -> None:
    item = CODEC.encode(Task(title="x", owner=None, due=None))
    assert {"NULL": True} == item["due"]
    assert "due" in CODEC.decode(item).model_fields_set


def test_a_default_none_is_not_stored() -> None:
    item = CODEC.encode(Task(title="x", owner=None))
    assert "due" not in item
    assert "due" not in CODEC.decode(item).model_fields_set


def test_a_none_that_absence_would_not_give_back_is_stored_even_if_nobody_set_it() -> None:
    task = Task(title="x", owner=None).model_copy()
    object.__setattr__(task, "state", None)
    task.model_fields_set.discard("state")
    assert {"NULL": True} == CODEC.encode(task)["state"]
    assert CODEC.decode({**LEAST, "state": {"NULL": True}}).state is None
    assert "open" == CODEC.decode(LEAST).state


def test_an_absent_attribute_without_default_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        CODEC.decode({"title": {"S": "x"}})
    assert "$.owner is missing" == str(caught.value)


def test_null_in_a_field_that_takes_none_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        CODEC.decode({**LEAST, "title": {"NULL": True}, "t": {"NULL": True}})
    assert ("$.title is stored as NULL, not as S; $.t is stored as NULL, not as SS") == str(
        caught.value
    )


def test_an_empty_set_is_stored_as_absence_and_read_back_from_it() -> None:
    item = CODEC.encode(Task(title="x", owner=None, tags=set(), inner=Inner(tags=set())))
    assert {"M": {}} == item["inner"]
    assert not {"t", "tags", "codes"} & set(item)
    back = CODEC.decode(item)
    assert (set(), frozenset(), set()) == (back.tags, back.codes, back.inner.tags)
    assert (set, frozenset) == (type(back.tags), type(back.codes))


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("lists", [{"a"}, EMPTY], "lists[1]"),
        ("maps", {"a b": EMPTY}, "maps['a b']"),
        ("sums", (EMPTY,), "sums[0]"),
    ],
)
def test_an_empty_set_inside_a_list_or_dict_is_refused(name: str, value: Any, path: str) -> None:
    task = Task(title="x", owner=None).model_copy(update={name: value})
    with pytest.raises(InputError) as caught:
        CODEC.encode(task)
    assert ("value.empty_set", path) == (caught.value.code, caught.value.field)


def test_a_none_where_a_set_belongs_is_not_taken_for_an_empty_set() -> None:
    wrongs: tuple[Any, ...] = (None, "", [], 0)
    for wrong in wrongs:
        task = Task(title="x", owner=None).model_copy(update={"tags": wrong})
        with pytest.raises(InputError) as caught:
            CODEC.encode(task)
        assert ("value.kind", "tags") == (caught.value.code, caught.value.field)


def test_attributes_that_are_no_fields_are_ignored_at_every_level() -> None:
    item = {**LEAST, "pk": {"S": "Task#"}, "inner": {"M": {"old": {"N": "1"}}}}
    assert Task(title="x", owner=None, tags=set()) == CODEC.decode(item)


def test_fields_are_validated_under_their_alias_and_stored_under_their_own_name() -> None:
    class Aliased(BaseModel):
        model_config = {"extra": "forbid"}
        kind: Literal["a"] = "a"
        title: str = Field(alias="Title")
        note: str = Field(default="", alias="Note")

    codec = compile_codec(Aliased)
    item = codec.encode(Aliased(Title="x", Note="y"))
    assert {"kind", "title", "note"} == set(item)
    assert Aliased(Title="x", Note="y") == codec.decode(item)
