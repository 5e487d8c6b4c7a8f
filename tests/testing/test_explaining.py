"""The search for orders of calls: one that explains what is stored, and all that do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from tabledesign.testing.clients import Returned
from tabledesign.testing.explaining import Search
from tabledesign.testing.model import Identified, Row, Rows

from .notes import Note

AT = Identified(None, "Note", ("n",))


def holding(text: str) -> Rows:
    return {AT: Row(Note(note_id="n", owner="ann", text=text))}


def put(text: str, *, only_after: str | None = None) -> Any:
    """A call that leaves this text, whatever was there, or after one text alone."""
    return (text, only_after)


def after(call: Any, _seen: Any, rows: Rows) -> Iterator[Rows]:
    text, only_after = call
    if only_after is None or rows == holding(only_after):
        yield holding(text)


def search(*calls: Any, actual: str) -> Search:
    parts = cast("Any", [(call, Returned(None)) for call in calls])
    return Search(parts, holding(actual), after)


def test_every_state_of_every_order_that_explains_is_passed() -> None:
    # Either may have come first: both texts may have stood there before the last came.
    passed = search(put("a"), put("b"), put("end"), actual="end").passed(holding("old"))

    assert all(holding(text) in passed for text in ("old", "a", "b", "end"))


def test_a_state_of_an_order_that_does_not_end_in_what_is_stored_is_not_passed() -> None:
    # "b" comes after "a" alone, so nothing else can have stood before it.
    passed = search(put("a"), put("b", only_after="a"), actual="b").passed(holding("old"))

    assert [holding("b"), holding("a"), holding("old")] == passed


def test_one_order_is_a_path_to_what_is_stored() -> None:
    found = search(put("a"), put("b", only_after="a"), actual="b").path(holding("old"))

    assert [holding("old"), holding("a"), holding("b")] == found


def test_where_no_order_explains_nothing_is_passed() -> None:
    calls = put("a"), put("b")

    assert [] == search(*calls, actual="c").passed(holding("old"))
    assert None is search(*calls, actual="c").path(holding("old"))
