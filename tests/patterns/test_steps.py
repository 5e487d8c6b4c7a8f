"""A step of a transaction is refused where it is written, before anything is planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tabledesign import Change, Entity, InputError, Key, Table, Transaction

table = Table("steps")
UNTYPED = cast("Any", "a key as text")


class Task(Entity, table=table):
    task_id: str
    title: str = ""

    by_id = Key(partition="task_id")


WRITES: list[Callable[[Transaction], Transaction]] = [
    lambda t: t.update("a", UNTYPED, Change().set(title="x")),
    lambda t: t.move("a", UNTYPED, task_id="2"),
    lambda t: t.delete("a", UNTYPED),
    lambda t: t.delete_if_exists("a", UNTYPED),
    lambda t: t.require("a", UNTYPED),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_target_that_identifies_no_item_is_refused(
    write: Callable[[Transaction], Transaction],
) -> None:
    with pytest.raises(InputError, match="a str names no item") as caught:
        write(Transaction())

    assert "repository.identity" == caught.value.code


class Note(Entity, table=table, versioned="version"):
    note_id: str
    text: str = ""
    version: int = 0

    by_id = Key(partition="note_id")


READ = Note(note_id="1", text="x", version=3)


@pytest.mark.parametrize(
    ("transaction", "expected"),
    [
        (Transaction().update("a", READ, Change().set(text="y")), 3),
        (Transaction().move("a", READ, note_id="2"), 3),
        (Transaction().delete("a", READ), 3),
        (Transaction().require("a", READ), 3),
        (Transaction().delete("a", Note.by_id(note_id="1")), None),
        (Transaction().delete("a", Task(task_id="1")), None),
        (Transaction().put("a", READ), None),
    ],
)
def test_an_entity_brings_the_version_it_was_read_with(
    transaction: Transaction, expected: int | None
) -> None:
    assert [expected] == [step.expected for step in transaction.steps]


def test_an_entity_is_identified_by_its_primary_key_and_stored_as_it_is() -> None:
    [step] = Transaction().put("a", READ).steps

    assert ("put", Note, {"note_id": "1"}, READ) == (
        step.verb,
        step.entity,
        step.identity,
        step.new,
    )


@pytest.mark.parametrize(
    ("update", "code", "named"),
    [
        (lambda: Transaction().update("a", READ, Change(), given={"text": "x"}), "policy", None),
        (lambda: Transaction().update("a", READ, Change(), policy="require"), "policy", None),
        (
            lambda: Transaction().update("a", READ, Change(), policy="require", given={"txt": "x"}),
            "unknown_field",
            "txt",
        ),
    ],
)
def test_old_values_are_given_with_the_policy_that_requires_them_and_by_field(
    update: Callable[[], object], code: str, named: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        update()

    assert (f"update.{code}", named) == (caught.value.code, caught.value.field)


def test_a_step_that_stores_no_entity_has_none() -> None:
    steps = Transaction().delete("a", READ).update("b", READ, Change()).require("c", READ).steps

    assert [None, None, None] == [step.new for step in steps]
