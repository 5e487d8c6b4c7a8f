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
