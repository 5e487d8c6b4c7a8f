"""Keys of entities: where they live, what they hold, and when an item has none."""

from __future__ import annotations

from datetime import date

import pytest

from tabledesign import (
    DesignError,
    Entity,
    First,
    Index,
    InputError,
    Key,
    Label,
    Last,
    Table,
    absent,
)
from tabledesign.schema.refusals import gathering

table = Table(
    "todo", global_indexes=("gsi1", "gsi2", Index("inverse", inverted=True)),
    local_indexes=(Index("lsi1", sort_key="also"),),
)  # fmt: skip


class Task(Entity, table=table):
    user_id: str
    task_id: str
    due: date | None = None
    done: date | None = None
    rank: int | None = None

    by_id = Key(partition="user_id", sort="task_id")
    open = Key("gsi1", label="of", partition="user_id", sort=(Label("o"), Last("due")),
               when=absent("done"))  # fmt: skip
    finished = Key("gsi1", label="of", partition="user_id", sort=(Label("d"), "done"))
    ranked = Key("gsi2", partition=(), sort=(First("rank"), "task_id"))
    local = Key("lsi1", sort="due")
    inverse = Key("inverse")


DAY = date(2026, 11, 23)
VALUES: dict[str, object] = {
    "user_id": "ann", "task_id": "1", "due": None, "done": None, "rank": None,
}  # fmt: skip


def test_a_key_starts_with_its_label_and_its_sort_key_with_the_entity() -> None:
    assert {"pk": "Task#ann#", "sk": "Task#1#"} == Task.by_id.render(VALUES)


def test_an_absent_part_drops_the_key_unless_it_is_placed() -> None:
    assert {} == Task.finished.render(VALUES)
    assert {} == Task.local.render(VALUES)
    assert {"gsi1pk": "of#ann#", "gsi1sk": "Task#o#~#"} == Task.open.render(VALUES)
    assert "Task#!#1#" == Task.ranked.render(VALUES)["gsi2sk"]


def test_a_condition_drops_the_key() -> None:
    assert {} == Task.open.render({**VALUES, "done": DAY})
    assert "Task#d#2026-11-23#" == Task.finished.render({**VALUES, "done": DAY})["gsi1sk"]


def test_what_is_placed_last_sorts_after_every_value_and_first_before() -> None:
    dated, without = ({**VALUES, "due": due} for due in (date.max, None))
    low, none = ({**VALUES, "rank": rank} for rank in (-(10**18), None))

    assert Task.open.render(dated)["gsi1sk"] < Task.open.render(without)["gsi1sk"]
    assert Task.ranked.render(none)["gsi2sk"] < Task.ranked.render(low)["gsi2sk"]


def test_a_local_index_shares_the_partition_and_an_inverted_one_swaps_the_halves() -> None:
    values = {**VALUES, "due": DAY}

    assert {"pk": "Task#ann#", "also": "Task#2026-11-23#"} == Task.local.render(values)
    assert {"sk": "Task#1#", "pk": "Task#ann#"} == Task.inverse.render(values)


def test_a_key_that_is_too_long_names_its_longest_field() -> None:
    with pytest.raises(InputError, match="1024; shorten the value") as caught:
        Task.by_id.render({**VALUES, "task_id": "é" * 600})

    assert "task_id" == caught.value.field


@pytest.mark.parametrize(("bytes_over", "fits"), [(0, True), (1, False)])
def test_a_key_may_be_as_long_as_dynamodb_allows(*, bytes_over: int, fits: bool) -> None:
    room = 1_024 - len("Task##")
    values = {**VALUES, "task_id": "x" * (room + bytes_over)}
    if fits:
        assert 1_024 == len(Task.by_id.render(values)["sk"])
        return
    with pytest.raises(InputError):
        Task.by_id.render(values)


def test_a_refused_entity_leaves_no_trace_in_its_table() -> None:
    notes = Table("notes")
    with pytest.raises(DesignError):

        class Note(Entity, table=notes):  # pyright: ignore[reportUnusedClass]
            note_id: str
            by_id = Key(partition="missing")

    assert {} == notes.entities


def test_all_that_is_wrong_with_an_entity_is_said_at_once() -> None:
    with pytest.raises(DesignError) as caught:

        class Note(Entity, table=Table("notes")):  # pyright: ignore[reportUnusedClass]
            note_id: str
            weight: float
            by_id = Key(partition="noteid", sort="weight")
            more = Key("gsi1", partition="note_id")

    assert ["key.unknown_field", "key.unsupported_type", "key.unknown_index"] == [
        refusal.code for refusal in caught.value.refusals
    ]


def test_gathering_lets_a_wrong_module_be_imported_to_its_end() -> None:
    ended = False
    with gathering() as refusals:

        class Note(Entity, table=Table("notes")):  # pyright: ignore[reportUnusedClass]
            note_id: str
            by_id = Key(partition="missing")

        ended = True

    assert ended
    assert ["key.unknown_field"] == [refusal.code for refusal in refusals]


def test_a_module_that_is_run_again_declares_the_same_entity_anew() -> None:
    notes = Table("notes")

    def declare() -> type[Entity]:
        class Note(Entity, table=notes):
            note_id: str
            by_id = Key(partition="note_id")

        return Note

    assert declare() is not declare()


def test_keys_are_inherited() -> None:
    class Base(Entity):
        item_id: str
        by_id = Key(partition="item_id")

    class Note(Base, table=Table("notes")):
        text: str = ""

    assert {"pk": "Note#1#", "sk": "Note#"} == Note.by_id.render({"item_id": "1"})
    with pytest.raises(AttributeError, match="by_id"):
        _ = Base.by_id
